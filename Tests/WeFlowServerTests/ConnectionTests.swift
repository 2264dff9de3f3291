import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowServer

/// Several requests on one connection, and how one ends.
@Suite struct ConnectionTests {
    private static let host = "Host: localhost\r\n"
    private static let health = "GET /health HTTP/1.1\r\n\(host)\r\n"

    private static func endpoint(
        _ path: String, _ query: @escaping @Sendable (AnswerWriter) async throws -> Void
    ) -> Endpoint {
        Endpoint(path, needsToken: false, operation: Operation(name: "test", summary: "", content: [])) { _, _ in
            Answer(query: query)
        }
    }

    private static func statuses(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 ").dropFirst().map {
            String($0.prefix(3))
        }
    }

    @Test func thousandsOfRequestsAtOnceAreAllAnswered() async throws {
        try await RunningServer.run { server in
            let bytes = try await RawConnection.onThread { () -> [UInt8] in
                let connection = try RawConnection(port: server.port)
                Thread.detachNewThread {
                    connection.write(String(repeating: Self.health, count: 5000))
                    connection.write("GET /nothing HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
                }
                return connection.readToEnd()
            }
            let statuses = Self.statuses(bytes)
            #expect(statuses.count == 5001)
            #expect(statuses.dropLast().allSatisfy { $0 == "200" } && statuses.last == "404")
        }
    }

    @Test func aQueryHoldsUpWhatWasSentBehindItOnItsConnection() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let slow = Self.endpoint("/slow") { writer in
            begin.yield()
            try await Task.sleep(for: .milliseconds(300))
            try await writer.write(Array("late".utf8))
        }
        try await RunningServer.run(endpoints: Endpoint.all + [slow]) { server in
            let last = "GET /health HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n"
            let all = "GET /slow HTTP/1.1\r\n\(Self.host)\r\n\(Self.health)\(last)"
            async let bytes = RawConnection.onThread {
                let connection = try RawConnection(port: server.port)
                connection.write(all)
                return connection.readToEnd()
            }
            for await _ in begun { break }
            // Others do not wait.
            #expect(try await server.send("GET", "/health").status == 200)
            let text = String(decoding: try await bytes, as: UTF8.self)
            #expect(text.components(separatedBy: "late").count == 2)
            #expect(text.components(separatedBy: #"{"status":"ok"}"#).count == 3)
            #expect(
                text.range(of: "late")?.lowerBound ?? text.endIndex < text.range(of: "ok")?.lowerBound
                    ?? text.startIndex)
        }
    }

    @Test func whoDoesNotReadGetsNoFurtherAnswersMade() async throws {
        let made = Atomic(0)
        let page = Self.endpoint("/page") { writer in
            made.add(1, ordering: .sequentiallyConsistent)
            try await writer.write([UInt8](repeating: 97, count: 200_000))
        }
        try await RunningServer.run(endpoints: Endpoint.all + [page]) { server in
            let connection = try RawConnection(port: server.port, receiveBuffer: 4096)
            let request = "GET /page HTTP/1.1\r\n\(Self.host)\r\n"
            connection.write(String(repeating: request, count: 200))
            try await Task.sleep(for: .milliseconds(500))
            // What is on the way lies in the sockets; nothing is made ahead of it.
            #expect(made.load(ordering: .sequentiallyConsistent) < 60)
            let count = try await RawConnection.onThread { () -> Int in
                var count = 0
                while count < 200 * 200_000, let bytes = connection.read(), !bytes.isEmpty {
                    count += bytes.count { $0 == 97 }
                }
                return count
            }
            #expect(count >= 200 * 200_000)
            #expect(made.load(ordering: .sequentiallyConsistent) == 200)
        }
    }

    @Test func aClientThatHasClosedItsSendingSideGetsItsAnswers() async throws {
        let slow = Self.endpoint("/slow") { writer in
            try await Task.sleep(for: .milliseconds(200))
            try await writer.write([UInt8](repeating: 97, count: 1_000_000))
        }
        try await RunningServer.run(endpoints: Endpoint.all + [slow]) { server in
            let bytes = try await RawConnection.onThread { () -> [UInt8] in
                let connection = try RawConnection(port: server.port, receiveBuffer: 4096)
                connection.write("\(Self.health)GET /slow HTTP/1.1\r\n\(Self.host)\r\n")
                connection.endWriting()
                return connection.readToEnd()
            }
            #expect(Self.statuses(bytes) == ["200", "200"])
            #expect(bytes.count { $0 == 97 } >= 1_000_000)
        }
    }

    @Test(arguments: [
        ("HTTP/1.0", "", 1), ("HTTP/1.0", "Connection: keep-alive\r\n", 2), ("HTTP/1.1", "Connection: Close\r\n", 1),
        ("HTTP/1.1", "Connection: TE, close\r\n", 1), ("HTTP/1.1", "", 2),
    ])
    func aConnectionIsKeptAsItsClientSays(version: String, field: String, count: Int) async throws {
        try await RunningServer.run { server in
            let bytes = try await RawConnection.onThread { () -> [UInt8] in
                let connection = try RawConnection(port: server.port)
                connection.write("GET /health \(version)\r\n\(Self.host)\(field)\r\n")
                connection.write("GET /nothing HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
                return connection.readToEnd()
            }
            #expect(Self.statuses(bytes) == Array(["200", "404"].prefix(count)))
        }
    }

    @Test func aBodyThatNobodyWantsIsPassedOver() async throws {
        try await RunningServer.run { server in
            let bytes = try await RawConnection.onThread { () -> [UInt8] in
                let connection = try RawConnection(port: server.port)
                for method in ["PUT", "GET", "QUERY"] {
                    connection.write("\(method) /health HTTP/1.1\r\n\(Self.host)Content-Length: 60000\r\n\r\n")
                    for _ in 0..<6 { connection.write([UInt8](repeating: 71, count: 10_000)) }
                }
                connection.write("GET /nothing HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
                return connection.readToEnd()
            }
            #expect(Self.statuses(bytes) == ["405", "200", "405", "404"])
        }
    }

    @Test(arguments: [("PUT", "405"), ("GET", "200"), ("QUERY", "405"), ("OPTIONS", "204")])
    func aLargeOneEndsTheConnectionBehindItsAnswer(method: String, status: String) async throws {
        try await RunningServer.run { server in
            let bytes = try await RawConnection.onThread { () -> [UInt8] in
                let connection = try RawConnection(port: server.port)
                connection.write("\(method) /health HTTP/1.1\r\n\(Self.host)Content-Length: 300000\r\n\r\n")
                for _ in 0..<30 { connection.write([UInt8](repeating: 71, count: 10_000)) }
                connection.write("GET /nothing HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
                return connection.readToEnd()
            }
            #expect(Self.statuses(bytes) == [status])
            #expect(RawAnswer(bytes).headers["connection"] == "close")
        }
    }

    @Test func aBodyThatIsBrokenEndsTheConnectionBehindTheAnswersBeforeIt() async throws {
        try await RunningServer.run { server in
            let bytes = try await RawConnection.onThread { () -> [UInt8] in
                let connection = try RawConnection(port: server.port)
                connection.write(
                    "\(Self.health)POST /health HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\nzz\r\n")
                return connection.readToEnd()
            }
            #expect(Self.statuses(bytes) == ["200", "400"])
        }
    }

    @Test func largeBodiesWaitForOneAnother() async throws {
        try await RunningServer.run { server in
            let body = #"{"pad":""# + String(repeating: "x", count: 400_000) + #""}"#
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<24 { group.addTask { try await server.post("/health", body).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [Int](repeating: 200, count: 24))
        }
    }

    @Test func clientsThatLeaveInTheMiddleOfLargeBodiesHoldNoPlace() async throws {
        try await RunningServer.run { server in
            for _ in 0..<12 {
                let connection = try RawConnection(port: server.port)
                connection.write("POST /health HTTP/1.1\r\n\(Self.host)Content-Length: 1000000\r\n\r\n")
                connection.write([UInt8](repeating: 32, count: 200_000))
            }
            let body = #"{"pad":""# + String(repeating: "x", count: 400_000) + #""}"#
            for _ in 0..<6 { #expect(try await server.post("/health", body).status == 200) }
        }
    }

    @Test(arguments: [
        ("http://localhost/health", 200), ("HTTP://localhost:80/health?x=/y#z", 200), ("https://[::1]/nothing", 404),
        ("http://localhost", 404), ("http://localhost?x", 404), ("*", 404), ("/health#x", 200), ("/health?a#b", 200),
    ])
    func aTargetMayBeAWholeAddress(target: String, status: Int) async throws {
        try await RunningServer.run { server in
            let answer = try await server.send("GET", target)
            #expect(answer.status == status)
        }
    }
}
