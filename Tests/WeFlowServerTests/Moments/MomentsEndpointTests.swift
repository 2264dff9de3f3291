import Foundation
import TestSupport
import Testing
import WeFlowMoments
import WeFlowPages
import WeFlowQuery
import WeFlowStore

@testable import WeFlowServer

@Suite struct MomentsEndpointTests {
    /// Runs a test against a server over the fixture.
    static func with<Value: Sendable>(
        _ fixture: MomentsFixture, _ test: (RunningServer) async throws -> Value
    ) async throws -> Value {
        let media = MediaNetwork(hosts: try MediaHosts(additional: [fixture.network.origin]))
        let account = fixture.account
        let context = ServerContext(
            media: MediaSettings(exportPath: fixture.scratch.file("api-media")),
            moments: MomentsContext(network: media, cacheFolder: fixture.scratch.file("cache")), push: .off
        ) { () throws(WeFlowError) in account }
        let value = try await RunningServer.run(context: context, test)
        media.shutdown()
        return value
    }

    static func object(_ answer: RawAnswer) throws -> [String: any Sendable] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: any Sendable])
    }

    @Test func `the timeline's own addresses deliver its pictures and videos`() async throws {
        try await Self.with(MomentsFixture()) { server in
            let timeline = try Self.object(await server.send("GET", "/api/v1/sns/timeline"))
            #expect(timeline["count"] as? Int == 4)
            let posts = try #require(timeline["timeline"] as? [[String: any Sendable]])
            let media = try #require(posts[0]["media"] as? [[String: any Sendable]])[0]
            let live = try #require(media["livePhoto"] as? [String: any Sendable])
            #expect(media["key"] as? String == "18446744073709551615")
            for (address, type, bytes) in [
                (media["url"], "image/gif", ScratchMedia.picture), (live["url"], "video/mp4", ScratchMedia.video),
            ] {
                let address = try #require(address as? String)
                #expect(address.hasPrefix("http://127.0.0.1:\(server.port)/api/v1/sns/media/proxy?url="))
                let target = String(address.dropFirst("http://127.0.0.1:\(server.port)".count))
                let answer = try await server.send("GET", target)
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == type)
                #expect(answer.headers["content-length"] == "\(bytes.count)")
                #expect(answer.body == bytes)
                #expect(try await server.send("HEAD", target).headers["content-length"] == "\(bytes.count)")
                #expect(try await server.send("GET", target, token: nil).status == 401)
            }
        }
    }

    @Test func `authors and numbers`() async throws {
        let fixture = try MomentsFixture()
        try await Self.with(fixture) { server in
            let usernames = try await server.send("GET", "/api/v1/sns/usernames").text
            #expect(usernames == #"{"success":true,"usernames":["wxid_a"]}"#)
            let stats = try await server.send("GET", "/api/v1/sns/export/stats?fast=1").text
            #expect(stats == #"{"success":true,"data":{"totalPosts":4,"totalFriends":1,"myPosts":0}}"#)
        }
    }

    @Test(arguments: [
        ("", 400), ("url=", 400), ("url=https%3A%2F%2Fexample.com%2F", 400),
        ("url=http%3A%2F%2F127.0.0.1%3A22%2F", 400),
        ("url=file%3A%2F%2F%2Fetc%2Fpasswd", 400), ("url=https%3A%2F%2Fa.qpic.cn%2F0&key=x", 400),
        ("url=ORIGIN%2Fnothing", 502),
        ("url=ORIGIN%2Fpicture%2F0&key=1", 502),
    ])
    func `the proxy refuses with a sentence`(query: String, status: Int) async throws {
        let fixture = try MomentsFixture()
        try await Self.with(fixture) { server in
            let origin = "http%3A%2F%2F127.0.0.1%3A\(fixture.network.port)"
            let target = "/api/v1/sns/media/proxy?" + query.replacing("ORIGIN", with: origin)
            let answer = try await server.send("GET", target)
            #expect(answer.status == status)
            #expect(try Self.object(answer)["error"] is String)
        }
    }

    @Test func `an export is written where the body says`() async throws {
        let fixture = try MomentsFixture()
        try await Self.with(fixture) { server in
            let answer = try await server.post(
                "/api/v1/sns/export",
                #"{"outputDir":"\#(fixture.target)","format":"html","usernames":["wxid_a"],"exportImages":true}"#)
            let object = try Self.object(answer)
            #expect(object["postCount"] as? Int == 4)
            #expect(object["mediaCount"] as? Int == 1)
            #expect(FileManager.default.fileExists(atPath: try #require(object["filePath"] as? String)))
            for (body, sentence) in [
                (#"{}"#, "Missing required field: outputDir"),
                (#"{"outputDir":"out"}"#, "outputDir must be an absolute path"),
                (#"{"outputDir":"/dev/null/x"}"#, "outputDir: the folder /dev/null/x cannot be made: Not a directory"),
                (#"{"outputDir":"/proc/x"}"#, "outputDir: the folder /proc/x cannot be made: "),
                (#"{"outputDir":"/dev/null"}"#, "outputDir: the folder /dev/null cannot be made: File exists"),
                (#"{"outputDir":"/x","format":"xml"}"#, "format must be json, html or arkmejson"),
            ] {
                let answer = try await server.post("/api/v1/sns/export", body)
                #expect(answer.status == 400)
                #expect((try Self.object(answer)["error"] as? String)?.hasPrefix(sentence) == true)
            }
        }
    }

    @Test func `other methods are named in Allow`() async throws {
        try await Self.with(MomentsFixture()) { server in
            for (method, target, allowed) in [
                ("POST", "/api/v1/sns/timeline", "GET, HEAD, OPTIONS"),
                ("PUT", "/api/v1/sns/usernames", "GET, HEAD, OPTIONS"),
                ("DELETE", "/api/v1/sns/export/stats", "GET, HEAD, OPTIONS"),
                ("POST", "/api/v1/sns/media/proxy", "GET, HEAD, OPTIONS"),
                ("GET", "/api/v1/sns/export", "POST, OPTIONS"),
            ] {
                let answer = try await server.send(method, target, body: method == "POST" ? [] : nil)
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == allowed)
            }
        }
    }

    @Test func `an account without moments says so`() async throws {
        let fixture = try MomentsFixture()
        try FileManager.default.removeItem(atPath: fixture.account.folder.store + "/sns/sns.db")
        try await Self.with(fixture) { server in
            for target in ["/api/v1/sns/timeline", "/api/v1/sns/usernames", "/api/v1/sns/export/stats"] {
                let answer = try await server.send("GET", target)
                #expect(answer.status == 503)
                #expect((try Self.object(answer)["error"] as? String)?.contains("no moments") == true)
            }
        }
    }
}
