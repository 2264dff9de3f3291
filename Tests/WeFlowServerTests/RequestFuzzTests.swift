import TestSupport
import Testing

@testable import WeFlowServer

/// Bytes that only look like requests: each is answered or cut off, and the next client is served.
@Suite struct RequestFuzzTests {
    @Test(arguments: [1, 2, 3] as [UInt64]) func anyBytesAreAnsweredOrCutOff(seed: UInt64) async throws {
        var limits = Limits()
        limits.headTime = .milliseconds(300)
        limits.bodyTime = .milliseconds(300)
        limits.idleTime = .milliseconds(300)
        limits.stallTime = .milliseconds(300)
        try await RunningServer.run(limits: limits) { server in
            var random = SeededGenerator(seed: seed)
            let token = "Authorization: Bearer \(RunningServer.token)\r\n"
            let requests = [
                "GET /api/v1/messages?talker=a&limit=2&start=20260101 HTTP/1.1\r\nHost: localhost\r\n\(token)\r\n",
                "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n\(token)Content-Length: 12\r\n\r\n{\"limit\": 1}\n",
                "POST /api/v1/contacts HTTP/1.1\r\nHost: [::1]\r\n\(token)Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "GET /api/v1/media/a/images/%2e%2e/x.jpg HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-9,5-\r\n\(token)\r\n",
                "DELETE /api/v1/sns/post/1 HTTP/1.0\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n",
            ]
            for round in 0..<40 {
                let bytes = random.damaged(Array((requests[round % requests.count]).utf8))
                let answer = try await RawConnection.exchange(bytes, port: server.port)
                #expect(answer.status == 0 || (200..<600).contains(answer.status), "seed \(seed), round \(round)")
                #expect(answer.status != 500, "seed \(seed), round \(round)")
            }
            #expect(try await server.send("GET", "/health").status == 200)
        }
    }
}
