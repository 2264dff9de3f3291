import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowPages
import WeFlowQuery
import WeFlowStore

@testable import WeFlowServer

/// The stream of events.
@Suite struct PushTests {
    private static let friend = TinyAccount.friend
    private static let now = Int(Date().timeIntervalSince1970)

    /// Runs a test against a server over a small account.
    private static func with<Value: Sendable>(
        _ tiny: TinyAccount, limits: Limits = Limits(), _ test: @escaping @Sendable (RunningServer) throws -> Value
    ) async throws -> Value {
        try await RunningServer.run(limits: limits, context: tiny.context) { server in
            try await RawConnection.onThread { try test(server) }
        }
    }

    @Test func framesAreExactAndOneChunkEach() async throws {
        let tiny = try TinyAccount()
        try await Self.with(tiny) { server in
            let stream = try StreamConnection(port: server.port)
            #expect(stream.status == 200)
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(stream.headers["cache-control"] == "no-cache, no-transform")
            #expect(stream.headers["x-accel-buffering"] == "no" && stream.headers["content-encoding"] == nil)
            #expect(
                stream.chunk() == "event: ready\ndata: {\"success\":true,"
                    + "\"stream\":\"http://127.0.0.1:\(server.port)/api/v1/push/messages\"}\nretry: 3000\n\n")
            let time = Self.now
            try tiny.receive("你好 \u{2028} \"x\"", in: Self.friend, at: time)
            try tiny.receive("zwei", in: TinyAccount.group, at: time + 1)
            let first = try #require(stream.chunk())
            let id = try #require(UInt64(first.dropFirst(4).prefix { $0 != "\n" }))
            #expect(
                first
                    == "id: \(id)\nevent: message.new\ndata: {\"event\":\"message.new\",\"sessionId\":\"wxid_friend\","
                    + "\"sessionType\":\"other\",\"messageKey\":\"server:\(time):\(time):\(time)000:301:wxid_friend:1\","
                    + "\"rawid\":\"\(time)\",\"sourceName\":\"客户张三\",\"content\":\"你好 \\u2028 \\\"x\\\"\","
                    + "\"timestamp\":\(time),\"eventId\":\"\(id)\",\"platformMessageId\":\"\(time)\",\"localType\":1,"
                    + "\"senderUsername\":\"wxid_friend\"}\n\n")
            let second = try #require(stream.chunk())
            #expect(second.hasPrefix("id: \(id + 1)\nevent: message.new\ndata: {\"event\":\"message.new\","))
            #expect(second.contains("\"sessionType\":\"group\"") && second.contains("\"groupName\":\"项目群\""))
        }
    }

    @Test func whatAClientMissedIsSentFirst() async throws {
        let tiny = try TinyAccount()
        try await Self.with(tiny) { server in
            let stream = try StreamConnection(port: server.port)
            for number in 0..<5 { try tiny.receive("\(number)", in: Self.friend, at: Self.now + number) }
            let events = stream.events(5)
            let ids = events.compactMap { $0["eventId"] as? String }
            func texts(_ count: Int, _ stream: StreamConnection) -> [String] {
                stream.events(count).compactMap { $0["content"] as? String }
            }
            #expect(events.compactMap { $0["content"] as? String } == ["0", "1", "2", "3", "4"])
            #expect(texts(5, try StreamConnection(port: server.port)) == ["0", "1", "2", "3", "4"])
            #expect(
                texts(2, try StreamConnection(port: server.port, headers: ["Last-Event-ID: \(ids[2])"])) == ["3", "4"])
            #expect(texts(1, try StreamConnection(port: server.port, "?lastEventId=\(ids[3])")) == ["4"])
            #expect(
                texts(4, try StreamConnection(port: server.port, "?last_event_id=\(ids[0])")) == ["1", "2", "3", "4"])
            let body = "{\"lastEventId\":\(ids[3]),\"access_token\":\"\(RunningServer.token)\"}"
            #expect(texts(1, try StreamConnection(port: server.port, method: "POST", body: body, token: nil)) == ["4"])
            let token = "?access_token=\(RunningServer.token)&lastEventId=x"
            #expect(texts(5, try StreamConnection(port: server.port, token, token: nil)).count == 5)
            let quiet = try StreamConnection(port: server.port, "?replay=0")
            #expect(quiet.chunk()?.hasPrefix("event: ready\n") == true)
            let last = try StreamConnection(port: server.port, "?lastEventId=\(ids[4])")
            try tiny.receive("5", in: Self.friend, at: Self.now + 5)
            #expect(texts(1, quiet) == ["5"] && texts(1, last) == ["5"] && texts(1, stream) == ["5"])
        }
    }

    @Test func aGapIsToldAndEverythingThereIsFollows() async throws {
        let tiny = try TinyAccount()
        try await Self.with(tiny) { server in
            let stream = try StreamConnection(port: server.port)
            try tiny.receive("a", in: Self.friend, at: Self.now)
            let id = try #require(stream.events(1).first?["eventId"] as? String)
            let oldest = try #require(UInt64(id))
            for asked in ["7", "\(UInt64.max)", "\(oldest + 100)"] {
                let late = try StreamConnection(port: server.port, "?lastEventId=\(asked)")
                #expect(late.chunk()?.hasPrefix("event: ready\n") == true)
                let data = "{\"lastEventId\":\"\(asked)\",\"oldest\":\"\(oldest)\"}"
                #expect(late.chunk() == "id: \(oldest - 1)\nevent: gap\ndata: \(data)\n\n")
                #expect(late.chunk()?.hasPrefix("id: \(oldest)\nevent: message.new\n") == true)
            }
        }
    }

    @Test func filtersAreApplied() async throws {
        let tiny = try TinyAccount()
        try await Self.with(tiny) { server in
            let only = try StreamConnection(port: server.port, "?talker=\(TinyAccount.group),wxid_x")
            let others = try StreamConnection(port: server.port, "?exclude=\(TinyAccount.group)")
            let own = try StreamConnection(port: server.port, "?includeSelf=1")
            let all = try StreamConnection(port: server.port)
            try tiny.receive("a", in: Self.friend, at: Self.now)
            try tiny.say("own", in: Self.friend, at: Self.now + 1)
            try tiny.receive("b", in: TinyAccount.group, at: Self.now + 2)
            try tiny.receive("c", in: Self.friend, at: Self.now + 3)
            func texts(_ stream: StreamConnection, _ count: Int) -> [String] {
                stream.events(count).compactMap { $0["content"] as? String }
            }
            #expect(texts(only, 1) == ["b"] && texts(others, 2) == ["a", "c"])
            #expect(texts(own, 4) == ["a", "own", "b", "c"] && texts(all, 3) == ["a", "b", "c"])
        }
    }

    @Test func pushIsOffUntilItIsSwitchedOnWithoutARestart() async throws {
        let tiny = try TinyAccount()
        let settings = Mutex(ServeSettings())
        let push = PushContext(state: tiny.state, pingTime: .milliseconds(50)) { () throws(WeFlowError) in
            settings.withLock { $0 }
        }
        try await RunningServer.run(context: tiny.context(push)) { server in
            let off = try await server.send("GET", "/api/v1/push/messages")
            #expect(off.status == 403 && off.text == #"{"error":"Message push is disabled"}"#)
            #expect(try await server.send("GET", "/api/v1/push/messages", token: nil).status == 401)
            #expect(try await server.send("GET", "/api/v1/push/messages?replay=x").status == 400)
            settings.withLock { $0.push = true }
            #expect(try await server.send("HEAD", "/api/v1/push/messages").status == 200)
            settings.withLock { ($0.pushFilter, $0.pushList) = (.blacklist, [TinyAccount.group]) }
            try await RawConnection.onThread {
                let stream = try StreamConnection(port: server.port)
                _ = stream.chunk()
                #expect(stream.chunk() == ": ping\n\n")
                try tiny.receive("no", in: TinyAccount.group, at: Self.now)
                try tiny.receive("yes", in: Self.friend, at: Self.now + 1)
                #expect(stream.events(1).first?["content"] as? String == "yes")
                settings.withLock { $0.push = false }
                var last = stream.chunk()
                try Wait.blocking("the stream ends") {
                    if last == ": ping\n\n" { last = stream.chunk() }
                    return last != ": ping\n\n"
                }
                #expect(last == "")
            }
        }
    }

    @Test func aClientThatDoesNotReadIsCutAndHindersNobody() async throws {
        let tiny = try TinyAccount()
        var limits = Limits()
        limits.stallTime = .seconds(1)
        let watch = tiny.context.push.watch(of: tiny.account)
        try await Self.with(tiny, limits: limits) { server in
            let slow = try StreamConnection(port: server.port, receiveBuffer: 4096)
            let fast = try StreamConnection(port: server.port)
            // More than the sockets of both sides hold.
            let text = String(repeating: "x", count: 100_000)
            try tiny.execute(
                "message/message_0.db",
                (0..<150).map { TinyAccount.insertion(Self.friend, at: Self.now + $0, "\($0) \(text)") })
            #expect(fast.events(150).compactMap { $0["timestamp"] as? Int } == (0..<150).map { Self.now + $0 })
            // What the system still holds for the slow one hides the end from it.
            try Wait.blocking("the slow one is cut") { watch.listenerCount <= 1 }
            withExtendedLifetime(slow) {}
            try tiny.receive("end", in: Self.friend, at: Self.now + 150)
            #expect(fast.events(1).first?["content"] as? String == "end")
        }
    }

    @Test(.timeLimit(.minutes(5))) func streamsEndWhenTheServerStops() async throws {
        let tiny = try TinyAccount()
        var limits = Limits()
        // A server that waited for its streams would wait for this.
        limits.stopTime = .seconds(3600)
        try await RunningServer.run(limits: limits, context: tiny.context) { server in
            let chunks = try await RawConnection.onThread {
                let stream = try StreamConnection(port: server.port)
                let ready = stream.chunk()
                Task { await server.server.stop() }
                return [ready?.prefix(12).description, stream.chunk()]
            }
            #expect(chunks == ["event: ready", ""])
        }
    }

    @Test func nothingIsWatchedOnceTheLastClientHasGone() async throws {
        let tiny = try TinyAccount()
        let context = tiny.context
        try await RunningServer.run(context: context) { server in
            let watch = context.push.watch(of: tiny.account)
            try await RawConnection.onThread {
                let stream = try StreamConnection(port: server.port)
                _ = stream.chunk()
                #expect(watch.listenerCount == 1)
            }
            try await Wait.until("nobody listens") { watch.listenerCount == 0 }
        }
    }
}

