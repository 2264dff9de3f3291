import Foundation
import NIOCore
import Synchronization
import Testing
import WeFlowPages

@testable import WeFlowServer

@Suite struct AnswerTests {
    private static func endpoint(
        _ path: String, _ query: @escaping @Sendable (AnswerWriter) async throws -> Void
    ) -> Endpoint {
        let operation = Operation(name: "test", summary: "", content: [])
        return Endpoint(path, needsToken: false, operation: operation) { _, _ in Answer(query: query) }
    }

    /// Writes chunks until it fails, and remembers that it did.
    private final class Endless: Sendable {
        let written = Atomic(0)
        let hasStopped = Atomic(false)

        func run(_ writer: AnswerWriter) async throws {
            defer { hasStopped.store(true, ordering: .sequentiallyConsistent) }
            let chunk = [UInt8](repeating: 120, count: 16 << 10)
            while true {
                try await writer.write(chunk)
                written.add(chunk.count, ordering: .sequentiallyConsistent)
            }
        }

        func waitForStop() async throws -> Bool {
            for _ in 0..<500 {
                if hasStopped.load(ordering: .sequentiallyConsistent) { return true }
                try await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
    }

    @Test func aLongAnswerIsStreamedWhole() async throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let endpoint = Self.endpoint("/long") { writer in
            for start in stride(from: 0, to: bytes.count, by: 10_000) {
                try await writer.write(Array(bytes[start..<start + 10_000]))
            }
        }
        try await RunningServer.run(endpoints: [endpoint]) { server in
            let answer = try await server.send("GET", "/long")
            #expect(answer.isComplete)
            #expect(answer.body == bytes)
            let head = try await server.send("HEAD", "/long")
            #expect(head.headers["content-length"] == "3000000")
            #expect(head.isComplete)
        }
    }

    @Test func aShortAnswerHasALength() async throws {
        let endpoint = Self.endpoint("/short") { writer in try await writer.write([UInt8](repeating: 97, count: 50_000))
        }
        try await RunningServer.run(endpoints: [endpoint]) { server in
            let answer = try await server.send("GET", "/short")
            #expect(answer.headers["content-length"] == "50000")
            #expect(answer.headers["transfer-encoding"] == nil)
            #expect(answer.body.count == 50_000)
        }
    }

    @Test(arguments: [
        ("gzip", true), ("deflate, gzip;q=0.5", true), ("*", true), ("br", false), ("gzip;q=0", false),
        ("gzip; q=0.0, *", false), ("", false),
    ])
    func gzipIsUsedWhereItIsTaken(header: String, isUsed: Bool) async throws {
        let endpoint = Self.endpoint("/text") { writer in
            for _ in 0..<20_000 { try await writer.write(Array("{\"content\":\"你好\"},".utf8)) }
        }
        try await RunningServer.run(endpoints: [endpoint]) { server in
            let plain = try await server.send("GET", "/text")
            let answer = try await server.send("GET", "/text", headers: ["Accept-Encoding: \(header)"])
            #expect(answer.headers["content-encoding"] == (isUsed ? "gzip" : nil))
            #expect(answer.headers["vary"] == "Accept-Encoding")
            #expect(answer.isComplete)
            #expect((answer.body.count < plain.body.count) == isUsed)
            let text = try isUsed ? Gunzip.bytes(answer.body) : answer.body
            #expect(text == plain.body)
        }
    }

    @Test func anAnswerOfOneKibibyteIsNotGzipped() async throws {
        let endpoint = Self.endpoint("/{size}") { writer in try await writer.write([UInt8](repeating: 97, count: 1024))
        }
        try await RunningServer.run(endpoints: [endpoint]) { server in
            let answer = try await server.send("GET", "/1024", headers: ["Accept-Encoding: gzip"])
            #expect(answer.headers["content-encoding"] == nil)
        }
    }

