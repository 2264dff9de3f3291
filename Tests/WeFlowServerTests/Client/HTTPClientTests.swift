import NIOCore
import NIOHTTP1
import Testing
import WeFlowMoments
import WeFlowQuery
import WeFlowSystem

@testable import WeFlowServer

/// The client that asks the media network, and a running server.
@Suite struct HTTPClientTests {
    private static let brief = MediaTimeouts(
        connect: .milliseconds(300), idle: .milliseconds(300), whole: .seconds(5))

    /// Asks for a path of a server, as a host that is at the loopback.
    private static func ask(
        _ client: HTTPClient, _ scheme: String, _ host: String, _ port: Int, _ path: String = "/"
    ) async throws -> (status: Int, body: [UInt8]) {
        let url = try MediaURL(parsing: "\(scheme)://\(host):\(port)\(path)")
        return try await client.withAnswer(to: url, [("User-Agent", "x")]) { answer in
            (answer.status, try await answer.bytes(atMost: 1 << 20))
        }
    }

    private static func client(
        _ host: String = "127.0.0.1", _ timeouts: MediaTimeouts = MediaTimeouts(), _ trust: TLSTrust = TLSTrust()
    ) -> HTTPClient {
        HTTPClient(host: host, at: .v4(0x7F00_0001), timeouts: timeouts, trust: trust)
    }

    // MARK: TLS

    @Test(arguments: [
        ("media.test", ScratchCertificates.named), ("127.0.0.1", ScratchCertificates.addressed),
    ])
    func aServerWithTheRightCertificateIsAsked(host: String, certificate: String) async throws {
        let server = try await ScratchServer(tls: ScratchCertificates.server(certificate)) { _, _ in
            .answer(body: [1, 2, 3])
        }
        let client = Self.client(host, MediaTimeouts(), TLSTrust(try ScratchCertificates.client()))
        for _ in 0..<3 {
            let (status, body) = try await Self.ask(client, "https", host, server.port)
            #expect(status == 200 && body == [1, 2, 3])
        }
        #expect(server.connections == 1)
        client.shutdown()
    }

    @Test(arguments: [
        ("other.test", ScratchCertificates.named, true), ("127.0.0.1", ScratchCertificates.named, true),
        ("media.test", ScratchCertificates.expired, true),
        ("127.0.0.1", ScratchCertificates.expired, true), ("media.test", ScratchCertificates.named, false),
    ])
    func aServerWithAnotherIsToldNothing(host: String, certificate: String, isAuthorityTrusted: Bool) async throws {
        let server = try await ScratchServer(tls: ScratchCertificates.server(certificate)) { _, _ in .answer() }
        let trust = isAuthorityTrusted ? TLSTrust(try ScratchCertificates.client()) : TLSTrust()
        await #expect(throws: (any Error).self) {
            try await Self.ask(Self.client(host, MediaTimeouts(), trust), "https", host, server.port)
        }
        #expect(server.connections == 1 && server.requests.isEmpty)
    }

    @Test func aServerThatSpeaksNoTLSIsNotWaitedFor() async throws {
        let silent = try ScratchNetwork(["/": .init(isSilent: true)])
        let client = Self.client("127.0.0.1", Self.brief)
        await #expect(throws: HTTPClientFailure.timeOut) {
            try await Self.ask(client, "https", "127.0.0.1", silent.port)
        }
        // Nor is it when nobody waits any more.
        let patient = Self.client("127.0.0.1", MediaTimeouts(connect: .seconds(3600)))
        let work = Task { try await Self.ask(patient, "https", "127.0.0.1", silent.port) }
        try await Task.sleep(for: .milliseconds(50))
        work.cancel()
        await #expect(throws: (any Error).self) { try await work.value }
    }

    // MARK: HTTP

    @Test func aConnectionServesOneRequestAfterAnother() async throws {
        let server = try await ScratchServer { _, _ in .answer(body: [7]) }
        let client = Self.client()
        for _ in 0..<5 { #expect(try await Self.ask(client, "http", "127.0.0.1", server.port).body == [7]) }
        #expect(server.connections == 1 && server.requests.count == 5)
        client.shutdown()
    }

    @Test func aConnectionThatTheServerHasClosedIsReplaced() async throws {
        let server = try await ScratchServer { number, _ in number == 1 ? .end : .answer(body: [7]) }
        let client = Self.client()
        for _ in 0..<3 { #expect(try await Self.ask(client, "http", "127.0.0.1", server.port).body == [7]) }
        #expect(server.connections == 2 && server.requests.count == 4)
        client.shutdown()
    }

    @Test func whoReadsNotAllLeavesNoConnectionBehind() async throws {
        let server = try await ScratchServer { _, _ in .answer(body: [UInt8](repeating: 7, count: 1 << 20)) }
        let client = Self.client()
        for _ in 0..<3 {
            let url = try MediaURL(parsing: "http://127.0.0.1:\(server.port)/")
            _ = try await client.withAnswer(to: url, []) { try await $0.next() }
        }
        #expect(server.connections == 3)
        client.shutdown()
    }

    @Test func manyAtOnceShareEightConnections() async throws {
        let server = try await ScratchServer { _, _ in .answer(body: [7]) }
        let client = Self.client()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask { _ = try await Self.ask(client, "http", "127.0.0.1", server.port) }
            }
            try await group.waitForAll()
        }
        #expect(server.connections <= 8 && server.requests.count == 64)
        client.shutdown()
    }

    @Test func nothingIsAskedForButWhatIsMeant() async throws {
        let server = try await ScratchServer { _, _ in
            .answer(status: 302, fields: [("Location", "/b"), ("Content-Encoding", "gzip")], body: [0x1F, 0x8B, 0])
        }
        let client = Self.client()
        let (status, body) = try await Self.ask(client, "http", "127.0.0.1", server.port, "/a?b=c")
        // No redirect is followed, and no compression undone.
        #expect(status == 302 && body == [0x1F, 0x8B, 0])
        let request = try #require(server.requests.first)
        #expect(request.method == .GET && request.uri == "/a?b=c")
        #expect(request.headers.map(\.name) == ["Host", "User-Agent"])
        #expect(request.headers["host"] == ["127.0.0.1:\(server.port)"])
        client.shutdown()
    }

    @Test func anAnswerThatBreaksOffIsNone() async throws {
        let server = try await ScratchServer { number, _ in number == 0 ? .cut([1, 2]) : .end }
        for _ in 0..<2 {
            await #expect(throws: HTTPClientFailure.closed) {
                try await Self.ask(Self.client(), "http", "127.0.0.1", server.port)
            }
        }
    }

    @Test func aServerThatFallsSilentIsNotWaitedFor() async throws {
        let server = try await ScratchServer { _, _ in .silence }
        await #expect(throws: HTTPClientFailure.timeOut) {
            try await Self.ask(Self.client("127.0.0.1", Self.brief), "http", "127.0.0.1", server.port)
        }
    }

    @Test func whereNobodyListensThereIsTheSystemsReason() async throws {
        let server = try await ScratchServer { _, _ in .end }
        let port = server.port
        try await server.close()
        await #expect(throws: IOError.self) { try await Self.ask(Self.client(), "http", "127.0.0.1", port) }
    }

    @Test func aNameThatLeadsNowhereIsSaid() async throws {
        let address = try ServerAddress("http://nowhere.invalid:1")
        await #expect {
            try await address.withAnswer(to: "/", [], connectingWithin: .seconds(1), silence: .seconds(1)) { _ in }
        } throws: { "\($0)".contains("http://nowhere.invalid:1: ") }
    }
}
