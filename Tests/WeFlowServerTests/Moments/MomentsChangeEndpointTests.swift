import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowQuery
import WeFlowStore

@testable import WeFlowServer

@Suite struct MomentsChangeEndpointTests {
    private static let folder = "wxid_me_ab12/db_storage/sns"

    private func exists(_ name: String, _ fixture: MomentsFixture) -> Bool {
        FileManager.default.fileExists(atPath: fixture.scratch.file("\(Self.folder)/\(name)"))
    }

    private func ids(_ server: RunningServer) async throws -> [String] {
        let timeline = try MomentsEndpointTests.object(await server.send("GET", "/api/v1/sns/timeline?media=0"))
        return try #require(timeline["timeline"] as? [[String: any Sendable]]).compactMap { $0["id"] as? String }
    }

    @Test func `the protection is put in and taken out, and says what it found`() async throws {
        let fixture = try MomentsFixture()
        try await MomentsEndpointTests.with(fixture) { server in
            let path = "/api/v1/sns/block-delete"
            func status() async throws -> String { try await server.send("GET", path + "/status").text }
            #expect(try await status() == #"{"success":true,"installed":false}"#)
            let uninstalled = try await server.post(path + "/uninstall", "{}")
            #expect(uninstalled.status == 200 && uninstalled.text == #"{"success":true}"#)
            #expect(!exists("sns.db.weflow-backup", fixture))
            let install = #"{"success":true,"alreadyInstalled":false}"#
            #expect(try await server.post(path + "/install", #"{"backup": false}"#).text == install)
            #expect(!exists("sns.db.weflow-backup", fixture))
            #expect(try await status() == #"{"success":true,"installed":true}"#)
            let again = #"{"success":true,"alreadyInstalled":true}"#
            #expect(try await server.send("POST", path + "/install").text == again)
            #expect(try await server.send("POST", path + "/uninstall").text == #"{"success":true}"#)
            #expect(exists("sns.db.weflow-backup", fixture))
            #expect(try await status() == #"{"success":true,"installed":false}"#)
        }
    }

    @Test func `a post is deleted by either form of its id, once`() async throws {
        let fixture = try MomentsFixture()
        try await MomentsEndpointTests.with(fixture) { server in
            let before = try await ids(server)
            let stats = try await server.send("GET", "/api/v1/sns/export/stats").text
            #expect(stats.contains(#""totalPosts":4"#))
            let unsigned = try #require(UInt64(before[1]))
            for (id, status, body) in [
                (before[1], 200, #"{"success":true}"#), (before[1], 404, #"{"error":"Post not found"}"#),
                ("\(Int64(bitPattern: unsigned))", 404, #"{"error":"Post not found"}"#),
            ] {
                let answer = try await server.send("DELETE", "/api/v1/sns/post/\(id)?backup=0")
                #expect(answer.status == status && answer.text == body)
            }
            #expect(!exists("sns.db.weflow-backup", fixture))
            let signed = Int64(bitPattern: try #require(UInt64(before[3])))
            #expect(try await server.send("DELETE", "/api/v1/sns/post/\(signed)").status == 200)
            #expect(exists("sns.db.weflow-backup", fixture))
            #expect(try await ids(server) == [before[0], before[2]])
            #expect(try await server.send("GET", "/api/v1/sns/export/stats").text.contains(#""totalPosts":2"#))
        }
    }

    @Test func `a body says of a deletion what its query string can`() async throws {
        let fixture = try MomentsFixture()
        try await MomentsEndpointTests.with(fixture) { server in
            let path = "/api/v1/sns/post/" + (try await ids(server)[0])
            #expect(try await server.send("DELETE", path, body: Array("{".utf8)).status == 400)
            #expect(try await server.send("DELETE", path, body: Array(#"{"backup": false}"#.utf8)).status == 200)
            #expect(!exists("sns.db.weflow-backup", fixture))
        }
    }

    @Test(arguments: [
        ("DELETE", "/api/v1/sns/post/abc", 400), ("DELETE", "/api/v1/sns/post/%20", 400),
        ("DELETE", "/api/v1/sns/post/18446744073709551616", 404), ("DELETE", "/api/v1/sns/post/1?backup=x", 400),
        ("DELETE", "/api/v1/sns/post/1", 404), ("GET", "/api/v1/sns/post/1", 405),
        ("GET", "/api/v1/sns/block-delete/install", 405), ("POST", "/api/v1/sns/block-delete/status", 405),
        ("POST", "/api/v1/sns/block-delete/install?backup=x", 400),
    ])
    func `what is no change is refused`(method: String, target: String, status: Int) async throws {
        try await MomentsEndpointTests.with(MomentsFixture()) { server in
            let answer = try await server.send(method, target)
            #expect(answer.status == status)
            #expect(try MomentsEndpointTests.object(answer)["error"] is String)
            #expect(try await server.send(method, target, token: nil).status == 401)
            if status == 405 {
                let options = try await server.send("OPTIONS", target)
                #expect(answer.headers["allow"] == options.headers["allow"])
            }
        }
    }
}
