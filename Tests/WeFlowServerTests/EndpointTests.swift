import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowServer

/// JSON as Foundation reads it.
private func object(_ answer: RawAnswer) throws -> [String: any Sendable] {
    try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: any Sendable])
}

@Suite struct EndpointTests {
    private static let talker = TinyAccount.friend

    @Test func theExamplesOfTheDocumentRunUnchanged() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let group = TinyAccount.group
            for target in [
                "/health", "/api/v1/health", "/api/v1/messages?talker=\(Self.talker)&limit=20",
                "/api/v1/messages?talker=\(group)&chatlab=1",
                "/api/v1/messages?talker=\(Self.talker)&start=20260101&end=20260131",
                "/api/v1/sessions", "/api/v1/contacts?keyword=", "/api/v1/group-members?chatroomId=\(group)",
                "/api/v1/group-members?chatroomId=\(group)&includeMessageCounts=1&forceRefresh=1",
                "/api/v1/sessions/\(group)/messages?format=chatlab&since=0&limit=1000",
                "/api/v1/sessions/12345%40chatroom/messages", "/api/v1/sessions?format=chatlab",
            ] {
                let answer = try await server.send("GET", target)
                #expect(answer.status == 200, "\(target): \(answer.text)")
                #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
                _ = try object(answer)
            }
            // PowerShell's Invoke-RestMethod and Python's requests.
            let posted = try await server.post("/api/v1/messages", #"{ "talker": "\#(Self.talker)", "limit": 10 }"#)
            #expect(try object(posted)["count"] as? Int == 10)
            let chatlab = try await server.post("/api/v1/messages", #"{"talker": "\#(group)", "chatlab": true}"#)
            #expect(try object(chatlab)["chatlab"] != nil)
            let python = try await server.post("/api/v1/messages", #"{"talker": "\#(group)", "limit": 50}"#)
            #expect(try object(python)["hasMore"] as? Bool == true)
        }
    }

    @Test(arguments: [
        ("limit=2", #"{}"#, 2), ("", #"{"limit":3}"#, 3), ("", #"{"limit":"3"}"#, 3), ("", #"{"limit":3.0}"#, 3),
        ("limit=2", #"{"limit":5}"#, 2), ("limit=0", "{}", 1), ("limit=-5", "{}", 1), ("limit=99999", "{}", 300),
        ("limit=", "{}", 100), ("start=&end=", #"{"limit":null}"#, 100), ("start=1760000121.0", "{}", 100),
        ("start=1760000060&end=1760000120", "{}", 2), ("start=1760000060000", #"{"end":"1760000120"}"#, 2),
        ("start=2025-10-10&end=2025-10-01", "{}", 0), ("unknown=1", "{}", 100), ("order=ASC", "{}", 100),
        ("talker=wxid_nobody", "{}", 0), ("", #"{"offset":290}"#, 10), ("offset=300", "{}", 0),
    ])
    func parametersComeFromQueryAndBody(query: String, body: String, count: Int) async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            var body = body
            if !query.contains("talker") {
                body = #"{"talker":"\#(Self.talker)""# + (body == "{}" ? "}" : "," + body.dropFirst())
            }
            let answer = try await server.post("/api/v1/messages?\(query)", body)
            #expect(try object(answer)["count"] as? Int == count, "\(answer.text.prefix(200))")
        }
    }

    @Test(arguments: [
        ("/api/v1/messages", "talker is missing"), ("/api/v1/messages?talker=a&limit=x", "limit is not a whole number"),
        ("/api/v1/messages?talker=a&talker=b", "talker stands twice"),
        ("/api/v1/messages?talker=a&media=maybe", "media"),
        ("/api/v1/messages?talker=a&start=20260231", "start names a day"), ("/api/v1/messages?talker=%zz", "talker"),
        ("/api/v1/messages?talker=a&format=xml", "format must be json or chatlab"),
        ("/api/v1/messages?talker=a&media=1&meiti=0", "disagree"), ("/api/v1/sessions?format=text", "format"),
        ("/api/v1/group-members", "chatroomId is missing"), ("/api/v1/contacts?limit=1.5", "limit"),
        ("/api/v1/sessions/%ff/messages", "id in the path"), ("/api/v1/messages?talker=a&partial=2", "partial"),
    ])
    func aMalformedParameterIsNamed(target: String, says: String) async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let answer = try await server.send("GET", target)
            #expect(answer.status == 400)
            let error = try #require(try object(answer)["error"] as? String)
            #expect(error.contains(says))
        }
    }

    @Test func anAnswerIsWhatTheQueryAndTheEncoderOfTheCommandLineGive() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let own = Parameters(commandLine: ["talker": Self.talker, "limit": "300", "order": "asc", "keyword": "你好"])
            let request = try MessagesRequest(own)
            let answer = MessagesAnswer(
                try MessagesQuery(request, in: tiny.account), in: tiny.account, style: .compact, exportedAt: 0,
                media: MediaEnvelope(enabled: false, exportPath: tiny.exportPath))
            var expected: [UInt8] = []
            try await answer.page().write { expected += $0.array() }
            let target = "/api/v1/messages?talker=\(Self.talker)&limit=300&order=asc&keyword=%E4%BD%A0%E5%A5%BD"
            let sent = try await server.send("GET", target)
            #expect(sent.body == expected)
            #expect(sent.text.contains("\\u2028") && !sent.text.contains("\u{2028}"))

            let sessions = try SessionsQuery(SessionsRequest(Parameters(commandLine: [:]))).run(on: tiny.account)
            let list = encodeSessions(sessions.sessions, form: .json(.compact)).array()
            #expect(try await server.send("GET", "/api/v1/sessions").body == list)

            let contacts = try ContactsQuery(ContactsRequest(Parameters(commandLine: [:]))).run(on: tiny.account)
            let people = encodeContacts(contacts.contacts, form: .json(.compact)).array()
            #expect(try await server.send("GET", "/api/v1/contacts").body == people)
        }
    }

