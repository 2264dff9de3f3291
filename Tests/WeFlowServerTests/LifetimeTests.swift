import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowState

@testable import WeFlowServer

@Suite struct LifetimeTests {
    private static func endpoint(_ query: @escaping @Sendable (AnswerWriter) async throws -> Void) -> Endpoint {
        Endpoint("/slow", needsToken: false, operation: Operation(name: "slow", summary: "", content: [])) { _, _ in
            Answer(query: query)
        }
    }

    @Test func anOpenAnswerFinishesBeforeTheServerStops() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let slow = Self.endpoint { writer in
            begin.yield()
            try await Task.sleep(for: .milliseconds(500))
            try await writer.write(Array("done".utf8))
        }
        let answer = try await RunningServer.run(endpoints: [slow]) { server in
            async let answer = server.send("GET", "/slow")
            for await _ in begun { break }
            await server.server.stop()
            return try await answer
        }
        #expect(answer.text == "done")
    }

    @Test(.timeLimit(.minutes(5))) func anIdleServerStopsAtOnceAndTakesNoMore() async throws {
        let idle = Mutex<RawConnection?>(nil)
        var limits = Limits()
        // A server that waited for its idle connections would wait for this.
        limits.stopTime = .seconds(3600)
        let port = try await RunningServer.run(limits: limits) { server in
            let connection = try RawConnection(port: server.port)
            connection.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await RawConnection.onThread { connection.readAnswer().status } == 200)
            idle.withLock { $0 = connection }
            await server.server.stop()
            return server.port
        }
        #expect(idle.withLock { $0?.read() } == [])
        #expect(throws: RawConnection.Failure.self) { try RawConnection(port: port) }
    }

    @Test func anAnswerThatDoesNotEndIsCutAfterTheTime() async throws {
        var limits = Limits()
        limits.stopTime = .milliseconds(300)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let endless = Self.endpoint { writer in
            begin.yield()
            while true { try await writer.write([UInt8](repeating: 97, count: 10_000)) }
        }
        let answer = try await RunningServer.run(limits: limits, endpoints: [endless]) { server in
            async let answer = server.send("GET", "/slow")
            for await _ in begun { break }
            await server.server.stop()
            return try await answer
        }
        #expect(!answer.isComplete)
    }

    @Test func aPortThatIsTakenIsASentence() async throws {
        try await RunningServer.run { running in
            let token = try #require(AccessToken(RunningServer.token))
            let second = try Server(.init(port: running.port, token: { token }, context: .empty))
            await #expect {
                try await second.run()
            } throws: { error in
                let error = error as? WeFlowError
                return error?.kind == .network && error?.sentence.hasPrefix("port \(running.port) is in use") == true
            }
        }
    }

    @Test(arguments: ["localhost", "LOCALHOST"])
    func localhostIsBothLoopbackAddresses(host: String) async throws {
        let warnings = Mutex<[String]>([])
        let (port, reached) = try await RunningServer.run(
            host: host, warn: { line in warnings.withLock { $0.append(line) } }
        ) {
            server in
            #expect(try await server.send("GET", "/health").status == 200)
            let hasOther = try await RawConnection.onThread { () -> Bool in
                guard let connection = try? RawConnection(port6: server.port) else { return false }
                connection.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return connection.readAnswer().status == 200
            }
            return (server.port, hasOther)
        }
        // Where this machine has the one alone, that was said.
        let said = warnings.withLock { $0 }
        #expect(reached ? said.isEmpty : said.count == 1 && said[0].contains("the other address alone"))
        #expect(throws: RawConnection.Failure.self) { try RawConnection(port: port) }
        #expect(throws: RawConnection.Failure.self) { try RawConnection(port6: port) }
    }

    @Test(arguments: ["0.0.0.0", "192.168.1.1", "::", "example.com", ""])
    func anotherHostThanTheLoopbackIsRefused(host: String) throws {
        let token = try #require(AccessToken(RunningServer.token))
        #expect {
            try Server(.init(host: host, token: { token }, context: .empty))
        } throws: { ($0 as? WeFlowError)?.kind == .usage }
    }

    @Test func settingsAreRememberedForTheOwnerAlone() throws {
        let scratch = try ScratchFolder()
        let folder = StateFolder(path: scratch.file("state"))
        #expect(try ServeSettings(from: folder) == ServeSettings())
        var settings = ServeSettings()
        (settings.port, settings.push, settings.pushFilter) = (6000, true, .blacklist)
        settings.pushList = ["a@chatroom", "文件"]
        try settings.save(to: folder)
        #expect(try ServeSettings(from: folder) == settings)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("serve.json"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: ["{", "[]x", #"{"port":"5031"}"#, #"{"port":0}"#, #"{"push":1}"#, #"{"pushFilter":"some"}"#])
    func damagedSettingsAreNamed(text: String) throws {
        let folder = StateFolder(path: try ScratchFolder().file("state"))
        try folder.write(Array(text.utf8), to: "serve.json")
        #expect {
            try ServeSettings(from: folder)
        } throws: { ($0 as? WeFlowError)?.sentence.contains("serve.json is damaged") == true }
    }

    @Test func healthIsAskedOverTheWire() async throws {
        let port = try await RunningServer.run { server in
            for url in [
                "http://127.0.0.1:\(server.port)", "http://localhost:\(server.port)/",
                "HTTP://127.0.0.1:\(server.port)/x",
            ] {
                let answer = try await RawConnection.onThread { try HealthCheck(url: url).run() }
                #expect(answer["status"] == .string("ok"))
            }
            return server.port
        }
        #expect {
            try HealthCheck(url: "http://127.0.0.1:\(port)").run()
        } throws: { ($0 as? WeFlowError)?.kind == .network }
    }

    @Test(arguments: [
        "", "127.0.0.1:5031", "https://127.0.0.1", "http://", "http://:80", "http://a:99999", "http://a b",
    ])
    func anAddressOfAnotherFormIsRefused(url: String) {
        #expect {
            try HealthCheck(url: url)
        } throws: { ($0 as? WeFlowError)?.kind == .usage }
    }
}
