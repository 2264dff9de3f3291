import Testing

@testable import WeFlowCommands

struct ProgressTests {
    @Test(arguments: [
        (0.0, 100.0, 0.0, "0 %, x"), (10.0, 100.0, 1.0, "10 %, 10, x"), (10.0, 100.0, 2.0, "10 %, 5, 18 s left, x"),
        (1.0, 1000.0, 10.0, "0 %, 0, 2 h 47 min left, x"), (1.0, 100.0, 10.0, "1 %, 0, 17 min left, x"),
        (100.0, 100.0, 9.0, "100 %, 11, x"), (0.0, 0.0, 3.0, "100 %, x"), (5.0, 4.0, 5.0, "100 %, 1, x"),
    ])
    func theRestIsToldOnceItIsKnown(done: Double, total: Double, seconds: Double, text: String) {
        let line = ProgressLine.text(done, of: total, after: seconds, rate: { "\(Int($0))" }, "x")
        #expect(line == text)
    }

    @Test func bytesAreReadByPeople() {
        #expect(Progress.mebibytes(0) == "0.0 MiB" && Progress.mebibytes(1_572_864) == "1.5 MiB")
    }
}
