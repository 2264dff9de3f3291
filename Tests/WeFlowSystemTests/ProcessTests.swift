import Foundation
import TestSupport
import Testing
import WeFlowSystem

@Suite("Processes and streams")
struct ProcessTests {
    @Test("a program reads what it is given and writes where it is told")
    func runs() throws {
        let scratch = try ScratchFolder()
        let (input, output) = (
            try File(scratch.file("in"), for: .making), try File(scratch.file("out"), for: .making)
        )
        try input.write(Array("hello".utf8), at: 0)
        let child = try ChildProcess(
            "/bin/sh", ["-c", "cat; printf $WORD; exit 7"], environment: .exactly(["WORD=there"]),
            input: .descriptor(input.descriptor), output: .descriptor(output.descriptor))
        #expect(child.wait() == .code(7))
        #expect(try String(decoding: output.bytes(99, at: 0), as: UTF8.self) == "hellothere")
    }

    @Test("a program that takes too long, or that nobody waits for any more, is killed")
    func kills() throws {
        for isCancelled in [false, true] {
            let start = Clock.monotonic
            let child = try ChildProcess("/bin/sleep", ["60"], environment: .exactly([]))
            #expect(System.isRunning(child.id))
            #expect(child.wait(atMost: isCancelled ? 60_000 : 50) { isCancelled } == .signal(9))
            #expect(Clock.monotonic - start < 30_000_000_000)
        }
    }

    @Test("a program gets this one's variables but for those that are to stay here")
    func variables() throws {
        let scratch = try ScratchFolder()
        let input = try File(scratch.file("in"), for: .making)
        #expect(setenv("WEFLOW_TEST_SECRET", "1", 1) == 0 && setenv("WEFLOW_TEST_SECRET_NOT", "2", 1) == 0)
        defer {
            unsetenv("WEFLOW_TEST_SECRET")
            unsetenv("WEFLOW_TEST_SECRET_NOT")
        }
        let text = "printf %s/%s ${WEFLOW_TEST_SECRET-none} ${WEFLOW_TEST_SECRET_NOT-none}"
        let output = ChildProcess.output(
            of: "/bin/sh", ["-c", text], environment: .own(without: ["WEFLOW_TEST_SECRET"]),
            input: input.descriptor, limit: 100, milliseconds: 20_000)
        #expect(output == Array("none/2".utf8))
    }

    @Test(
        "what a program prints is taken within limits alone",
        arguments: [
            ("cat", 20_000, "abc"), ("cat; exit 1", 20_000, nil), ("cat; cat /dev/zero", 20_000, nil),
            ("cat; sleep 60", 200, nil), ("exec >&-; sleep 60", 200, nil), ("echo complaint >&2; cat", 20_000, "abc"),
        ] as [(String, Int, String?)])
    func outputs(command: String, milliseconds: Int, expected: String?) throws {
        let scratch = try ScratchFolder()
        let input = try File(scratch.file("in"), for: .making)
        try input.write(Array("abc".utf8), at: 0)
        let start = Clock.monotonic
        let output = ChildProcess.output(
            of: "/bin/sh", ["-c", command], environment: .exactly(["PATH=/usr/bin:/bin"]), input: input.descriptor,
            limit: 1000, milliseconds: milliseconds)
        #expect(output == expected.map { Array($0.utf8) })
        #expect(Clock.monotonic - start < 40_000_000_000)
    }

    @Test("a program that nobody waits for any more prints nothing")
    func cancelledOutput() throws {
        let scratch = try ScratchFolder()
        let input = try File(scratch.file("in"), for: .making)
        let output = ChildProcess.output(
            of: "/bin/sleep", ["60"], environment: .exactly([]), input: input.descriptor, limit: 1000,
            milliseconds: 60_000, isCancelled: { true })
        #expect(output == nil)
    }

    @Test("a program that is not there is a failure")
    func missingProgram() {
        #expect(throws: SystemError.self) { _ = try ChildProcess("/nonexistent/x", [], environment: .exactly([])) }
    }

    @Test("a call ends every wait, the later ones too")
    func wakes() throws {
        let pipe = try WakePipe()
        #expect(Poll.wait(for: [.readable(pipe.readEnd)], milliseconds: 0).map(\.isReadable) == [false])
        pipe.wake()
        for _ in 0..<2 {
            #expect(
                Poll.wait(for: [.gone(nil), .readable(pipe.readEnd)], milliseconds: 5000).map(\.isAny) == [false, true])
        }
    }

    @Test("an attempt is repeated while the failure may be gone, and no more often than allowed")
    func retries() {
        struct Failure: Error, Equatable { var count: Int }
        var count = 0
        func fail() throws(Failure) -> Int {
            count += 1
            throw Failure(count: count)
        }
        #expect(throws: Failure(count: 5)) { try Retry.atOnce.run(while: { _ in true }, fail) }
        count = 0
        #expect(throws: Failure(count: 2)) { try Retry.atOnce.run(while: { $0.count < 2 }, fail) }
        #expect((try? Retry(attempts: 3).run(while: { _ in true }) { () throws(Failure) in 4 }) == 4)
    }

    @Test("memory is wiped")
    func wipes() {
        var bytes = [UInt8](repeating: 9, count: 40)
        bytes.withUnsafeMutableBytes { Memory.wipe($0) }
        #expect(bytes == [UInt8](repeating: 0, count: 40))
    }
}
