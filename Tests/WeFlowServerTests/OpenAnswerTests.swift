import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowPages
import WeFlowQuery

@testable import WeFlowServer

/// Streams, and answers that wait: what keeps them open, and what ends them.
@Suite struct OpenAnswerTests {
    private static let now = Int(Date().timeIntervalSince1970)
    private static let ping = ": ping\n\n"

    /// Whoever switches what lets answers in.
    private final class Switches: Sendable {
        let settings: Mutex<ServeSettings>
        let token: Mutex<String>

        init() {
            var settings = ServeSettings()
            settings.push = true
            self.settings = Mutex(settings)
            token = Mutex(RunningServer.token)
        }

        func push(_ tiny: TinyAccount, _ clock: any _Concurrency.Clock<Duration> = SetClock()) -> PushContext {
            PushContext(state: tiny.state, lookTime: .milliseconds(20), clock: clock) { [self] () throws(WeFlowError) in
                settings.withLock { $0 }
            }
        }

        @Sendable func current() throws -> AccessToken { try #require(AccessToken(token.withLock { $0 })) }
        func rotate() { token.withLock { $0 = String($0.reversed()) } }
    }

    @Test func aStreamShowsEveryFifteenSecondsThatItIsAliveWhateverElseItSends() async throws {
        let tiny = try TinyAccount()
        let clock = SetClock()
        let context = tiny.context(Switches().push(tiny, clock))
        try await RunningServer.run(context: context) { server in
            try await RawConnection.onThread {
                let streams = try (0..<20).map { _ in try StreamConnection(port: server.port) }
                for stream in streams { #expect(stream.chunk()?.hasPrefix("event: ready") == true) }
                let watch = context.push.watch(of: tiny.account)
                try Wait.blocking("all listen") { watch.listenerCount >= 20 }
                for round in 0..<6 {
                    try Wait.blocking("a beat is due") { clock.sleeperCount >= 20 }
                    if round == 3 {
                        // What arrives neither puts a beat off nor stands for one.
                        try tiny.receive("hello", in: TinyAccount.friend, at: Self.now)
                        for stream in streams { #expect(stream.chunk()?.contains("message.new") == true) }
                    }
                    clock.advance(by: .seconds(15) - .microseconds(1))
                    #expect(clock.sleeperCount == 20, "a beat came before its time")
                    clock.advance(by: .microseconds(1))
                    for stream in streams { #expect(stream.chunk() == Self.ping) }
                }
            }
        }
    }

    @Test func aMachineThatSleptMakesUpForOneBeat() async throws {
        let tiny = try TinyAccount()
        let clock = SetClock()
        try await RunningServer.run(context: tiny.context(Switches().push(tiny, clock))) { server in
            try await RawConnection.onThread {
                let stream = try StreamConnection(port: server.port)
                _ = stream.chunk()
                try Wait.blocking("a beat is due") { clock.sleeperCount >= 1 }
                clock.advance(by: .seconds(3600))
                #expect(stream.chunk() == Self.ping)
                try Wait.blocking("a beat is due") { clock.sleeperCount >= 1 }
                try tiny.receive("hello", in: TinyAccount.friend, at: Self.now)
                #expect(stream.chunk()?.contains("message.new") == true)
                clock.advance(by: .seconds(15))
                #expect(stream.chunk() == Self.ping)
            }
        }
    }

    @Test(arguments: ["header", "query", "body"])
    func anotherTokenEndsStreams(place: String) async throws {
        let tiny = try TinyAccount()
        let switches = Switches()
        let context = tiny.context(switches.push(tiny))
        try await RunningServer.run(context: context, token: switches.current) { server in
            try await RawConnection.onThread {
                let stream =
                    switch place {
                    case "header": try StreamConnection(port: server.port)
                    case "query":
                        try StreamConnection(port: server.port, "?access_token=\(RunningServer.token)", token: nil)
                    default:
                        try StreamConnection(
                            port: server.port, method: "POST", body: #"{"access_token":"\#(RunningServer.token)"}"#,
                            token: nil)
                    }
                #expect(stream.chunk()?.hasPrefix("event: ready") == true)
                switches.rotate()
                #expect(stream.chunk() == "")
                let new = try StreamConnection(port: server.port, token: switches.token.withLock { $0 })
                #expect(new.chunk()?.hasPrefix("event: ready") == true)
                try tiny.receive("hello", in: TinyAccount.friend, at: Self.now)
                #expect(new.chunk()?.contains("message.new") == true)
            }
            #expect(try await server.send("GET", "/api/v1/push/messages").status == 401)
        }
    }

    @Test func nothingIsSentUnderATokenThatWasReplaced() async throws {
        let tiny = try TinyAccount()
        let switches = Switches()
        // Nobody looks but the stream itself.
        let push = PushContext(state: tiny.state, lookTime: .seconds(3600), clock: SetClock()) {
            () throws(WeFlowError) in switches.settings.withLock { $0 }
        }
        try await RunningServer.run(context: tiny.context(push), token: switches.current) { server in
            try await RawConnection.onThread {
                let stream = try StreamConnection(port: server.port)
                _ = stream.chunk()
                switches.rotate()
                try tiny.receive("private", in: TinyAccount.friend, at: Self.now)
                #expect(stream.chunk() == "")
            }
        }
    }

    @Test func anotherTokenEndsAnswersThatWait() async throws {
        let tiny = try TinyAccount()
        let switches = Switches()
        let context = tiny.context(switches.push(tiny))
        try await RunningServer.run(context: context, token: switches.current) { server in
            let first = try await server.send("GET", "/api/v1/messages/new")
            let object = try JSONSerialization.jsonObject(with: Data(first.body)) as? [String: Any]
            let cursor = try #require(object?["cursor"] as? String)
            let target = "/api/v1/messages/new?wait=60&cursor=\(cursor)"
            async let header = server.send("GET", target)
            async let query = server.send("GET", "\(target)&access_token=\(RunningServer.token)", token: nil)
            async let body = server.post(
                "/api/v1/messages/new",
                #"{"cursor":"\#(cursor)","wait":60,"access_token":"\#(RunningServer.token)"}"#, token: nil)
            try await Wait.until("all wait") { context.push.openAnswers.count >= 3 }
            switches.rotate()
            for answer in try await [header, query, body] {
                #expect(answer.status == 401 && answer.text.contains("a token is needed"))
            }
            try await Wait.until("none waits") { context.push.openAnswers.count == 0 }
        }
    }

    @Test func switchingPushOffEndsStreamsAndNotAnswersThatWait() async throws {
        let tiny = try TinyAccount()
        let switches = Switches()
        let context = tiny.context(switches.push(tiny))
        try await RunningServer.run(context: context, token: switches.current) { server in
            async let waiting = server.send(
                "GET", "/api/v1/messages/new?wait=60&talker=nobody,\(TinyAccount.friend)&since=\(Self.now)")
            try await RawConnection.onThread {
                let stream = try StreamConnection(port: server.port)
                _ = stream.chunk()
                try Wait.blocking("both are open") { context.push.openAnswers.count >= 2 }
                switches.settings.withLock { $0.push = false }
                #expect(stream.chunk() == "")
            }
            try tiny.receive("hello", in: TinyAccount.friend, at: Self.now + 1)
            #expect(try await waiting.text.contains("hello"))
        }
    }

    @Test func aTokenThatCannotBeReadEndsStreams() async throws {
        let tiny = try TinyAccount()
        let switches = Switches()
        try await RunningServer.run(
            context: tiny.context(switches.push(tiny)),
            token: {
                guard let token = AccessToken(switches.token.withLock { $0 }) else {
                    throw WeFlowError(.system, "the token is gone")
                }
                return token
            }
        ) { server in
            try await RawConnection.onThread {
                let stream = try StreamConnection(port: server.port)
                _ = stream.chunk()
                switches.token.withLock { $0 = "" }
                let last = stream.chunk()
                #expect(last == "" || last == nil)
            }
        }
    }
}
