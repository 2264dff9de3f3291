import Testing
import WeFlowMoments
import WeFlowPages
import WeFlowQuery

@testable import WeFlowServer

@Suite struct RedirectPolicyTests {
    private func policy() throws -> RedirectPolicy {
        try RedirectPolicy(
            start: MediaURL(parsing: "http://127.0.0.1:5999/a?token=secret"),
            hosts: MediaHosts(additional: ["http://127.0.0.1:5999"]))
    }

    @Test func `a success ends it`() throws {
        var policy = try policy()
        #expect(try policy.next(status: 200, location: nil) == .body)
        #expect(try policy.next(status: 206, location: "https://example.com/") == .body)
    }

    @Test func `a hop is admitted like a first address`() throws {
        var policy = try policy()
        guard case .follow(let hop) = try policy.next(status: 302, location: "http://a.qpic.cn/b") else {
            Issue.record("not followed")
            return
        }
        #expect(hop.url.string == "https://a.qpic.cn/b")
        #expect(hop.checksAddress)
        #expect(policy.current == hop)
    }

    @Test(arguments: [
        "http://127.0.0.1:22/", "http://127.0.0.1/", "//localhost/", "http://169.254.169.254/latest",
        "file:///etc/passwd", "https://example.com/",
    ])
    func `a hop elsewhere is refused, without the token in the sentence`(location: String) throws {
        var policy = try policy()
        let error = #expect(throws: WeFlowError.self) { _ = try policy.next(status: 302, location: location) }
        #expect(error?.kind == .network)
        #expect(error?.sentence.contains("secret") == false)
    }

    @Test func `a circle ends`() throws {
        var policy = try policy()
        for _ in 0..<RedirectPolicy.limit { _ = try policy.next(status: 307, location: "/a") }
        #expect(throws: WeFlowError.self) { _ = try policy.next(status: 307, location: "/a") }
    }

    @Test(arguments: [100, 204, 304, 401, 403, 408, 429, 500, 503])
    func `another status is a failure of the network`(status: Int) throws {
        var policy = try policy()
        let error = #expect(throws: WeFlowError.self) { _ = try policy.next(status: status, location: nil) }
        #expect(error?.kind == .network)
    }

    @Test(arguments: [400, 404, 410])
    func `only the network says that a file has expired`(status: Int) throws {
        var policy = try policy()
        let error = #expect(throws: WeFlowError.self) { _ = try policy.next(status: status, location: nil) }
        #expect(error?.kind == .gone)
        #expect(error?.kind.exitCode == WeFlowError.Kind.network.exitCode)
    }
}
