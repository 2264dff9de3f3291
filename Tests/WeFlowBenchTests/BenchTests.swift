import Testing

@testable import weflow_bench

@Suite struct BenchTests {
    @Test func readsItsOptions() throws {
        let options = try #require(try Options(["--scale", "20000", "--only", "cold,http", "--weflow", "/opt/weflow"]))
        #expect(options.scale == 20000)
        #expect(options.only == [.cold, .http])
        #expect(options.weflow == "/opt/weflow")
        #expect(
            options.command == ".build/release/weflow-bench --scale 20000 --only cold,http --weflow /opt/weflow")
        #expect(try Options(["--help"]) == nil)
    }

    @Test(arguments: [
        (["--scale", "many"], "--scale: many is no number from 1000 to 100000000"),
        (["--scale", "10"], "--scale: 10 is no number from 1000 to 100000000"),
        (["--scale"], "--scale: wants a value"),
        (["--only", "cold,warm"], "--only: no part is called warm; see --help"),
        (["--fast"], "--fast: no such option; see --help"),
    ])
    func refusesWhatItDoesNotUnderstand(_ arguments: [String], _ sentence: String) {
        #expect(throws: Options.Failure(description: sentence)) { try Options(arguments) }
    }

    @Test(arguments: [([], 0), ([3], 3), ([9, 1, 2], 2), ([4, 1, 3, 2], 2.5)] as [([Double], Double)])
    func takesTheMedian(_ numbers: [Double], _ median: Double) {
        #expect(Statistics.median(numbers) == median)
    }

    @Test func tellsHowTimeGrows() {
        #expect(Statistics.exponent(from: (10, 1), to: (1000, 100)) == 1)
        #expect(abs(Statistics.exponent(from: (10, 1), to: (1000, 10)) - 0.5) < 1e-12)
    }

    @Test func printsATable() throws {
        let options = try #require(try Options([]))
        let lines = [
            Line(what: "a", ours: "1 ms", peer: "b", theirs: "2 ms", ratio: "0.5", goal: "≤ 0.6", met: true),
            Line(what: "", ours: "3 s", peer: "c", theirs: "2 s", ratio: "1.5", goal: "≤ 1", met: false),
            Line(what: "d", ours: "3 s", peer: "c", theirs: "2 s", ratio: "1.5", goal: "", met: nil),
        ]
        let table = Report.markdown(lines, machine: ["a machine"], options)
        #expect(table.hasPrefix("`.build/release/weflow-bench`\n\n- a machine\n\n| what | weflow | peer |"))
        #expect(table.contains("\n| a | 1 ms | b | 2 ms | 0.5 | ≤ 0.6 | met |  |  |  |\n"))
        #expect(table.contains("\n|  | 3 s | c | 2 s | 1.5 | ≤ 1 | **missed** |  |  |  |\n"))
        #expect(table.contains("\n| d | 3 s | c | 2 s | 1.5 |  |  |  |  |  |\n"))
    }

    @Test func tellsTheLeastThatARunTakes() {
        let speeds = Speeds(read: 1024, hash: 512, decrypt: 256, frame: 0.5, frames: 8, pour: 128, start: 2)
        let sample = Sample(
            wall: 0, cpu: 0, peak: 0, read: 1024, status: 0, bytes: 384, lines: 0, digest: "")
        #expect(speeds.limit(of: sample, frames: 0, isDrained: false) == 2 + 1 + 2 + 4)
        #expect(speeds.limit(of: sample, frames: 4, isDrained: false) == 9 + 2)
        #expect(speeds.limit(of: sample, frames: 4, isDrained: true) == 9 + 2 + 3)
    }

    @Test(arguments: [(0.00531, "5.31 ms"), (0.98765, "987.6 ms"), (1.2346, "1.235 s")] as [(Double, String)])
    func writesTimes(_ seconds: Double, _ text: String) {
        #expect(Report.time(seconds) == text)
    }
}
