import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `weflow push watch` as a process of its own.
struct PushTests {
    /// A signal to the process and its group, as `timeout` sends it, ends it quietly.
    @Test(arguments: [SIGINT, SIGTERM]) func aSignalEndsItQuietly(signal: Int32) throws {
        let program = try Program(try FixtureAccount("none"))
        let script = """
            "$WEFLOW" push watch --state place > out 2> err & watcher=$!
            while ! [ -e place ]; do sleep 0.05; done
            kill -\(signal) $watcher; kill -\(signal) $watcher
            wait $watcher; echo $?; cat out err
            """
        #expect(try program.shell(script).text == "0\n")
    }

    @Test func itEndsQuietlyWhenNobodyReadsAnyMore() throws {
        let program = try Program(try FixtureAccount("none"))
        #expect(try program.shell("{ \"$WEFLOW\" push watch; echo $? >&2; } | true").errors == "0\n")
    }

    /// A line that an earlier run was killed in is ended before the first one of the next run.
    @Test func aTornLineIsEndedFirst() throws {
        let program = try Program(try FixtureAccount("none"))
        let script = """
            printf '{"torn":' | tee new > watched
            "$WEFLOW" messages new --since 2000-01-01 --limit 1 --state place --format jsonl >> new
            "$WEFLOW" push watch --since-last --state place --include-self >> watched & watcher=$!
            while [ $(wc -l < watched) -lt 2 ]; do sleep 0.05; done
            kill $watcher; wait $watcher
            head -1 new; head -1 watched; wc -l < new; sed -n 2p new; sed -n 2p watched
            """
        let lines = try program.shell(script).text.split(separator: "\n")
        try #require(lines.count == 5)
        #expect(lines[..<3] == [#"{"torn":"#, #"{"torn":"#, "2"])
        for line in lines[3...] { #expect(try JSON(parsing: Array(line.utf8))["messageKey"] != nil) }
    }

    @Test func aServerThatIsNotThereIsASentence() throws {
        let program = try Program()
        let none = try program.run(["push", "watch", "--url", "http://127.0.0.1:1"])
        #expect(none.status == 77 && none.errors.contains("there is no token"))
        let outcome = try program.run(["push", "watch", "--url", "http://127.0.0.1:1"], ["WEFLOW_TOKEN": "x"])
        #expect(outcome.status == 69 && outcome.errors.contains("no server answers"))
        let usage = try program.run(["push", "watch", "--url", "127.0.0.1"])
        #expect(usage.status == 64 && usage.output.isEmpty)
    }
}
