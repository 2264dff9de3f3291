import Foundation
import HTTPTypes
import Testing
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowServer

/// What clients put on the wire beyond what the HTTP parser takes.
@Suite struct RequestBytesTests {
    private static let texts = [Parameter.text("keyword", ""), Parameter.text("a", "")]

    /// An endpoint that answers with what it was asked.
    private static let echo = Endpoint(
        "/echo/{name}", [.get, .post],
        operation: Operation(name: "echo", summary: "", declared: texts.map(\.declaration), content: [])
    ) { call, _ in
        let name = try call.pathValue("name")
        let texts = try texts.map { try call.parameters[$0] ?? "-" }
        return Answer { writer in try await writer.write(Array("\(name) \(texts.joined(separator: " "))".utf8)) }
    }

    /// An answer without a length.
    private static let long = Endpoint(
        "/long", needsToken: false, operation: Operation(name: "long", summary: "", content: [])
    ) { _, _ in
        Answer { writer in
            for _ in 0..<100 { try await writer.write([UInt8](repeating: 97, count: 10_000)) }
        }
    }

    private static let head = "Host: localhost\r\nAuthorization: Bearer \(RunningServer.token)\r\n"

    private static func with<Value: Sendable>(
        _ test: @escaping @Sendable (RunningServer) throws -> Value
    ) async throws -> Value {
        try await RunningServer.run(endpoints: [echo, long] + Endpoint.all) { server in
            try await RawConnection.onThread { try test(server) }
        }
    }