    @Test func aFailureBeforeTheFirstBytesIsAnErrorBody() async throws {
        let endpoint = Self.endpoint("/fails") { writer in
            try await writer.write([UInt8](repeating: 97, count: 200_000))
            throw WeFlowError(.storeFailed, "message_0.db: page 3 fails its checksum")
        }
        try await RunningServer.run(endpoints: [endpoint]) { server in
            let answer = try await server.send("GET", "/fails")
            #expect(answer.status == 500)
            #expect(answer.text == #"{"error":"message_0.db: page 3 fails its checksum"}"#)
        }
    }

    @Test func aFailureOnTheWayBreaksTheAnswerOff() async throws {
        let endpoint = Self.endpoint("/fails") { writer in
            for _ in 0..<200 { try await writer.write([UInt8](repeating: 97, count: 64 << 10)) }
            throw WeFlowError(.storeFailed, "message_0.db: page 3 fails its checksum")
        }
        try await RunningServer.run(endpoints: [endpoint]) { server in
            let answer = try await server.send("GET", "/fails")
            #expect(answer.status == 200)
            #expect(!answer.isComplete)
            #expect(try await server.send("GET", "/nothing").status == 404)
        }
    }

    @Test func aClientThatGoesAwayStopsTheQuery() async throws {
        let endless = Endless()
        try await RunningServer.run(endpoints: [Self.endpoint("/endless", endless.run)]) { server in
            try await RawConnection.onThread {
                let connection = try RawConnection(port: server.port)
                connection.write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
                _ = connection.read()
            }
            #expect(try await endless.waitForStop())
        }
    }

    @Test func aQueryThatWritesNothingIsToldThatItsClientIsGone() async throws {
        let silent = Endless()
        let endpoint = Self.endpoint("/silent") { writer in
            while !Task.isCancelled { usleep(10_000) }
            silent.hasStopped.store(true, ordering: .sequentiallyConsistent)
        }
        var limits = Limits()
        limits.halfClosedTime = .milliseconds(100)
        try await RunningServer.run(limits: limits, endpoints: [endpoint]) { server in
            try await RawConnection.onThread {
                let connection = try RawConnection(port: server.port)
                connection.write("GET /silent HTTP/1.1\r\nHost: localhost\r\n\r\n")
            }
            #expect(try await silent.waitForStop())
        }
    }

    @Test func aClientThatDoesNotReadIsHeldAndThenCut() async throws {
        let endless = Endless()
        var limits = Limits()
        limits.stallTime = .milliseconds(300)
        try await RunningServer.run(limits: limits, endpoints: [Self.endpoint("/endless", endless.run)]) { server in
            let connection = try RawConnection(port: server.port, receiveBuffer: 4096)
            connection.write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await endless.waitForStop())
            // What was written ahead lies in the pipe and in the sockets, not in memory without end.
            #expect(endless.written.load(ordering: .sequentiallyConsistent) < 16 << 20)
            withExtendedLifetime(connection) {}
        }
    }

    @Test func slowClientsDoNotHinderOthers() async throws {
        let endless = Endless()
        let short = Self.endpoint("/short") { writer in try await writer.write([1]) }
        try await RunningServer.run(endpoints: [Self.endpoint("/endless", endless.run), short]) { server in
            var slow: [RawConnection] = []
            for _ in 0..<30 {
                let connection = try RawConnection(port: server.port, receiveBuffer: 4096)
                connection.write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
                slow.append(connection)
            }
            for _ in 0..<10 { #expect(try await server.send("GET", "/short").status == 200) }
            slow = []
        }
    }

    @Test func theLogHasNoQueryStrings() async throws {
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        try await RunningServer.run(log: { line.yield($0) }) { server in
            _ = try await server.send("GET", "/health?access_token=secret&keyword=private")
            _ = try await server.send("DELETE", "/health?secret")
        }
        line.finish()
        let all = await lines.reduce(into: []) { $0.append($1) }
        #expect(all.count == 2)
        #expect(all.first?.hasPrefix("GET /health 200 15 ") == true)
        #expect(!all.joined().contains("secret"))
    }
}
