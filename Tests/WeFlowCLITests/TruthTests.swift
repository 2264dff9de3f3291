import Foundation
import TestSupport
import Testing

/// What the program says of the invented accounts is what is true of them.
struct TruthTests {
    @Test(arguments: FixtureAccount.names)
    func listsAreTrue(name: String) throws {
        let account = try FixtureAccount(name)
        let truth = try account.truth()
        let program = try Program(account)

        let sessions = try program.run(["sessions", "--limit", "10000"])
        #expect(sessions.status == 0 && sessions.errors.isEmpty)
        #expect(try sessions.json()["sessions"] == truth["sessions"])
        #expect(try sessions.json()["count"]?.int == truth["sessions"]?.items.count)
        #expect(sessions.text.hasSuffix("}\n") && !sessions.text.dropLast().contains("\n"))

        let contacts = try program.run(["contacts", "--limit", "10000"]).json()
        #expect(
            try Self.keyed(contacts["contacts"], by: "username") == Self.keyed(truth["contacts"], by: "username"))

        let groups = try #require(truth["groups"]).members
        #expect(!groups.isEmpty)
        for (group, rows) in groups {
            let members = try program.run(["group-members", group, "--include-message-counts=1"]).json()
            #expect(members["chatroomId"] == .string(group))
            #expect(try Self.keyed(members["members"], by: "wxid") == Self.keyed(rows["members"], by: "wxid"))
        }
    }

    @Test(arguments: FixtureAccount.names)
    func messagesAreTrue(name: String) throws {
        let account = try FixtureAccount(name)
        let program = try Program(account)
        let fields = [
            "localId", "serverId", "localType", "createTime", "isSend", "senderUsername", "rawContent", "content",
            "parsedContent", "quote",
        ]
        for talker in try #require(account.truth()["messages"]).members.keys.sorted() {
            let wanted = try account.messages(of: talker)
            let outcome = try program.run(["messages", talker, "--limit", "0"])
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            let answer = try outcome.json()
            #expect(answer["count"]?.int == wanted.count)
            #expect(answer["hasMore"] == .bool(false))
            let messages = try #require(answer["messages"]).items
            #expect(messages.count == wanted.count)
            for (message, row) in zip(messages, wanted) {
                // The truth has no value for what is broken.
                for field in fields where row[field] != .null {
                    #expect(message[field] == row[field], "\(talker) \(row["localId"]?.int ?? 0) \(field)")
                }
                #expect(message["replyToMessageId"] == row["quote"]?["platformMessageId"])
            }
            let lines = try program.run(["messages", "--talker", talker, "--limit=0", "--format", "jsonl"])
            #expect(try lines.output.split(separator: 0x0A).map { try JSON(parsing: $0) } == messages)
        }
    }

    @Test func pagesFollowOneAnother() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let talker = try #require(
            account.truth()["messages"]?.members.max { $0.value.items.count < $1.value.items.count }?.key)
        let newestFirst = try account.messages(of: talker).map { $0["serverId"] }
        for (order, wanted) in [("desc", newestFirst), ("asc", newestFirst.reversed())] {
            var ids: [JSON?] = []
            var hasMore = true
            while hasMore {
                let page = try program.run(
                    ["messages", talker, "--limit", "7", "--offset", "\(ids.count)", "--order", order]
                ).json()
                let messages = page["messages"]?.items ?? []
                #expect(messages.count == page["count"]?.int)
                guard !messages.isEmpty else { break }
                ids += messages.map { $0["serverId"] }
                hasMore = page["hasMore"] == .bool(true)
                #expect(hasMore == (ids.count < wanted.count))
            }
            #expect(ids == wanted)
        }
    }

    @Test func aRangeOfTimesHoldsItsBothEnds() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let talker = try #require(account.truth()["messages"]?.members.keys.sorted().first)
        let times = try account.messages(of: talker).compactMap { $0["createTime"]?.int }
        let (first, last) = (times[times.count / 2], times[times.count / 4])
        let answer = try program.run(
            ["messages", talker, "--start", "\(first)", "--end", "\(last)000", "--limit", "0"]
        ).json()
        let found = answer["messages"]?.items.compactMap { $0["createTime"]?.int }
        #expect(found == times.filter { first...last ~= $0 })
        let none = try program.run(["messages", talker, "--start", "\(last)", "--end", "\(first - 1)"])
        #expect(none.status == 0)
        #expect(try none.json()["count"]?.int == 0)
    }

    @Test(arguments: FixtureAccount.names)
    func readingLeavesEveryByteOfTheStore(name: String) throws {
        let account = try FixtureAccount(name)
        let before = try account.files()
        let program = try Program(account)
        let talker = try #require(account.truth()["messages"]?.members.keys.sorted().first)
        for arguments in [["sessions"], ["contacts"], ["messages", talker, "--limit", "0"]] {
            #expect(try program.run(arguments).status == 0)
        }
        #expect(try account.files() == before)
    }

    /// A list that must have items, each with a key of its own, in whatever order they come.
    private static func keyed(_ list: JSON?, by key: String) throws -> [String: JSON] {
        let items = try #require(list).items
        let keyed = try Dictionary(items.map { (try #require($0[key]?.text), $0) }) { first, _ in first }
        #expect(!items.isEmpty && keyed.count == items.count)
        return keyed
    }
}
