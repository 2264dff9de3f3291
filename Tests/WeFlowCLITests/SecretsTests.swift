import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What must not get out of the process: to its children, to a core, to others of the same user, to the wrong file.
struct SecretsTests {
    private let account: FixtureAccount
    private let program: Program

    init() throws {
        account = try FixtureAccount("raw-wal")
        program = try Program(account)
    }

    @Test func aCommandIsNotToldTheKey() throws {
        let script = """
            "$WEFLOW" messages new --since 2000-01-01 --limit 1 --state place > /dev/null
            "$WEFLOW" push watch --since-last --state place --include-self --exec 'env > seen; echo >> done' > /dev/null & watcher=$!
            while ! [ -e done ]; do sleep 0.05; done
            kill $watcher; wait $watcher; cat seen
            """
        let secrets = ["WEFLOW_KEY", "WEFLOW_IMAGE_KEY", "WEFLOW_IMAGE_XOR_KEY", "WEFLOW_TOKEN"]
        let values = Dictionary(uniqueKeysWithValues: secrets.dropFirst().map { ($0, "7") })
        let seen = try program.shell(script, values).text.split(separator: "\n")
        for name in secrets { #expect(!seen.contains { $0.hasPrefix(name + "=") }, "\(name)") }
        #expect(seen.contains { $0.hasPrefix("WEFLOW_ACCOUNT=") } && seen.contains { $0.hasPrefix("PATH=") })
    }

    #if os(Linux)
        /// Nobody of the same user may look into it, and a crash leaves no core; a command may have cores again.
        @Test func theProcessIsClosed() throws {
            let script = """
                ulimit -S -c "$(ulimit -H -c)"
                "$WEFLOW" push watch --state place --exec true > /dev/null & watcher=$!
                while ! [ -e place ]; do sleep 0.05; done
                grep '^Max core file size' /proc/$watcher/limits
                stat -c %u /proc/$watcher/environ
                kill $watcher; wait $watcher
                """
            let lines = try program.shell(script).text.split(separator: "\n")
            try #require(lines.count == 2)
            #expect(lines[0].split(separator: " ").dropFirst(4).first == "0")
            // The files of such a process belong to root.
            #expect(lines[1] == "0")
        }

        /// All that the program reaches through `/proc/self` and `/dev` works for a user without rights, too.
        @Test func aClosedProcessStillReachesItsOwnFiles() throws {
            let script = """
                "$WEFLOW" sessions --limit 1 -o /dev/stdout | head -c 1
                "$WEFLOW" sessions --limit 1 -o /dev/fd/1 | head -c 1
                "$WEFLOW" sessions --limit 1 -o /dev/stdout > out; head -c 1 out
                "$WEFLOW" sessions --limit 1 -o /dev/null && echo -n n
                mkfifo pipe; "$WEFLOW" sessions --limit 1 -o pipe & head -c 1 pipe; wait
                printf x > torn; "$WEFLOW" messages new --since 2000-01-01 --limit 1 --format jsonl >> torn; head -1 torn
                """
            #expect(try program.shell(script).text == "{{{n{x\n")
            guard getuid() == 0 else { return }
            let folders = "chmod -R a+rwX . \"$WEFLOW_ACCOUNT\" 2>/dev/null; rm -rf out pipe torn; "
            let other = "setpriv --reuid 65534 --regid 65534 --clear-groups /bin/sh -c '\(script)'"
            guard try program.shell("command -v setpriv && setpriv --reuid 65534 test -x \"$WEFLOW\"").status == 0
            else {
                return
            }
            #expect(try program.shell(folders + other).text == "{{{n{x\n")
        }
    #endif

    @Test(arguments: [
        "messages new --state link", "messages new --since 2000-01-01 --state link", "sessions --output link",
        "push watch --state link",
    ])
    func aLinkIsNeitherFollowedNorReplaced(line: String) throws {
        for target in ["real", "none"] {
            let outcome = try program.shell(
                "echo old > real; ln -sf \(target) link; \"$WEFLOW\" \(line); echo $?; cat real; readlink link; test -e none"
            )
            #expect(outcome.text == "74\nold\n\(target)\n")
            #expect(outcome.errors.contains("link is a symbolic link, which is not followed"))
            #expect(outcome.status == 1)
        }
    }

    /// A cron job that was killed leaves a piece of its cursor, an export a piece of the messages.
    @Test func whatAKilledRunLeftIsRemovedByTheNext() throws {
        let gone = Int(Int32.max) - 7
        let script = """
            for name in .weflow-\(gone)-1.part .cursor.\(gone)-1 .weflow-$$-1.part .cursor.$$-1; do echo secret > $name; done
            "$WEFLOW" sessions -o out.json
            "$WEFLOW" messages new --state cursor > /dev/null
            ls -A | grep -E 'part|cursor|out.json' | sed "s/$$/me/"
            """
        let names = try program.shell(script).text.split(separator: "\n")
        #expect(Set(names) == [".weflow-me-1.part", ".cursor.me-1", "cursor", "out.json"])
    }

    @Test func aTokenThatOthersCanReadIsRefused() throws {
        let script = """
            "$WEFLOW" token > /dev/null; chmod 644 state/weflow/token; "$WEFLOW" token; echo $?
            """
        let outcome = try program.shell(script)
        #expect(outcome.text == "78\n" && outcome.errors.contains("chmod 600"))
    }
}