    /// The bodies of answers on one connection, which ends.
    private static func bodies(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 ").dropFirst().map { answer in
            "\(answer.prefix(3)) " + (answer.components(separatedBy: "\r\n\r\n").dropFirst().first ?? "")
        }
    }

    @Test(arguments: [
        ("/echo/x?keyword=旅行&a=é", "x 旅行 é"), ("/echo/旅行?a=1", "旅行 - 1"),
        ("/echo/%E6%97%85行?keyword=%E6%97%85", "旅行 旅 -"),
        ("http://localhost:1/echo/早?keyword=👋", "早 👋 -"), ("/echo/a%2Fb?keyword=a+b", "a/b a b -"),
    ])
    func textsAsTheyAreInTheTargetAreTaken(target: String, answer: String) async throws {
        let got = try await Self.with { server in
            let connection = try RawConnection(port: server.port)
            connection.write("GET \(target) HTTP/1.1\r\n\(Self.head)Connection: close\r\n\r\n")
            return RawAnswer(connection.readToEnd())
        }
        #expect(got.status == 200 && got.text == answer)
    }

    @Test func theOriginsOwnExampleIsAnswered() async throws {
        let tiny = try TinyAccount()
        let answer = try await RunningServer.run(context: tiny.context) { server in
            try await server.send(
                "GET", "/api/v1/sns/timeline?usernames=wxid_a,wxid_b&keyword=旅行&start=20250101&end=20251231")
        }
        #expect(answer.status == 200 && answer.text == #"{"success":true,"count":0,"timeline":[]}"#)
    }

    @Test func bytesThatAreNoTextAre400() async throws {
        let got = try await Self.with { server in
            let connection = try RawConnection(port: server.port)
            connection.write(
                Array("GET /echo/x?keyword=".utf8) + [0xC3, 0x28, 0xFF]
                    + Array(" HTTP/1.1\r\n\(Self.head)Connection: close\r\n\r\n".utf8))
            return RawAnswer(connection.readToEnd())
        }
        #expect(got.status == 400 && got.text.contains("keyword is not percent-encoded UTF-8"))
    }

    @Test func requestsSentAtOnceMayBeCutAnywhere() async throws {
        let body = #"{"a":"行"}"#
        let requests = [
            "GET /echo/旅?keyword=行 HTTP/1.1\r\n\(Self.head)\r\n",
            "POST /echo/旅?keyword=x HTTP/1.1\r\n\(Self.head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)",
            "QUERY /echo/旅 HTTP/1.1\r\n\(Self.head)\r\n",
            "POST /echo/早 HTTP/1.1\r\n\(Self.head)Transfer-Encoding: chunked\r\n\r\n"
                + "5\r\n{\n\n\"a\r\n8\r\n\":\"行\"}\r\n0\r\nX: y\r\n\r\n",
            "\r\nGET /echo/末?a=末 HTTP/1.1\r\n\(Self.head)Connection: close\r\n\r\n",
        ]
        let all = Array(requests.joined().utf8)
        let expected = ["200 旅 行 -", "200 旅 x 行", "405 ", "200 早 - 行", "200 末 - 末"]
        try await Self.with { server in
            for cut in stride(from: 0, to: all.count, by: 3) {
                let connection = try RawConnection(port: server.port)
                connection.write(Array(all[..<cut]))
                if cut.isMultiple(of: 5) { usleep(300) }
                connection.write(Array(all[cut...]))
                let bodies = Self.bodies(connection.readToEnd())
                #expect(
                    bodies.count == 5 && zip(bodies, expected).allSatisfy { $0.hasPrefix($1) },
                    "cut at \(cut): \(bodies)")
            }
            let slow = try RawConnection(port: server.port)
            for byte in all { slow.write([byte]) }
            #expect(Self.bodies(slow.readToEnd()).count == 5)
        }
    }

    @Test(arguments: [
        "Host: localhost \t", "Host:\t localhost", "Host:localhost", "hOST: \t127.0.0.1:5031\t ",
    ])
    func blanksAroundAValueAreNoPartOfIt(host: String) async throws {
        let got = try await Self.with { server in
            let body = #"{"a":"1"}"#
            let connection = try RawConnection(port: server.port)
            connection.write(
                "POST /echo/x HTTP/1.1\r\n\(host)\r\nAuthorization:\tBearer\t\(RunningServer.token) \t \r\n"
                    + "Origin: http://localhost:3000 \t\r\nContent-Length: \(body.utf8.count) \t \r\n"
                    + "Connection: close \t\r\n\r\n\(body)")
            return RawAnswer(connection.readToEnd())
        }
        #expect(got.status == 200 && got.text == "x - 1")
        #expect(got.headers["access-control-allow-origin"] == "http://localhost:3000")
    }

    @Test(arguments: [
        "Host : localhost\r\n", "Host\t: localhost\r\n", "Host: localhost\r\nX: a\r\n b\r\n",
        "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
        "Host: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Host: localhost\r\nContent-Length: +2\r\n", "Host: localhost\r\nContent-Length: 2,2\r\n",
        "Host: localhost\r\nTransfer-Encoding: chunked, identity\r\n",
        "Host: localhost\r\n: empty\r\n",
    ])
    func whatCouldBeReadInTwoWaysIs400(fields: String) async throws {
        let got = try await Self.with { server in
            let connection = try RawConnection(port: server.port)
            connection.write("POST /health HTTP/1.1\r\n\(fields)\r\n{}")
            connection.endWriting()
            return RawAnswer(connection.readToEnd())
        }
        #expect(got.status == 400)
    }

    @Test(arguments: [#"{"a":"1"}"#, #"  {"a":"1"}"#]) func aByteOrderMarkBeforeABodyIsSkipped(json: String)
        async throws
    {
        let got = try await RunningServer.run(endpoints: [Self.echo]) { server in
            try await server.post("/echo/x", "\u{FEFF}" + json)
        }
        #expect(got.status == 200 && got.text == "x - 1")
        let token = RunningServer.token
        let inBody = try await RunningServer.run(endpoints: [Self.echo]) { server in
            try await server.post("/echo/x", "\u{FEFF}{\"access_token\":\"\(token)\"}", token: nil)
        }
        #expect(inBody.status == 200)
        let empty = try await RunningServer.run { server in try await server.post("/health", "\u{FEFF}") }
        #expect(empty.status == 200)
    }

    @Test(arguments: [
        ("http://localhost/health", 200), ("HTTP://127.0.0.1:9/health", 200), ("http://[::1]:5031/health", 200),
        ("http://evil.example/health", 403), ("http://127.0.0.1@evil.example/health", 403),
        ("https://localhost:80@evil.example/health", 403), ("http:///health", 403),
        ("http://localhost.evil.example/health", 403), ("HTTPS://evil.example", 403),
        ("ftp://evil.example/health", 404),
    ])
    func aTargetThatNamesAHostMustNameTheLoopback(target: String, status: Int) async throws {
        let got = try await RunningServer.run { server in try await server.send("GET", target) }
        #expect(got.status == status)
    }

    @Test func anOldClientGetsNoChunks() async throws {
        let answers = try await Self.with { server in
            func exchange(_ request: String) throws -> String {
                let connection = try RawConnection(port: server.port)
                connection.write(request)
                return String(decoding: connection.readToEnd(), as: UTF8.self)
            }
            return [
                try exchange("GET /long HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"),
                try exchange(
                    "GET /health HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"
                        + "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n"),
            ]
        }
        let long = answers[0].components(separatedBy: "\r\n\r\n")
        #expect(long[0].hasPrefix("HTTP/1.0 200 OK") && long[0].lowercased().contains("connection: close"))
        #expect(!long[0].lowercased().contains("transfer-encoding") && !long[0].lowercased().contains("content-length"))
        #expect(long.count == 2 && long[1] == String(repeating: "a", count: 1_000_000))
        let short = answers[1].components(separatedBy: "HTTP/1.1 200").dropFirst().map { $0.lowercased() }
        #expect(short.count == 2)
        #expect(
            short.first?.contains("connection: keep-alive") == true && short.last?.contains("connection: close") == true
        )
    }

    @Test func anOldClientCanFollowTheStream() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            try await RawConnection.onThread {
                let connection = try RawConnection(port: server.port)
                connection.write("GET /api/v1/push/messages HTTP/1.0\r\n\(Self.head)\r\n")
                var text = ""
                while !text.contains("\n\nevent: ") && !text.hasSuffix("3000\n\n"), let bytes = connection.read(),
                    !bytes.isEmpty
                {
                    text += String(decoding: bytes, as: UTF8.self)
                }
                #expect(text.hasPrefix("HTTP/1.0 200 OK") && text.contains("\r\n\r\nevent: ready\ndata: {"))
                #expect(text.lowercased().contains("connection: close") && !text.contains("keep-alive"))
                try tiny.receive("hello", in: TinyAccount.friend, at: Int(Date().timeIntervalSince1970))
                #expect(String(decoding: connection.read() ?? [], as: UTF8.self).hasPrefix("id: "))
            }
        }
    }

    @Test(arguments: [
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n",
    ])
    func whoAsksForAnotherProtocolIsAnsweredInThisOne(fields: String) async throws {
        let got = try await Self.with { server in
            let connection = try RawConnection(port: server.port)
            connection.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
            return RawAnswer(connection.readToEnd())
        }
        // The client knows that the connection ends: nothing would be read behind it.
        #expect(got.status == 200 && got.isComplete && got.headers["connection"] == "close")
    }

    @Test func manyRequestsSentAtOnceAreHeldInBytes() async throws {
        let count = 20_000
        let (answered, text) = try await RunningServer.run { server in
            try await RawConnection.onThread { () -> (Int, String) in
                let connection = try RawConnection(port: server.port)
                let request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                let all = Array(String(repeating: request, count: count).utf8)
                Thread.detachNewThread {
                    connection.write(all)
                    connection.endWriting()
                }
                let text = String(decoding: connection.readToEnd(), as: UTF8.self)
                return (text.components(separatedBy: "HTTP/1.1 200").count - 1, String(text.suffix(15)))
            }
        }
        #expect(answered == count && text == #"{"status":"ok"}"#)
    }
}