    @Test func aMessageThatIsCommittedIsInTheNextAnswer() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            for number in 0..<5 {
                try tiny.receive("neu \(number)", in: Self.talker, at: 1_770_000_000 + number)
                let answer = try await server.send("GET", "/api/v1/messages?talker=\(Self.talker)&limit=1")
                #expect(answer.text.contains("neu \(number)"))
            }
        }
    }

    @Test func whatIsCommittedToTheLogIsInTheNextAnswer() async throws {
        let tiny = try TinyAccount()
        let writer = try PlainDatabase("\(tiny.folder)/db_storage/message/message_0.db")
        try await RunningServer.run(context: tiny.context) { server in
            let target = "/api/v1/messages?talker=\(Self.talker)&limit=3"
            for number in 0..<20 {
                try writer.run(TinyAccount.insertion(Self.talker, at: 1_770_000_000 + number, "log \(number)"))
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<8 { group.addTask { try await server.send("GET", target).text } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.contains("log \(number)") })
            }
            let (first, second) = (try await server.send("GET", target), try await server.send("GET", target))
            #expect(first.body == second.body && first.headers["content-length"] == second.headers["content-length"])
            let long = try await server.send("GET", target + "0")
            for _ in 0..<2 {
                let packed = try await server.send("GET", target + "0", headers: ["Accept-Encoding: gzip"])
                #expect(try Gunzip.bytes(packed.body) == long.body)
            }
            let names = try PlainDatabase("\(tiny.folder)/db_storage/contact/contact.db", wal: false)
            #expect(try await server.send("GET", "/api/v1/sessions").text.contains("客户张三"))
            try names.run("UPDATE contact SET remark = '新备注' WHERE id = 2")
            #expect(try await server.send("GET", "/api/v1/sessions").text.contains("新备注"))
        }
    }

    @Test func groupMembersAreCachedUntilADatabaseChanges() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            func ask(_ query: String) async throws -> (isCached: Bool, updatedAt: Int, text: String) {
                let answer = try await server.send(
                    "GET", "/api/v1/group-members?chatroomId=\(TinyAccount.group)&\(query)")
                let body = try object(answer)
                return (
                    try #require(body["fromCache"] as? Bool), try #require(body["updatedAt"] as? Int), answer.text
                )
            }
            let first = try await ask("")
            let second = try await ask("")
            #expect(!first.isCached)
            #expect(second.isCached)
            #expect(second.updatedAt == first.updatedAt)
            #expect(try await !ask("forceRefresh=1").isCached)
            #expect(try await ask("").isCached)
            // Counts are another list, which depends on the messages, too.
            #expect(try await !ask("withCounts=1").isCached)
            #expect(try await ask("withCounts=1").isCached)
            try tiny.receive("x", in: TinyAccount.group, at: 1_770_000_000)
            #expect(try await !ask("withCounts=1").isCached)
            #expect(try await ask("").isCached)
            try tiny.execute("contact/contact.db", ["UPDATE contact SET remark = '新名字' WHERE id = 4"])
            let renamed = try await ask("")
            #expect(!renamed.isCached)
            #expect(renamed.text.contains("新名字"))
        }
    }

    @Test func aStoreThatIsNotThereIs503UntilItIsBack() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let target = "/api/v1/messages?talker=\(Self.talker)&limit=1"
            let (here, away) = ("\(tiny.folder)/db_storage", "\(tiny.folder)/elsewhere")
            #expect(try await server.send("GET", target).status == 200)
            try FileManager.default.moveItem(atPath: here, toPath: away)
            for path in [target, "/api/v1/sessions", "/api/v1/contacts", "/api/v1/group-members?chatroomId=1@chatroom"]
            {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 503)
                #expect(answer.headers["retry-after"] == "1")
                #expect(answer.text.hasPrefix(#"{"error":""#))
            }
            #expect(try await server.send("GET", "/health").status == 200)
            try FileManager.default.moveItem(atPath: away, toPath: here)
            #expect(try await server.send("GET", target).status == 200)
        }
    }

    @Test func withoutAnAccountEveryQueryIs503() async throws {
        try await RunningServer.run { server in
            let answer = try await server.send("GET", "/api/v1/sessions")
            #expect(answer.status == 503)
            #expect(answer.text == #"{"error":"no account is set; name its folder with --account"}"#)
        }
    }

    @Test func damageIsToldOrToleratedAsAsked() async throws {
        let tiny = try TinyAccount()
        let shard = "\(tiny.folder)/db_storage/message/message_1.db"
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: shard))
        try await RunningServer.run(context: tiny.context) { server in
            let target = "/api/v1/messages?talker=\(Self.talker)&limit=1"
            let whole = try await server.send("GET", target)
            #expect(whole.status >= 500)
            #expect(whole.text.contains("message_1.db"))
            let partial = try await server.send("GET", target + "&partial=1")
            #expect(partial.status == 200)
            #expect(partial.headers["weflow-partial"]?.contains("message_1.db") == true)
        }
    }

    @Test func aLogThatBreaksOffIsToldWhereItIsNeeded() async throws {
        let tiny = try TinyAccount()
        let shard = "\(tiny.folder)/db_storage/message/message_1.db"
        let database = try PlainDatabase(shard)
        for number in 0..<4 { try database.run("CREATE TABLE kept\(number)(a)") }
        let path = URL(filePath: shard + "-wal")
        let whole = try Data(contentsOf: path)
        var log = whole
        log[32 + 4120 + 3000] ^= 1
        let handle = try FileHandle(forWritingTo: path)
        try handle.write(contentsOf: log)
        try await RunningServer.run(context: tiny.context) { server in
            let target = "/api/v1/messages?talker=\(Self.talker)&limit=1"
            for path in [target, "/api/v1/search?q=x", "/api/v1/stats"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 500, "\(path)")
                #expect(answer.text.contains("message/message_1.db-wal: frame 2 is damaged"))
            }
            for _ in 0..<2 {
                let partial = try await server.send("GET", target + "&partial=1")
                #expect(partial.status == 200)
                #expect(partial.headers["weflow-partial"] == "message/message_1.db-wal")
            }
            for path in ["/api/v1/sessions", "/api/v1/contacts"] {
                #expect(try await server.send("GET", path).status == 200)
            }
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: whole)
            #expect(try await server.send("GET", target).status == 200)
        }
        withExtendedLifetime(database) {}
    }

    @Test func manyRequestsRunAtOnce() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let one = try await server.send("GET", "/api/v1/messages?talker=\(Self.talker)")
            let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<100 {
                    group.addTask { try await server.send("GET", "/api/v1/messages?talker=\(Self.talker)").body }
                }
                return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
            }
            #expect(bodies == [[UInt8]](repeating: one.body, count: 100))
        }
    }
}
