import Foundation
import Testing

@testable import WeFlowServer

@Suite struct LimitTests {
    private static let begin = "GET /health HTTP/1.1\r\nHost: localhost\r\n"

    private static func brief(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits()
        change(&limits)
        return limits
    }

    @Test func aHeaderOfOneMebibyteIs431() async throws {
        try await RunningServer.run { server in
            let huge = Array("\(Self.begin)X-Huge: ".utf8) + [UInt8](repeating: 97, count: 1 << 20)
            let answer = try await RawConnection.exchange(huge + Array("\r\n\r\n".utf8), port: server.port)
            #expect(answer.status == 431)
            #expect(answer.text.hasPrefix(#"{"error":"the request's head is too large"#))
            #expect(try await server.send("GET", "/health").status == 200)
        }
    }

    @Test func aPathOfOneMebibyteOrTooManyFieldsAre431() async throws {
        try await RunningServer.run { server in
            let path = "/" + String(repeating: "a", count: 1 << 20)
            let longPath = try await server.send("GET", path)
            #expect(longPath.status == 431)
            let fields = (0..<200).map { "X-\($0): 1" }
            #expect(try await server.send("GET", "/health", headers: fields).status == 431)
        }
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET /health HTTP/1.1\r\nno colon\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "(GET) /health HTTP/1.1\r\n\r\n",
    ])
    func whatIsNotHTTPIs400(text: String) async throws {
        try await RunningServer.run { server in
            let answer = try await RawConnection.exchange(Array(text.utf8), port: server.port)
            #expect(answer.status == 400)
            #expect(answer.text.hasPrefix(#"{"error":"the request is not well-formed"#))
            #expect(answer.headers["connection"] == "close")
        }
    }

    @Test func whatIsNotHTTPAfterARequestIsAnsweredAfterIt() async throws {
        try await RunningServer.run { server in
            let bytes = try await RawConnection.onThread { () -> [UInt8] in
                let connection = try RawConnection(port: server.port)
                connection.write("\(Self.begin)\r\n(nonsense)\r\n\r\n")
                return connection.readToEnd()
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.components(separatedBy: "HTTP/1.1 ").map { $0.prefix(3) } == ["", "200", "400"])
        }
    }

    @Test func aBodyOfElevenMebibytesIs413() async throws {
        try await RunningServer.run { server in
            let body = [UInt8](repeating: 32, count: 11 << 20)
            let path = "/api/v1/media/a/images/b.jpg"
            let announced = try await server.send("POST", path, body: body)
            #expect(announced.status == 413)
            #expect(announced.text == #"{"error":"the request body is too large; at most 10485760 bytes are taken"}"#)
            let head =
                "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(RunningServer.token)\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nB00000\r\n"
            let chunked = Array(head.utf8) + body + Array("\r\n0\r\n\r\n".utf8)
            #expect(try await RawConnection.exchange(chunked, port: server.port).status == 413)
            #expect(try await server.send("GET", "/health").status == 200)
        }
    }

    /// Requests that are refused whatever their body says, and what they are answered with.
    private static let refused: [(head: String, status: Int)] = [
        ("POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n", 401),
        ("POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\n", 401),
        ("GET /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n", 401),
        ("PUT /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n", 401),
        ("POST /health HTTP/1.1\r\nHost: evil.example\r\n", 403), ("POST /health HTTP/1.1\r\n", 400),
        ("POST /nothing HTTP/1.1\r\nHost: localhost\r\n", 404),
        ("POST /openapi.json HTTP/1.1\r\nHost: localhost\r\n", 405),
        ("DELETE /health HTTP/1.1\r\nHost: localhost\r\n", 405),
    ]

    @Test(arguments: refused) func aBodyThatNobodyWantsIsNotWaitedFor(head: String, status: Int) async throws {
        try await RunningServer.run { server in
            let answers = try await RawConnection.onThread { () -> [RawAnswer] in
                try ["Content-Length: 10485760", "Transfer-Encoding: chunked"].map { field in
                    let connection = try RawConnection(port: server.port)
                    // Of the one nothing is sent, of the other as much as may hold a token, and a byte.
                    connection.write("\(head)\(field)\r\n\r\n")
                    if field.hasPrefix("T") {
                        connection.write("10001\r\n")
                        connection.write([UInt8](repeating: 32, count: 65_537))
                    }
                    return RawAnswer(connection.readToEnd())
                }
            }
            for answer in answers { #expect(answer.status == status && answer.headers["connection"] == "close") }
        }
    }

    @Test(arguments: refused) func aSmallBodyThatNobodyWantsIsPassedOver(head: String, status: Int) async throws {
        try await RunningServer.run { server in
            let statuses = try await RawConnection.onThread { () -> [Int] in
                let connection = try RawConnection(port: server.port)
                connection.write("\(head)Content-Length: 2\r\n\r\n{}")
                let first = connection.readAnswer().status
                connection.write("\(Self.begin)\r\n")
                return [first, connection.readAnswer().status]
            }
            #expect(statuses == [status, 200])
        }
    }

    @Test func bodiesWithoutATokenTakeNoMemory() async throws {
        let before = try Self.residentBytes()
        try await RunningServer.run { server in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n"
                        let framing = number % 2 == 0 ? "Content-Length: 10000000" : "Transfer-Encoding: chunked"
                        return try await RawConnection.onThread {
                            let connection = try RawConnection(port: server.port)
                            connection.write("\(head)\(framing)\r\n\r\n" + (number % 2 == 0 ? "" : "989680\r\n"))
                            let piece = [UInt8](repeating: 32, count: 100_000)
                            for _ in 0..<100 where connection.write(piece) < piece.count { break }
                            return RawAnswer(connection.readToEnd()).status
                        }
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses == [Int](repeating: 401, count: 60))
        }
        // Both ends are in this process: 60 threads, and what lies in their sockets' buffers.
        #expect(try Self.residentBytes() - before < 48 << 20)
    }

    /// What the process holds in memory.
    private static func residentBytes() throws -> Int {
        #if os(Linux)
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
        #else
            return 0
        #endif
    }

    @Test func aTokenIsFoundInASmallBodyAndALargeOneNeedsItInFront() async throws {
        try await RunningServer.run { server in
            let path = "/api/v1/media/a/images/b.jpg"
            func body(_ count: Int) -> String {
                let head = #"{"access_token":"\#(RunningServer.token)","pad":""#
                return head + String(repeating: "x", count: count - head.utf8.count - 2) + #""}"#
            }
            let token = RunningServer.token
            for (count, token, status) in [(65_536, nil, 404), (65_537, nil, 401), (10_485_760, token, 404)] {
                let answer = try await server.post(path, body(count), token: token)
                #expect(answer.status == status)
            }
        }
    }

    @Test func aClientThatWaitsForContinueIsToldTo() async throws {
        try await RunningServer.run { server in
            let path = "/api/v1/media/a/images/b.jpg"
            let lines = try await RawConnection.onThread { () -> [String] in
                func first(_ length: Int) throws -> String {
                    let connection = try RawConnection(port: server.port)
                    connection.write(
                        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\n"
                            + "Authorization: Bearer \(RunningServer.token)\r\nExpect: 100-continue\r\n\r\n")
                    let line = String(decoding: connection.read() ?? [], as: UTF8.self).prefix(12)
                    connection.write("{}")
                    let answer = line.hasSuffix("100") ? connection.readAnswer().status : 0
                    return "\(line) \(answer)"
                }
                return [try first(2), try first(11 << 20)]
            }
            #expect(lines == ["HTTP/1.1 100 404", "HTTP/1.1 413 0"])
        }
    }

    @Test(arguments: [
        (#"{"#, "line 1, column 2"), (#"[1]"#, "must be a JSON object"), (#"{"a":1}x"#, "something follows"),
        (String(repeating: "[", count: 100_000), "nested deeper"),
        (#"{"a":"# + String(repeating: #"{"a":"#, count: 100_000), "nested deeper"), ("\u{0}", "not JSON"),
    ])
    func aBodyThatIsNoObjectIs400(body: String, says: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.post("/health", body)
            #expect(answer.status == 400)
            #expect(answer.text.contains(says))
            #expect(try await server.send("GET", "/health").status == 200)
        }
    }

    @Test(arguments: ["", begin, "\(begin)\r\n\(begin)"])
    func aConnectionThatSendsNoWholeHeadIsCut(beginning: String) async throws {
        let limits = Self.brief { ($0.headTime, $0.idleTime) = (.seconds(1), .seconds(1)) }
        try await RunningServer.run(limits: limits) { server in
            let answer = try await RawConnection.exchange(Array(beginning.utf8), port: server.port)
            #expect(answer.status == (beginning.count > Self.begin.count ? 200 : 0))
        }
    }

    @Test(arguments: [begin, "POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"])
    func aClientThatSendsByteAfterByteIsCut(beginning: String) async throws {
        let limits = Self.brief { ($0.headTime, $0.bodyTime) = (.milliseconds(300), .milliseconds(300)) }
        try await RunningServer.run(limits: limits) { server in
            let sent = try await RawConnection.onThread { () -> Int in
                let connection = try RawConnection(port: server.port)
                connection.write(beginning)
                for count in 0..<1000 {
                    guard connection.write([97]) == 1 else { return count }
                    Thread.sleep(forTimeInterval: 0.02)
                }
                return 1000
            }
            #expect(sent < 1000)
            #expect(try await server.send("GET", "/health").status == 200)
        }
    }

    @Test func idleConnectionsBeyondTheLimitPushOutTheOldest() async throws {
        let limits = Self.brief { $0.connections = 16 }
        try await RunningServer.run(limits: limits) { server in
            let (oldest, newest) = try await RawConnection.onThread { () -> (Int, Int) in
                var idle: [RawConnection] = []
                for _ in 0..<64 {
                    let connection = try RawConnection(port: server.port)
                    connection.write("\(Self.begin)\r\n")
                    _ = connection.readAnswer()
                    idle.append(connection)
                }
                idle[0].write("\(Self.begin)\r\n")
                idle[63].write("\(Self.begin)\r\n")
                return (idle[0].readAnswer().status, idle[63].readAnswer().status)
            }
            #expect(oldest == 0)
            #expect(newest == 200)
        }
    }

    @Test func halfRequestsHinderNobody() async throws {
        let limits = Self.brief { $0.connections = 64 }
        try await RunningServer.run(limits: limits) { server in
            let statuses = try await RawConnection.onThread { () -> [Int] in
                var halves: [RawConnection] = []
                for number in 0..<64 {
                    halves.append(try RawConnection(port: server.port))
                    halves[number].write("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
                }
                usleep(100_000)
                return try (0..<3).map { _ in
                    let connection = try RawConnection(port: server.port)
                    connection.write("\(Self.begin)\r\n")
                    defer { withExtendedLifetime(halves) {} }
                    return connection.readAnswer().status
                }
            }
            #expect(statuses == [200, 200, 200])
        }
    }

    @Test func tenThousandIdleConnectionsHinderNobody() async throws {
        try await RunningServer.run { server in
            let statuses = try await RawConnection.onThread { () -> [Int] in
                var idle: [RawConnection] = []
                var statuses: [Int] = []
                for count in 1...10_000 {
                    idle.append(try RawConnection(port: server.port))
                    // Both ends are in this process; what the server has closed need not be kept.
                    if idle.count > 3000 { idle.removeFirst(1000) }
                    guard count.isMultiple(of: 1000) else { continue }
                    let connection = try RawConnection(port: server.port)
                    connection.write("\(Self.begin)\r\n")
                    statuses.append(connection.readAnswer().status)
                }
                return statuses
            }
            #expect(statuses == [Int](repeating: 200, count: 10))
        }
    }
}
