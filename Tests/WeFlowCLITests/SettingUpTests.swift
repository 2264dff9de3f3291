import Foundation
import TestSupport
import Testing

/// Keys, settings, the token, and sessions by name.
struct SettingUpTests {
    @Test func aKeyComesFromTheStandardInput() throws {
        let account = try FixtureAccount("kdf")
        let program = try Program(account)
        let key = try #require(account.key)
        let outcome = try program.run(["sessions", "--key-file", "-"], input: "0x\(key)\n", ["WEFLOW_KEY": ""])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
    }

    @Test func aKeyOnTheCommandLineWarns() throws {
        let account = try FixtureAccount("raw-wal")
        let key = try #require(account.key)
        let outcome = try Program(account).run(["sessions", "--key", key])
        #expect(outcome.status == 0)
        #expect(outcome.errors.hasPrefix("weflow: warning: --key shows in the list of processes"))
        #expect(!outcome.errors.contains(key))
    }

    @Test func derivedKeysAreRememberedUnlessToldOtherwise() throws {
        let account = try FixtureAccount("kdf")
        let program = try Program(account)
        let file = program.scratch.file("state/weflow/\(account.username)/keys")
        #expect(try program.run(["sessions", "--no-key-cache"]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(try program.run(["sessions"]).status == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let sealed = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(try program.run(["sessions"]).status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == sealed)
        // A damaged file is rebuilt in silence.
        try Data(sealed.reversed()).write(to: URL(fileURLWithPath: file))
        let outcome = try program.run(["sessions"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
    }

    @Test func theParentOfOneAccountIsTheAccount() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let parent = URL(fileURLWithPath: account.path).deletingLastPathComponent().path
        let wanted = try program.run(["sessions"]).output
        #expect(try program.run(["sessions"], ["WEFLOW_ACCOUNT": parent]).output == wanted)
        #expect(try program.shell("cd '\(account.path)' && $WEFLOW sessions --account .").output == wanted)
    }

    @Test func theConfigurationSaysWhereEachSettingCameFrom() throws {
        let account = try FixtureAccount("kdf")
        let program = try Program(account)
        let outcome = try program.run(["config", "--account", "/x", "--image-key", "abcdefghijklmnop"])
        #expect(outcome.status == 0)
        let settings = try #require(outcome.json()["settings"])
        #expect(settings["account"] == .object(["value": .string("/x"), "origin": .string("--account")]))
        #expect(settings["key"] == .object(["value": .string("********"), "origin": .string("WEFLOW_KEY")]))
        #expect(settings["exportPath"]?["value"] == .string(program.scratch.file("data/weflow/api-media")))
        #expect(settings["exportPath"]?["origin"] == .string("default"))
        #expect(settings["ffmpeg"] == .object(["origin": .string("unset")]))
        #expect(!outcome.text.contains(account.key ?? "?") && !outcome.text.contains("abcdefgh"))
    }

    @Test func theConfigurationFileIsEnough() throws {
        let account = try FixtureAccount("raw-wal")
        let program = try Program()
        try FileManager.default.createDirectory(
            atPath: program.scratch.file("config/weflow"), withIntermediateDirectories: true)
        let json = #"{"account": "\#(account.path)", "key": "\#(account.key ?? "")"}"#
        try program.scratch.write(Array(json.utf8), to: "config/weflow/config.json")
        let outcome = try program.shell("chmod 600 config/weflow/config.json && $WEFLOW sessions")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
    }

    @Test func theTokenIsMadeOnceAndReplacedOnDemand() throws {
        let program = try Program()
        let first = try program.run(["token"]).text
        #expect(first.utf8.count == 44)
        #expect(try program.run(["token"]).text == first)
        let second = try program.run(["token", "--rotate"]).text
        #expect(second != first && second.utf8.count == 44)
        #expect(try program.run(["token"]).text == second)
        let attributes = try FileManager.default.attributesOfItem(atPath: program.scratch.file("state/weflow/token"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func aNameThatFitsOneSessionIsTheSession() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let sessions = try #require(account.truth()["sessions"]).items
        let names = Dictionary(grouping: sessions) { $0["displayName"]?.text ?? "" }
        let (name, only) = try #require(names.first { $0.value.count == 1 && $0.key != $0.value[0]["username"]?.text })
        let answer = try program.run(["messages", name, "--limit", "1"]).json()
        #expect(answer["talker"] == only[0]["username"])
        #expect(answer["count"]?.int == 1)
        // In every command that takes chats, in a list too, with the option once or for each.
        let known = try #require(only[0]["username"]?.text)
        let other = try #require(
            sessions.compactMap { $0["username"]?.text }.first { id in
                try id != known && !account.messages(of: id).isEmpty
            })
        for words in [["--talker", "\(name),\(other)"], ["--talker", name, "--talker", other]] {
            let new = try program.run(["messages", "new", "--since", "2000-01-01", "--limit", "0"] + words).json()
            let found = Set(new["messages"]?.items.compactMap { $0["sessionId"]?.text } ?? [])
            #expect(found == [known, other])
        }
        let pulled = try program.run(["pull", "--talker", name, "--limit", "1"])
        #expect(try pulled.status == 0 && pulled.json()["messages"]?.items.count == 1)
    }

    @Test func aNameOfSeveralSessionsListsThem() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        let sessions = try #require(account.truth()["sessions"]).items.compactMap { $0["username"]?.text }
        let two = sessions.filter { $0.hasPrefix("wxid_") }.prefix(2)
        let group = try #require(sessions.first { $0.hasSuffix("@chatroom") })
        let names = try PlainDatabase(copy + "/db_storage/contact/contact.db", wal: false)
        try names.run("UPDATE contact SET remark = '同名' WHERE username IN ('\(two[0])', '\(two[1])', '\(group)')")

        let refused = try program.run(["messages", "同名"], ["WEFLOW_ACCOUNT": copy])
        #expect(refused.status == 64 && refused.output.isEmpty)
        for id in two + [group] { #expect(refused.errors.contains("\(id) (同名)")) }
        // An id is not a name, and only a group has members.
        #expect(try program.run(["messages", two[0]], ["WEFLOW_ACCOUNT": copy]).json()["talker"] == .string(two[0]))
        let members = try program.run(["group-members", "同名"], ["WEFLOW_ACCOUNT": copy])
        #expect(try members.json()["chatroomId"] == .string(group))
    }
}