/// What waits for a message.
@Suite struct NewMessagesTests {
    private static let now = Int(Date().timeIntervalSince1970)

    private static func cursor(_ answer: RawAnswer) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return try #require(object?["cursor"] as? String)
    }

    @Test func aWaitEndsWithAMessageAndHoldsNoThread() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let first = try await server.send("GET", "/api/v1/messages/new")
            #expect(
                first.text.contains(#""count":1"#) && first.text.hasPrefix(#"{"success":true,"count":1,"hasMore":"#))
            let target = "/api/v1/messages/new?wait=60&cursor=\(try Self.cursor(first))"
            let waiting = Task {
                try await withThrowingTaskGroup(of: RawAnswer.self) { group in
                    for _ in 0..<40 { group.addTask { try await server.send("GET", target) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            let watch = tiny.context.push.watch(of: tiny.account)
            try await Wait.until("all wait") { watch.listenerCount >= 40 }
            #expect(try await server.send("GET", "/api/v1/sessions").status == 200)
            try tiny.receive("hello", in: TinyAccount.friend, at: Self.now)
            for answer in try await waiting.value {
                #expect(answer.text.contains(#""count":1"#) && answer.text.contains(#""content":"hello""#))
            }
            #expect(watch.listenerCount == 0)
        }
    }

    @Test func aWaitEndsWithItsTimeAndKeepsToItsFilter() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let cursor = try Self.cursor(try await server.send("GET", "/api/v1/messages/new?talker=nobody"))
            try tiny.receive("other", in: TinyAccount.group, at: Self.now)
            let begin = ContinuousClock.now
            let answer = try await server.send(
                "GET", "/api/v1/messages/new?wait=1&talker=\(TinyAccount.friend)&cursor=\(cursor)")
            #expect(answer.text.contains(#""count":0"#) && ContinuousClock.now - begin >= .seconds(1))
            let rest = try await server.post("/api/v1/messages/new", "{\"cursor\":\"\(cursor)\",\"wait\":60}")
            #expect(rest.text.contains(#""content":"other""#))
        }
    }

    @Test(.timeLimit(.minutes(5))) func aWaitEndsWhenTheServerStops() async throws {
        let tiny = try TinyAccount()
        var limits = Limits()
        limits.stopTime = .seconds(3600)
        let answer = try await RunningServer.run(limits: limits, context: tiny.context) { server in
            let cursor = try Self.cursor(try await server.send("GET", "/api/v1/messages/new"))
            async let answer = server.send("GET", "/api/v1/messages/new?wait=60&cursor=\(cursor)")
            let watch = tiny.context.push.watch(of: tiny.account)
            try await Wait.until("it waits") { watch.listenerCount > 0 }
            await server.server.stop()
            return try await answer
        }
        #expect(answer.isComplete && answer.text.contains(#""count":0"#))
    }

    @Test func aWaitEndsWhenTheClientLeaves() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let cursor = try Self.cursor(try await server.send("GET", "/api/v1/messages/new"))
            let watch = tiny.context.push.watch(of: tiny.account)
            do {
                let connection = try RawConnection(port: server.port)
                connection.write(
                    "GET /api/v1/messages/new?wait=60&cursor=\(cursor) HTTP/1.1\r\nHost: localhost\r\n"
                        + "Authorization: Bearer \(RunningServer.token)\r\n\r\n")
                try await Wait.until("it waits") { watch.listenerCount > 0 }
                withExtendedLifetime(connection) {}
            }
            try await Wait.until("nobody listens") { watch.listenerCount == 0 }
        }
    }
}
