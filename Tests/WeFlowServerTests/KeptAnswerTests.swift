import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing
import WeFlowMoments
import WeFlowPages
import WeFlowQuery
import WeFlowStore

@testable import WeFlowServer

/// Answers that were given before: as of now, always, and without a query where that can be told at once.
@Suite struct KeptAnswerTests {
    private static let target = "/api/v1/messages?talker=\(TinyAccount.friend)&limit=30"

    @Test func aKeptAnswerNeedsNoWorker() async throws {
        let tiny = try TinyAccount()
        try tiny.settle()
        let gate = Gate()
        let blocker = Endpoint("/block", needsToken: false, operation: Operation(name: "b", summary: "", content: [])) {
            _, _ in Answer { _ in try gate.pass() }
        }
        try await RunningServer.run(context: tiny.context, endpoints: Endpoint.all + [blocker]) { server in
            let first = try await server.send("GET", Self.target)
            let packed = try await server.send("GET", Self.target, headers: ["Accept-Encoding: gzip"])
            let threads = max(4, 2 * System.coreCount)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<threads { group.addTask { _ = try await server.send("GET", "/block") } }
                try await Wait.until("all threads are taken") { gate.waiting >= threads }
                for _ in 0..<20 {
                    #expect(try await server.send("GET", Self.target).body == first.body)
                    let again = try await server.send("GET", Self.target, headers: ["Accept-Encoding: gzip"])
                    #expect(again.headers["content-encoding"] == "gzip" && again.body == packed.body)
                    #expect(try Gunzip.bytes(again.body) == first.body)
                    let head = try await server.send("HEAD", Self.target)
                    #expect(head.headers["content-length"] == "\(first.body.count)" && head.isComplete)
                    #expect(try await server.send("GET", Self.target, token: "wrong").status == 401)
                    #expect(try await server.send("GET", Self.target, host: "evil.example").status == 403)
                    #expect(try await server.send("PUT", Self.target).status == 405)
                }
                gate.open()
                try await group.waitForAll()
            }
            for name in ["content-type", "cache-control", "vary", "content-length", "x-content-type-options"] {
                let again = try await server.send("GET", Self.target)
                #expect(again.headers[name] == first.headers[name] && first.headers[name] != nil)
            }
        }
    }

    @Test func aTokenThatWasReplacedGetsNoKeptAnswer() async throws {
        let tiny = try TinyAccount()
        try tiny.settle()
        let (old, new) = (AccessToken.random(), AccessToken.random())
        let current = Mutex(old)
        try await RunningServer.run(
            context: tiny.context, token: { current.withLock { $0 } }, lastToken: { old }
        ) { server in
            let first = try await server.send("GET", Self.target, token: old.text)
            for _ in 0..<3 {
                let again = try await server.send("GET", Self.target, token: old.text)
                #expect(again.status == 200 && again.body == first.body)
                #expect(try await server.send("GET", Self.target, token: new.text).status == 401)
            }
            current.withLock { $0 = new }
            for _ in 0..<3 {
                #expect(try await server.send("GET", Self.target, token: old.text).status == 401)
                let again = try await server.send("GET", Self.target, token: new.text)
                #expect(again.status == 200 && again.body == first.body)
            }
        }
    }

    /// The head of a kept answer is put together in another way than that of a new one.
    @Test func aKeptAnswerHasTheHeadOfANewOne() async throws {
        let tiny = try TinyAccount()
        try tiny.settle()
        try await RunningServer.run(context: tiny.context) { server in
            for extra in ["", "Accept-Encoding: gzip\r\n"] {
                // A new one and a kept one in one turn of a connection that stays open, then kept ones of either kind.
                let target = "\(Self.target)&keyword=\(extra.count)"
                let text = try await RawConnection.onThread { () -> String in
                    let connection = try RawConnection(port: server.port)
                    let fields = "Host: localhost\r\nAuthorization: Bearer \(RunningServer.token)\r\n\(extra)"
                    for _ in 0..<3 { connection.write("GET \(target) HTTP/1.1\r\n\(fields)\r\n") }
                    connection.write("HEAD \(target) HTTP/1.1\r\n\(fields)Connection: close\r\n\r\n")
                    return String(decoding: connection.readToEnd(), as: UTF8.self)
                }
                let heads = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { answer in
                    answer.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
                        .filter { !$0.hasPrefix("Date: ") && $0.lowercased() != "connection: close" }
                }
                #expect(heads.count == 4 && Set(heads).count == 1, "\(heads)")
                #expect(text.components(separatedBy: "\r\nDate: ").count == 5)
            }
        }
    }

    @Test func whatIsCommittedIsInEveryAnswerThatIsAskedForLater() async throws {
        let tiny = try TinyAccount()
        let writer = try PlainDatabase("\(tiny.folder)/db_storage/message/message_0.db")
        try writer.run(TinyAccount.insertion(TinyAccount.friend, at: 1_770_000_000, "log"))
        try tiny.settle()
        try await RunningServer.run(context: tiny.context) { server in
            for number in 0..<200 {
                try writer.run(TinyAccount.insertion(TinyAccount.friend, at: 1_770_000_001 + number, "log \(number)."))
                // On one connection, several at once, so that looks are shared.
                let text = try await RawConnection.onThread { () -> String in
                    let connection = try RawConnection(port: server.port)
                    let fields = "Host: localhost\r\nAuthorization: Bearer \(RunningServer.token)\r\n"
                    connection.write(
                        String(repeating: "GET \(Self.target) HTTP/1.1\r\n\(fields)\r\n", count: 5)
                            + "GET \(Self.target) HTTP/1.1\r\n\(fields)Connection: close\r\n\r\n")
                    return String(decoding: connection.readToEnd(), as: UTF8.self)
                }
                #expect(text.components(separatedBy: "log \(number).").count > 6)
            }
        }
    }

    @Test func aShardThatComesIsInTheNextAnswer() async throws {
        let tiny = try TinyAccount()
        try tiny.settle()
        try await RunningServer.run(context: tiny.context) { server in
            let before = try await server.send("GET", Self.target)
            #expect(try await server.send("GET", Self.target).body == before.body)
            let path = "\(tiny.folder)/db_storage/message"
            try FileManager.default.copyItem(atPath: "\(path)/message_0.db", toPath: "\(path)/message_1.db")
            try tiny.settle()
            try tiny.execute(
                "message/message_1.db", [TinyAccount.insertion(TinyAccount.friend, at: 1_780_000_000, "aus zwei")])
            try tiny.settle()
            #expect(try await server.send("GET", Self.target).text.contains("aus zwei"))
        }
    }

    @Test func whatIsPutInThePlaceOfTheWholeStoreIsInTheNextAnswer() async throws {
        let (one, two) = (try TinyAccount(), try TinyAccount())
        try two.receive("aus dem zweiten", in: TinyAccount.friend, at: 1_780_000_000)
        for tiny in [one, two] { try tiny.settle() }
        try await RunningServer.run(context: one.context) { server in
            for _ in 0..<3 {
                #expect(!(try await server.send("GET", Self.target).text.contains("aus dem zweiten")))
            }
            let store = "\(one.folder)/db_storage"
            try FileManager.default.moveItem(atPath: store, toPath: store + "-before")
            try FileManager.default.moveItem(atPath: "\(two.folder)/db_storage", toPath: store)
            #expect(try await server.send("GET", Self.target).text.contains("aus dem zweiten"))
        }
    }

    @Test func anotherAccountInItsPlaceHasItsOwnAnswers() async throws {
        let (one, two) = (try TinyAccount(), try TinyAccount())
        try two.receive("zwei", in: TinyAccount.friend, at: 1_770_000_000)
        for tiny in [one, two] { try tiny.settle() }
        let current = Mutex(one.account)
        let isOver = Mutex(false)
        let context = ServerContext(
            media: MediaSettings(exportPath: one.exportPath),
            moments: MomentsContext(network: MediaNetwork(hosts: .wechat), cacheFolder: one.exportPath), push: .off,
            invalidate: { current.withLock { $0 = two.account } }
        ) { () throws(WeFlowError) in
            if isOver.withLock({ over in
                defer { over = false }
                return over
            }) {
                throw WeFlowError(.unavailable, "the store is away")
            }
            return current.withLock { $0 }
        }
        try await RunningServer.run(context: context) { server in
            for _ in 0..<3 {
                let answer = try await server.send("GET", Self.target)
                #expect(answer.status == 200 && !answer.text.contains("zwei"))
            }
            isOver.withLock { $0 = true }
            let away = try await server.send("GET", "/api/v1/sessions")
            #expect(away.status == 503)
            for _ in 0..<3 {
                let answer = try await server.send("GET", Self.target)
                #expect(answer.text.contains("zwei"))
            }
        }
    }

    /// Holds threads up until it is opened.
    private final class Gate: Sendable {
        private let state = Mutex((waiting: 0, isOpen: false))

        var waiting: Int { state.withLock { $0.waiting } }

        func open() { state.withLock { $0.isOpen = true } }

        func pass() throws {
            state.withLock { $0.waiting += 1 }
            try Wait.blocking("the gate is opened") { state.withLock { $0.isOpen } }
        }
    }
}
