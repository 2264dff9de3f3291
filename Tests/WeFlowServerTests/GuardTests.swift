import Foundation
import Testing

@testable import WeFlowServer

@Suite struct GuardTests {
    @Test(arguments: ["/health", "/api/v1/health"])
    func healthNeedsNoToken(path: String) async throws {
        try await RunningServer.run { server in
            for method in ["GET", "POST"] {
                let answer = try await server.send(method, path, token: nil)
                #expect(answer.status == 200)
                #expect(answer.text == #"{"status":"ok"}"#)
                #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
            }
        }
    }

    @Test(arguments: [
        ("127.0.0.1", 200), ("127.0.0.1:5031", 200), ("LOCALHOST:1", 200), ("[::1]:5031", 200), ("127.9.8.7", 200),
        ("evil.example", 403), ("127.0.0.1.evil.example", 403), ("localhost.evil.example:5031", 403),
        ("127.0.0.1@evil.example", 403), ("127.0.0.1:99999", 403), ("0.0.0.0", 403), ("192.168.1.2", 403),
        ("[::2]", 403), ("127.0.0.256", 403), ("", 403),
    ])
    func hostMustNameTheLoopback(host: String, status: Int) async throws {
        try await RunningServer.run { server in
            let answer = try await server.send("GET", "/health", host: host)
            #expect(answer.status == status)
            if status == 403 { #expect(answer.text.hasPrefix(#"{"error":"Host must be"#)) }
        }
    }

    @Test func twoHostsOrNoneAreMalformed() async throws {
        try await RunningServer.run { server in
            let two = try await server.send("GET", "/health", headers: ["Host: localhost"])
            #expect(two.status == 400)
            let none = Array("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n".utf8)
            #expect(try await RawConnection.exchange(none, port: server.port).status == 400)
        }
    }

    @Test func theTokenIsTakenInEachOfItsPlaces() async throws {
        try await RunningServer.run { server in
            let path = "/api/v1/media/a/images/b.jpg"
            let good = RunningServer.token
            for scheme in ["Bearer", "bearer", "BEARER"] {
                let answer = try await server.send(
                    "GET", path, headers: ["Authorization: \(scheme) \(good)"], token: nil)
                #expect(answer.status == 404)
            }
            #expect(try await server.send("GET", "\(path)?access_token=\(good)", token: nil).status == 404)
            #expect(try await server.post(path, #"{"access_token":"\#(good)"}"#, token: nil).status == 404)
            #expect(try await server.post(path, #"{"access_token":"\#(good)"}"#, token: "wrong").status == 404)
        }
    }

    @Test(arguments: ["GET", "POST", "PUT", "DELETE", "HEAD", "TRACE", "QUERY"])
    func withoutTheTokenNothingElseIsJudged(method: String) async throws {
        try await RunningServer.run { server in
            for target in ["/api/v1/media/../x", "/api/v1/nothing", "/api/v1/media/a/images/b?x=%zz&x=1"] {
                for token in [nil, "wrong", RunningServer.token + "x", String(RunningServer.token.dropLast())] {
                    let answer = try await server.send(method, target, token: token)
                    #expect(answer.status == 401)
                    #expect(answer.headers["www-authenticate"] == "Bearer")
                    if method != "HEAD" { #expect(answer.text.hasPrefix(#"{"error":"a token is needed"#)) }
                }
            }
            let malformed = try await server.post("/api/v1/media/a/images/b", "{not json", token: nil)
            #expect(malformed.status == 401)
        }
    }

    @Test(arguments: ["/", "/nothing", "/api/v1/nothing", "/api/v1", "/health/", "//health", "/api/v1/media/"])
    func anUnknownPathIs404(path: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.send("GET", path)
            #expect(answer.status == 404)
            #expect(answer.text.hasPrefix(#"{"error":""#))
        }
    }

    @Test(arguments: ["PUT", "DELETE", "PATCH", "TRACE", "QUERY", "PROPFIND", "CONNECT", "get", "M-SEARCH", "PRI"])
    func anotherMethodIs405WithAllow(method: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.send(method, "/health")
            #expect(answer.status == 405)
            #expect(answer.headers["allow"] == "GET, HEAD, POST, OPTIONS")
            #expect(answer.text.hasPrefix(#"{"error":""#))
            let get = try await server.send(method, "/openapi.json")
            #expect(get.headers["allow"] == "GET, HEAD, OPTIONS")
        }
    }

