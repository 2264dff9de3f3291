import Foundation
import TestSupport
import Testing

/// `weflow setup`: what it asks, what it writes, and what it refuses.
struct SetupTests {
    private let program: Program
    private let account: FixtureAccount
    private let key: String
    private let imageKey: String

    init() throws {
        program = try Program()
        account = try FixtureAccount("kdf")
        key = try #require(account.key)
        imageKey = try #require(
            JSON(parsing: Data(contentsOf: URL(fileURLWithPath: account.folder + "/keys.json")))["imageAesKey"]?.text)
    }

    private var config: String { program.scratch.file("config/weflow/config.json") }
    private var keyFile: String { program.scratch.file("config/weflow/\(account.username).key") }

    private func settings() throws -> JSON { try JSON(parsing: Data(contentsOf: URL(fileURLWithPath: config))) }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// Nothing at all lies in the folder of the configuration.
    private var isUntouched: Bool { !FileManager.default.fileExists(atPath: program.scratch.file("config")) }

    private func place(_ name: String = "") throws -> String {
        let place = program.scratch.file("Documents/xwechat_files")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let target = "\(place)/\(account.name)\(name)"
        try FileManager.default.copyItem(atPath: account.path, toPath: target)
        return target
    }

    // MARK: On a terminal

    @Test func asksForFolderAndKeyAndWritesBoth() throws {
        let folder = try place()
        let terminal = try PseudoTerminal(program, ["setup"])
        try terminal.answer("use the account \(folder)? [Y/n]", "")
        try terminal.answer("database key", " 0x\(key.uppercased()) ", isHidden: true)
        try terminal.answer("key of the pictures", imageKey, isHidden: true)
        try terminal.answer("keep the key in", "yes")
        #expect(try terminal.end() == 0, "\(terminal.screen)")
        let screen = terminal.screen
        #expect(!screen.lowercased().contains(key.prefix(16)), "the key is on the screen")
        #expect(!screen.contains(imageKey))
        for text in ["Messages", "Chats", "weflow sessions --format table", "weflow archive"] {
            #expect(screen.contains(text), "\(screen)")
        }
        #expect(
            try settings()
                == .object([
                    "account": .string(folder), "keyFile": .string("\(account.username).key"),
                    "imageKey": .string(imageKey),
                ]))
        #expect(try (mode(config), mode(keyFile)) == (0o600, 0o600))
        let sessions = try program.run(["sessions"])
        #expect(sessions.status == 0 && sessions.errors.isEmpty, "\(sessions.errors)")
        // Again: nothing is asked but the folder, nothing is written.
        let before = try FileManager.default.attributesOfItem(atPath: config)[.modificationDate] as? Date
        let again = try PseudoTerminal(program, ["setup"])
        try again.answer("use the account", "y")
        #expect(try again.end() == 0 && again.screen.contains("as it was"), "\(again.screen)")
        #expect(try FileManager.default.attributesOfItem(atPath: config)[.modificationDate] as? Date == before)
    }

    @Test func aWrongKeyIsSaidAndAskedForAgain() throws {
        let folder = try place()
        let terminal = try PseudoTerminal(program, ["setup", "--account", folder])
        try terminal.answer("database key", "hunter2", isHidden: true)
        try terminal.answer("neither 64 nor 96 hex digits", String(repeating: "ab", count: 32), isHidden: true)
        try terminal.answer("the key fits no database", key, isHidden: true)
        try terminal.answer("key of the pictures", "0123456789abcdef", isHidden: true)
        try terminal.answer("keep the key in", "n")
        #expect(try terminal.end() == 0, "\(terminal.screen)")
        #expect(terminal.screen.contains("opens none of the pictures and is left out"))
        #expect(!terminal.screen.contains("hunter2"))
        #expect(try settings() == .object(["account": .string(folder)]))
        #expect(!FileManager.default.fileExists(atPath: keyFile))
    }

    @Test func threeWrongKeysEndItWithNothingWritten() throws {
        let terminal = try PseudoTerminal(program, ["setup", "--account", try place()])
        for _ in 1...3 { try terminal.answer("database key", "no", isHidden: true) }
        #expect(try terminal.end() == 78)
        #expect(terminal.showsInput && isUntouched)
    }

    @Test func ctrlCGivesTheTerminalBackAndLeavesNothing() throws {
        let terminal = try PseudoTerminal(program, ["setup", "--account", try place()])
        try Wait.blocking("the question for the key") {
            terminal.screen.contains("database key") && !terminal.showsInput
        }
        terminal.interrupt()
        #expect(try terminal.end() == 130)
        #expect(terminal.showsInput && isUntouched)
    }

    @Test func anInputThatEndsIsNoAnswer() throws {
        let terminal = try PseudoTerminal(program, ["setup"])
        try Wait.blocking("the question for the folder") { terminal.screen.contains("account folder") }
        terminal.type("\u{4}")
        #expect(try terminal.end() == 64)
        #expect(terminal.screen.contains("the input ended") && isUntouched)
    }

    @Test func severalAccountsAreChosenByNumber() throws {
        _ = try place("_1a2b")
        let second = try place("_3c4d")
        let terminal = try PseudoTerminal(program, ["setup"])
        try terminal.answer("number of the account", "7")
        try terminal.answer("7: there is no such folder", "2")
        try terminal.answer("database key", key, isHidden: true)
        try terminal.answer("key of the pictures", "", isHidden: true)
        try terminal.answer("keep the key in", "")
        #expect(try terminal.end() == 0, "\(terminal.screen)")
        #expect(try settings()["account"] == .string(second))
    }

    @Test func anotherAccountIsReplacedWhereSomebodySaysSo() throws {
        try program.scratch.put(
            #"{"account": "/somewhere/else", "keyFile": "old.key", "mediaHosts": ["img.example.org"]}"#,
            at: "config/weflow/config.json")
        let before = try Data(contentsOf: URL(fileURLWithPath: config))
        let folder = try place()
        let refused = try PseudoTerminal(program, ["setup", "--account", folder])
        try refused.answer("is of another account, /somewhere/else; replace it? [y/N]", "")
        #expect(try refused.end() == 1)
        let alone = try program.run(["setup", "--account", folder, "--key-file", "-"], input: key)
        #expect(alone.status == 64 && alone.errors.contains("--force"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: config)) == before)
        #expect(!FileManager.default.fileExists(atPath: keyFile))
        let forced = try program.run(["setup", "--account", folder, "--key-file", "-", "--force"], input: key)
        #expect(forced.status == 0, "\(forced.errors)")
        #expect(
            try settings()
                == .object([
                    "account": .string(folder), "keyFile": .string("\(account.username).key"),
                    "mediaHosts": .array([.string("img.example.org")]),
                ]))
    }

    // MARK: Without one

    @Test func withoutATerminalAndOptionsOneSentenceSaysWhatToGive() throws {
        let outcome = try program.run(["setup"])
        #expect(outcome.status == 64 && outcome.output.isEmpty && isUntouched)
        #expect(
            outcome.errors
                == "weflow: error: there is no terminal to ask on; give --account DIR, the folder that holds "
                + "db_storage, and --key-file FILE (- reads the key from the standard input)\n")
    }

    @Test func everyFormOfKeyAndOfFolderIsTaken() throws {
        let folder = try place()
        try program.scratch.put("\u{FEFF}x'\(key)'\r\n", at: "given.txt", mode: 0o600)
        for given in [folder, folder + "/", folder + "/db_storage", folder + "/db_storage/message", "Documents"] {
            let outcome = try program.run(["setup", "--account", given, "--key-file", "given.txt"])
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(given): \(outcome.errors)")
            #expect(
                try settings()
                    == .object(["account": .string(folder), "keyFile": .string(program.scratch.file("given.txt"))]))
            #expect(!outcome.text.contains(key))
        }
        // The same account in other words stays as it was named.
        try program.scratch.put(#"{"account": "~/Documents"}"#, at: "config/weflow/config.json")
        let piped = try program.run(["setup", "--account", folder, "--key-file", "-"], input: "\(key)\r\n")
        #expect(piped.status == 0, "\(piped.errors)")
        #expect(
            try settings()
                == .object([
                    "account": .string("~/Documents"), "keyFile": .string("\(account.username).key"),
                ]))
        let named = try program.run(["setup"], ["WEFLOW_KEY": key, "WEFLOW_ACCOUNT": "Documents"])
        #expect(named.status == 0 && named.errors.isEmpty && !named.text.contains(key), "\(named.errors)")
        #expect(try program.scratch.bytes(of: "config/weflow/\(account.username).key") == Array("\(key)\n".utf8))
    }

    @Test func theSampleAndAStoreWithoutAKeyNeedNone() throws {
        #expect(try program.run(["sample", "demo"]).status == 0)
        let sample = try program.run(["setup", "--account", "demo"])
        #expect(sample.status == 0 && sample.errors.isEmpty, "\(sample.errors)")
        #expect(try settings()["keyFile"] == nil && settings()["key"] == nil)
        #expect(try program.run(["sessions"]).status == 0)
        let plain = try FixtureAccount("none")
        let outcome = try program.run(["setup", "--account", plain.path, "--force"])
        #expect(outcome.status == 0 && outcome.text.contains("not encrypted"), "\(outcome.errors)")
        #expect(try settings() == .object(["account": .string(plain.path)]))
    }

    /// A refusal: what is given, the exit code, and words of the sentence.
    struct Refusal: Sendable {
        let account: String
        var key: String? = nil
        let status: Int32
        let says: String
    }

    @Test(arguments: [
        Refusal(account: "nowhere", status: 78, says: "nowhere: there is no such folder"),
        Refusal(account: "empty", status: 78, says: "empty: no account in this folder"),
        Refusal(account: "two", status: 78, says: "two holds several accounts"),
        Refusal(account: "WeChat Files", status: 78, says: "WeChat Files is a folder of WeChat 3"),
        Refusal(account: "WeChat Files/wxid_a/Msg/MicroMsg.db", status: 78, says: "is a file of WeChat 3"),
        Refusal(
            account: "one/db_storage/session/session.db", status: 78,
            says: "point --account at the account folder, here"),
        Refusal(
            account: #"D:\WeChat\xwechat_files"#, status: 78, says: "/mnt/d/WeChat/xwechat_files, which is not there"),
        Refusal(account: "D:WeChatxwechat_files", status: 78, says: "put it in single quotes"),
        Refusal(account: "one", key: "12", status: 78, says: "the key of the standard input is neither"),
        Refusal(
            account: "one", key: String(repeating: "cd", count: 32), status: 78, says: "the key fits no database"),
        Refusal(account: "one", key: "", status: 78, says: "the key of the standard input is neither"),
    ])
    func whatIsWrongIsOneSentence(refusal: Refusal) throws {
        for name in ["two/a", "two/b"] {
            try FileManager.default.createDirectory(
                atPath: program.scratch.file("\(name)/db_storage"), withIntermediateDirectories: true)
        }
        try FileManager.default.createDirectory(
            atPath: program.scratch.file("empty"), withIntermediateDirectories: true)
        try program.scratch.put("x", at: "WeChat Files/wxid_a/Msg/MicroMsg.db")
        try FileManager.default.copyItem(atPath: account.path, toPath: program.scratch.file("one"))
        let outcome = try program.run(
            ["setup", "--account", refusal.account, "--key-file", "-"], input: refusal.key ?? key)
        #expect(outcome.status == refusal.status && outcome.output.isEmpty)
        #expect(outcome.errors.contains(refusal.says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1 && isUntouched)
    }

    #if os(Linux)
        @Test func aPathThatWindowsHasForAFolderOfWSLIsThatFolder() throws {
            let folder = try place()
            let path = #"\\wsl.localhost\Debian"# + folder.replacingOccurrences(of: "/", with: "\\")
            let outcome = try program.run(["setup", "--account", path, "--key-file", "-"], input: key)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try settings()["account"] == .string(folder))
        }
    #endif

    @Test func aConfigurationThatCannotBeWrittenLeavesNothing() throws {
        let folder = try place()
        let words = ["setup", "--account", folder, "--key-file", "-"]
        // A file where the folder should be, a link where the file should be, a setting that is none.
        try program.scratch.write([], to: "config")
        let blocked = try program.run(words, input: key)
        #expect(blocked.status == 74 && blocked.errors.contains("cannot be"), "\(blocked.errors)")
        try FileManager.default.removeItem(atPath: program.scratch.file("config"))
        try program.scratch.write(Array("{}".utf8), to: "elsewhere.json")
        try FileManager.default.createDirectory(
            atPath: program.scratch.file("config/weflow"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: config, withDestinationPath: program.scratch.file("elsewhere.json"))
        let linked = try program.run(words, input: key)
        #expect(linked.status == 74 && linked.errors.contains("is a symbolic link"), "\(linked.errors)")
        #expect(!FileManager.default.fileExists(atPath: keyFile))
        #expect(try program.scratch.bytes(of: "elsewhere.json") == Array("{}".utf8))
        try FileManager.default.removeItem(atPath: config)
        try program.scratch.put("{\"account\": ", at: "config/weflow/config.json")
        let broken = try program.run(words, input: key)
        #expect(broken.status == 78 && broken.errors.contains("correct the file"), "\(broken.errors)")
        #expect(!FileManager.default.fileExists(atPath: keyFile))
    }

    @Test func weflowAlonePointsAtIt() throws {
        #expect(try program.run([]).text.contains("\n  weflow setup\n"))
        _ = try place()
        let found = try program.run([]).text
        #expect(found.contains("which is not set yet") && found.contains("\n  weflow setup\n"))
        #expect(try program.run(["sessions"]).errors.contains("run weflow setup"))
    }

    @Test func noKeyIsTakenFromTheCommandLine() throws {
        let outcome = try program.run(["setup", "--account", account.path, "--key", key])
        #expect(outcome.status == 64 && !outcome.errors.contains(key) && isUntouched)
        #expect(outcome.errors.contains("--key-file"))
    }
}
