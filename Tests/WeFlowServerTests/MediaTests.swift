import Foundation
import Testing

@testable import WeFlowServer

@Suite struct MediaTests {
    private static let picture = "/api/v1/media/12345@chatroom/images/abc123.jpg"
    private static let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    /// An account with exported files, a secret beside the folder, and links that lead there.
    private static func account() throws -> TinyAccount {
        let tiny = try TinyAccount()
        let files = FileManager.default
        let chat = "\(tiny.exportPath)/12345@chatroom"
        for folder in ["images", "voices", "videos", "emojis", "others"] {
            try files.createDirectory(atPath: "\(chat)/\(folder)", withIntermediateDirectories: true)
        }
        try Data(bytes).write(to: URL(filePath: "\(chat)/images/abc123.jpg"))
        for name in ["images/a.png", "voices/voice_100.wav", "videos/video_200.mp4", "emojis/emoji_300.gif"] {
            try Data([1, 2, 3]).write(to: URL(filePath: "\(chat)/\(name)"))
        }
        for name in ["images/文件 1.webp", "images/.abc.partial", "others/x.jpg", "images/x.bin", "images/E.JPEG"] {
            try Data([1]).write(to: URL(filePath: "\(chat)/\(name)"))
        }
        let outside = "\(tiny.folder)/images"
        try files.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: URL(filePath: "\(outside)/secret.jpg"))
        try files.createSymbolicLink(atPath: "\(chat)/images/link.jpg", withDestinationPath: "\(outside)/secret.jpg")
        try files.createSymbolicLink(atPath: "\(tiny.exportPath)/linked", withDestinationPath: tiny.folder)
        return tiny
    }

    @Test(arguments: [
        (picture, "image/jpeg"), ("/api/v1/media/12345@chatroom/images/a.png", "image/png"),
        ("/api/v1/media/12345%40chatroom/voices/voice_100.wav", "audio/wav"),
        ("/api/v1/media/12345@chatroom/videos/video_200.mp4", "video/mp4"),
        ("/api/v1/media/12345@chatroom/emojis/emoji_300.gif", "image/gif"),
        ("/api/v1/media/12345%40chatroom%2Fimages%2Fa.png", "image/png"),
        ("/api/v1/media/12345@chatroom/images/%E6%96%87%E4%BB%B6%201.webp", "image/webp"),
        ("/api/v1/media/12345@chatroom/images/x.bin", "application/octet-stream"),
        ("/api/v1/media/12345@chatroom/images/E.JPEG", "image/jpeg"),
    ])
    func anExportedFileIsSent(path: String, type: String) async throws {
        let tiny = try Self.account()
        try await RunningServer.run(context: tiny.context) { server in
            let answer = try await server.send("GET", path, headers: ["Accept-Encoding: gzip"])
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == type)
            #expect(answer.headers["content-encoding"] == nil)
            #expect(answer.headers["content-length"] == "\(answer.body.count)")
            if path == Self.picture { #expect(answer.body == Self.bytes) }
            #expect(try await server.post(path, "{}").body == answer.body)
            let head = try await server.send("HEAD", path)
            #expect(head.headers["content-length"] == "\(answer.body.count)")
            #expect(head.isComplete)
        }
    }

    @Test(
        "what strangers made is never shown in the origin of the server",
        arguments: [
            ("页.html", "application/octet-stream"), ("a.svg", "application/octet-stream"),
            ("a.pdf", "application/octet-stream"),
            ("..a.js", "application/octet-stream"), ("a.png", "image/png"), ("a\"b.mp4", "video/mp4"),
        ])
    func filesAreAttachments(name: String, type: String) async throws {
        let tiny = try Self.account()
        let folder = "\(tiny.exportPath)/12345@chatroom/files"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("<script>alert(1)</script>".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        try Data([1]).write(to: URL(filePath: "\(folder)/.weflow-1-2"))
        try await RunningServer.run(context: tiny.context) { server in
            let escaped = name.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let answer = try await server.send("GET", "/api/v1/media/12345@chatroom/files/\(escaped)")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == type)
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            let disposition = try #require(answer.headers["content-disposition"])
            #expect(disposition.hasPrefix("attachment; filename=\""))
            #expect(disposition.utf8.allSatisfy { 0x20..<0x7F ~= $0 })
            #expect(disposition.filter { $0 == "\"" }.count == 2)
            let part = try await server.send(
                "GET", "/api/v1/media/12345@chatroom/files/\(escaped)", headers: ["Range: bytes=0-3"])
            #expect(part.status == 206)
            #expect(part.headers["content-disposition"] == disposition)
            #expect(try await server.send("GET", "/api/v1/media/12345@chatroom/files/.weflow-1-2").status == 404)
            let picture = try await server.send("GET", Self.picture)
            #expect(picture.headers["content-disposition"] == nil)
        }
    }

    @Test(arguments: [
        "12345@chatroom/images/none.jpg", "12345@chatroom/images", "12345@chatroom/images/", "nobody/images/a.jpg",
        "12345@chatroom/others/x.jpg", "12345@chatroom/images/.abc.partial", "12345@chatroom/images/a.png/x",
        "12345@chatroom//a.png", "%252e%252e/images/secret.jpg", "a",
    ])
    func whatWasNotExportedIs404(path: String) async throws {
        let tiny = try Self.account()
        try await RunningServer.run(context: tiny.context) { server in
            let answer = try await server.send("GET", "/api/v1/media/\(path)")
            #expect(answer.status == 404)
            #expect(answer.text == #"{"error":"Media not found"}"#)
        }
    }

    @Test(arguments: [
        "../wxid_owner_ab12/images/secret.jpg", "..%2fwxid_owner_ab12%2fimages%2fsecret.jpg",
        "%2e%2e/wxid_owner_ab12/images/secret.jpg", "%2E%2E%2Fwxid_owner_ab12/images/secret.jpg",
        "12345@chatroom/images/../../../wxid_owner_ab12/images/secret.jpg", "12345@chatroom/../a", "./a/b",
        "%2fetc/passwd",
        "..", "12345@chatroom/images/a.png%00.jpg", "12345@chatroom/images/link.jpg", "linked/images/secret.jpg",
        "12345@chatroom/images/%2e", "..%5cx/../y/z",
    ])
    func aPathThatLeavesTheFolderIs403(path: String) async throws {
        let tiny = try Self.account()
        try await RunningServer.run(context: tiny.context) { server in
            let answer = try await server.send("GET", "/api/v1/media/\(path)")
            #expect(answer.status == 403)
            #expect(answer.text == #"{"error":"the path leaves the media folder"}"#)
        }
    }

    @Test(arguments: ["%c0%ae%c0%ae/x/y", "%ff/images/a.jpg", "%zz", "a/images/%e6"])
    func aPathThatIsNoTextIs400(path: String) async throws {
        let tiny = try Self.account()
        try await RunningServer.run(context: tiny.context) { server in
            let answer = try await server.send("GET", "/api/v1/media/\(path)")
            #expect(answer.status == 400)
        }
    }

    @Test(arguments: [
        ("bytes=0-0", 0..<1), ("bytes=100-199", 100..<200), ("bytes=199990-", 199_990..<200_000),
        ("bytes=-10", 199_990..<200_000), ("bytes=0-99999999999999999999", 0..<200_000), ("bytes=-999999", 0..<200_000),
        ("BYTES=5-9", 5..<10),
    ])
    func aRangeIs206(field: String, range: Range<Int>) async throws {
        let tiny = try Self.account()
        try await RunningServer.run(context: tiny.context) { server in
            let answer = try await server.send("GET", Self.picture, headers: ["Range: \(field)"])
            #expect(answer.status == 206)
            #expect(answer.body == Array(Self.bytes[range]))
            #expect(answer.headers["content-range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/200000")
        }
    }

    @Test(arguments: [
        ("bytes=200000-", 416), ("bytes=-0", 416), ("bytes=999999999999999999999-", 416), ("bytes=9-1", 200),
        ("bytes=a-b", 200), ("bytes=0-1,5-6", 200), ("lines=0-1", 200), ("bytes=-", 200), ("bytes=", 200),
    ])
    func anotherRangeIs416OrIgnored(field: String, status: Int) async throws {
        let tiny = try Self.account()
        try await RunningServer.run(context: tiny.context) { server in
            let answer = try await server.send("GET", Self.picture, headers: ["Range: \(field)"])
            #expect(answer.status == status)
            if status == 416 { #expect(answer.headers["content-range"] == "bytes */200000") }
        }
    }

    @Test func whatTheClientHasIsNotSentAgain() async throws {
        let tiny = try Self.account()
        try await RunningServer.run(context: tiny.context) { server in
            let tag = try #require(try await server.send("GET", Self.picture).headers["etag"])
            for field in [tag, "\"x\", \(tag)", "W/\(tag)", "*"] {
                let answer = try await server.send("GET", Self.picture, headers: ["If-None-Match: \(field)"])
                #expect(answer.status == 304)
                #expect(answer.body.isEmpty)
                #expect(answer.headers["etag"] == tag)
            }
            #expect(try await server.send("GET", Self.picture, headers: ["If-None-Match: \"x\""]).status == 200)
            let fresh = ["Range: bytes=0-9", "If-Range: \(tag)"]
            #expect(try await server.send("GET", Self.picture, headers: fresh).status == 206)
            let stale = ["Range: bytes=0-9", "If-Range: \"x\""]
            #expect(try await server.send("GET", Self.picture, headers: stale).status == 200)
        }
    }
}
