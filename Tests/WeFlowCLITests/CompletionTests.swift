import TestSupport
import Testing

/// What `weflow __complete` tells a shell that waits for it.
struct CompletionTests {
    @Test func anAccountThatDoesNotAnswerIsNotWaitedFor() throws {
        let program = try Program(FixtureAccount("none"))
        // Nobody ever writes into the pipe, so the key is waited for without end.
        #expect(try program.shell("mkfifo key").status == 0)
        let outcome = try program.run(["__complete", "messages", "--key-file", "key", ""], ["WEFLOW_KEY": ""])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.first == "words" && lines.dropFirst().allSatisfy { $0.hasPrefix("new\t") } && lines.count == 2)
    }

    @Test func anAccountThatCannotBeReadIsNoReasonToSayAnything() throws {
        let program = try Program()
        let outcome = try program.run(["__complete", "messages", "--account", "nowhere", "--talker", ""])
        #expect(outcome.status == 0 && outcome.errors.isEmpty && outcome.text == "words\n")
    }
}
