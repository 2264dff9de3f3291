import Testing

@testable import WeFlowCommands
@testable import WeFlowQuery

/// What a shell is offered.
struct CompletionTests {
    private static let sessions = [
        session("wxid_anna", "安娜", "other"), session("1@chatroom", "家人群", "group"),
        session("wxid_tom", "Tom", "other"), session("wxid_tom2", "Tom", "other"),
    ]

    private static func session(_ id: String, _ name: String, _ type: String) -> Session {
        Session(
            username: id, displayName: name, type: 0, sessionType: type, lastTimestamp: 0, unreadCount: 0)
    }

    private func words(_ line: String..., sessions: [Session] = CompletionTests.sessions) throws -> [String] {
        let answer = Completion.answer(to: line, in: CommandTree().root) { _ in sessions }
        guard case .words(let candidates) = answer else { return ["not words"] }
        return candidates.map(\.word)
    }

    @Test func commandsAndTopics() throws {
        #expect(try words("mes") == ["messages"])
        #expect(try words("sns", "us") == ["usernames"])
        #expect(try words("help", "e") == ["exit-codes", "environment"])
        #expect(try Set(["messages", "serve", "help"]).isSubset(of: words("")))
    }

    @Test func optionsOfTheSubcommandThatIsMeant() throws {
        #expect(try words("messages", "--off") == ["--offset"])
        #expect(try words("messages", "--no-me") == ["--no-media", "--no-meiti"])
        #expect(try words("messages", "new", "--rec") == ["--received"])
        #expect(try words("sessions", "--lim", "x", "--off") == ["--offset"])
    }

    @Test func valuesOfAnOption() throws {
        #expect(try words("messages", "--format", "j") == ["json", "jsonl"])
        #expect(try words("messages", "--format=te") == ["--format=text"])
        #expect(try words("messages", "--limit", "") == [])
        #expect(try words("check", "--color", "") == ["auto", "always", "never"])
        #expect(try words("completions", "z") == ["zsh"])
    }

    @Test func chatsByIdAndByNameThatFitsOne() throws {
        #expect(try words("messages", "wxid_t") == ["wxid_tom", "wxid_tom2"])
        #expect(try words("messages", "安") == ["安娜"])
        #expect(try words("messages", "To") == [])
        #expect(try words("group-members", "") == ["1@chatroom"])
        #expect(try words("messages", "--talker", "1") == ["1@chatroom"])
        #expect(try words("messages", "wxid_tom", "wx") == [])
        #expect(try words("push", "watch", "--talker", "wxid_anna,1@") == ["wxid_anna,1@chatroom"])
        #expect(try words("messages", "wx", sessions: []) == [])
    }

    @Test func wordsThatNobodyCanTypeAreNotOffered() throws {
        #expect(
            Completion.text(of: [
                .init(word: "wxid_a", meaning: "A\nfiles\u{1B}[2J\u{202E}"), .init(word: "b\nfiles", meaning: ""),
                .init(word: "c\u{1B}[2J", meaning: ""), .init(word: "d\u{202E}", meaning: ""),
                .init(word: "שלום", meaning: "שלום"),
            ]) == "words\nwxid_a\tA files\u{FFFD}[2J\nשלום\t\u{2068}שלום\u{2069}\n")
    }

    @Test func filesAndFolders() throws {
        let root = CommandTree().root
        #expect(Completion.answer(to: ["sessions", "--output", ""], in: root) { _ in [] } == .files)
        #expect(Completion.answer(to: ["sessions", "--account", "/t"], in: root) { _ in [] } == .folders)
    }

    @Test func theAccountOfTheCommandLineIsAsked() throws {
        var asked: [String] = []
        _ = Completion.answer(
            to: ["messages", "--account", "/x", "--key", "secret", "--key-file", "k", ""], in: CommandTree().root
        ) { options in
            asked = options
            return []
        }
        #expect(asked == ["--account", "/x", "--key-file", "k"])
    }
}