    @Test func anUnknownMethodIsSeenOnAConnectionThatIsKept() async throws {
        try await RunningServer.run { server in
            let statuses = try await RawConnection.onThread { () -> [Int] in
                let connection = try RawConnection(port: server.port)
                var statuses: [Int] = []
                let host = "Host: localhost\r\n"
                for request in [
                    "GET /health HTTP/1.1\r\n\(host)\r\n", "QUERY /health HTTP/1.1\r\n\(host)\r\n",
                    "POST /health HTTP/1.1\r\n\(host)Content-Length: 2\r\n\r\n{}",
                    "QUERY /health HTTP/1.1\r\n\(host)\r\n",
                ] {
                    connection.write(request)
                    statuses.append(connection.readAnswer().status)
                }
                return statuses
            }
            #expect(statuses == [200, 405, 200, 405])
        }
    }

    @Test func requestsSentAtOnceAreAnsweredInTheirOrder() async throws {
        try await RunningServer.run { server in
            let all = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let text = try await RawConnection.onThread { () -> String in
                let connection = try RawConnection(port: server.port)
                connection.write(all + "DELETE /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return String(decoding: connection.readToEnd(), as: UTF8.self)
            }
            let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
            #expect(statuses == ["200", "404", "405"])
        }
    }

    @Test func headIsGetWithoutABody() async throws {
        try await RunningServer.run { server in
            for path in ["/health", "/openapi.json", "/nothing"] {
                let get = try await server.send("GET", path)
                let head = try await server.send("HEAD", path)
                #expect(head.status == get.status)
                #expect(head.isComplete)
                #expect(head.headers["content-length"] == "\(get.body.count)")
                #expect(head.headers["content-type"] == get.headers["content-type"])
            }
        }
    }

    @Test func optionsNamesTheMethodsWithoutAToken() async throws {
        try await RunningServer.run { server in
            let answer = try await server.send("OPTIONS", "/api/v1/media/a/images/b.jpg", token: nil)
            #expect(answer.status == 204)
            #expect(answer.headers["allow"] == "GET, HEAD, POST, OPTIONS")
            #expect(answer.headers["access-control-allow-methods"] == nil)
            #expect(answer.body.isEmpty)
        }
    }

    @Test(arguments: [
        ("http://localhost:3000", true), ("https://127.0.0.1", true), ("http://[::1]:8080", true),
        ("https://evil.example", false), ("http://localhost.evil.example", false), ("null", false),
        ("file://", false), ("http://127.0.0.1.evil.example:80", false),
    ])
    func onlyLocalOriginsMayRead(origin: String, isLocal: Bool) async throws {
        try await RunningServer.run { server in
            let preflight = try await server.send(
                "OPTIONS", "/api/v1/media/a/images/b.jpg",
                headers: ["Origin: \(origin)", "Access-Control-Request-Method: POST"], token: nil)
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-origin"] == (isLocal ? origin : nil))
            let allowed =
                isLocal ? "Authorization, Cache-Control, Content-Type, Last-Event-ID, Range, X-Requested-With" : nil
            #expect(preflight.headers["access-control-allow-headers"] == allowed)
            for path in ["/health", "/nothing"] {
                let answer = try await server.send("GET", path, headers: ["Origin: \(origin)"])
                #expect(answer.headers["access-control-allow-origin"] == (isLocal ? origin : nil))
                #expect(answer.headers["vary"]?.contains("Origin") == true)
            }
        }
    }
}
