import Foundation
import TestSupport
import Testing
import WeFlowMedia
import WeFlowMoments
import WeFlowPages
import WeFlowQuery

@testable import WeFlowServer

@Suite struct MediaNetworkTests {
    static let key: UInt64 = 14_720_510_155_579_726_123

    /// Runs a test against a network and a folder, and ends all connections.
    static func with<Value: Sendable>(
        _ replies: [String: ScratchNetwork.Reply], limits: MediaLimits = MediaLimits(),
        _ test: (MediaNetwork, ScratchNetwork, ScratchFolder) async throws -> Value
    ) async throws -> Value {
        let scratch = try ScratchNetwork(replies)
        let network = MediaNetwork(hosts: try MediaHosts(additional: [scratch.origin]), limits: limits)
        let folder = try ScratchFolder()
        let result: Result<Value, any Error>
        do {
            result = .success(try await test(network, scratch, folder))
        } catch {
            result = .failure(error)
        }
        network.shutdown()
        return try result.get()
    }

    @Test func `a client whose time is over is ended, when nobody uses it any more`() async throws {
        let scratch = try ScratchNetwork(["/plain": .init(body: ScratchMedia.picture)])
        let hosts = try MediaHosts(additional: [scratch.origin])
        let clients = PinnedClients(timeouts: MediaTimeouts(), lifetime: .zero)
        let admission = try hosts.admit(try MediaURL(parsing: scratch.url("/plain")))
        for _ in 0..<200 { try await clients.withClient(for: admission) { _ in } }
        #expect(clients.count <= 1)
        // One that is still being used outlives its successor, and goes with its use.
        try await clients.withClient(for: admission) { _ in
            for _ in 0..<3 { try await clients.withClient(for: admission) { _ in } }
            #expect(clients.count == 2)
        }
        #expect(clients.count == 1)
        await #expect(throws: CancellationError.self) {
            try await clients.withClient(for: admission) { _ in throw CancellationError() }
        }
        #expect(clients.count <= 1)
        clients.shutdown()
        #expect(clients.count == 0)
    }

    @Test func `a picture is uncovered whole, a video its first part, a plain one not at all`() async throws {
        let replies: [String: ScratchNetwork.Reply] = [
            "/picture": .init(body: ScratchMedia.covered(ScratchMedia.picture, key: Self.key)),
            "/video": .init(body: ScratchMedia.covered(ScratchMedia.video, key: Self.key, length: 131_072)),
            "/short": .init(
                headers: ["X-enclen: 1000"],
                body: ScratchMedia.covered(ScratchMedia.video, key: Self.key, length: 1000)),
            "/plain": .init(body: ScratchMedia.picture), "/plainvideo": .init(body: ScratchMedia.video),
            "/tiny": .init(body: Array("GIF89a".utf8)),
        ]
        try await Self.with(replies) { network, scratch, folder in
            for (path, key, plain) in [
                ("/picture", Self.key, ScratchMedia.picture), ("/video", Self.key, ScratchMedia.video),
                ("/short", Self.key, ScratchMedia.video), ("/plain", nil, ScratchMedia.picture),
                ("/plain", 5, ScratchMedia.picture), ("/plainvideo", 5, ScratchMedia.video),
                ("/tiny", nil, Array("GIF89a".utf8)),
            ] as [(String, UInt64?, [UInt8])] {
                let url = try MediaURL(parsing: scratch.url(path) + "?token=T&idx=1")
                let file = try await network.fetch(url, key: key, to: folder.file("f"))
                let isVideo = plain.count > 100_000
                #expect(file.format == (isVideo ? .mp4 : .gif))
                #expect(file.path == folder.file(isVideo ? "f.mp4" : "f.gif"))
                #expect(file.size == plain.count)
                #expect(try folder.bytes(of: isVideo ? "f.mp4" : "f.gif") == plain, "\(path)")
            }
            #expect(scratch.requests.allSatisfy { $0.hasSuffix("?token=T&idx=1") })
        }
    }

    @Test(arguments: [
        ("/wrongkey", WeFlowError.Kind.network), ("/text", .network), ("/empty", .network), ("/cut", .network),
        ("/missing", .gone), ("/busy", .network), ("/endless", .network), ("/announced", .network),
        ("/silent", .network),
        ("/elsewhere", .network), ("/file", .network), ("/circle", .network),
    ])
    func `what is no picture or video, or never ends, leaves no file`(path: String, kind: WeFlowError.Kind) async throws
    {
        let replies: [String: ScratchNetwork.Reply] = [
            "/wrongkey": .init(body: ScratchMedia.covered(ScratchMedia.picture, key: 7)),
            "/text": .init(body: Array("<html>not found</html>".utf8)), "/empty": .init(),
            "/cut": .init(body: ScratchMedia.picture, announced: ScratchMedia.picture.count + 9),
            "/endless": .init(body: ScratchMedia.video, isEndless: true),
            "/announced": .init(body: ScratchMedia.picture, announced: 1 << 40), "/silent": .init(isSilent: true),
            "/elsewhere": .init(status: 302, headers: ["Location: http://127.0.0.1:1/x"]),
            "/file": .init(status: 302, headers: ["Location: file:///etc/passwd"]),
            "/circle": .init(status: 302, headers: ["Location: /circle"]), "/busy": .init(status: 503),
        ]
        let limits = MediaLimits(
            bytes: 1 << 20, timeouts: MediaTimeouts(connect: .seconds(5), idle: .seconds(20), whole: .seconds(2)))
        try await Self.with(replies, limits: limits) { network, scratch, folder in
            let url = try MediaURL(parsing: scratch.url(path) + "?token=SECRET")
            let error = await #expect(throws: WeFlowError.self) {
                _ = try await network.fetch(url, key: Self.key, to: folder.file("f"))
            }
            #expect(error?.kind == kind)
            #expect(error?.sentence.contains("SECRET") == false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test func `a redirect within the network is followed`() async throws {
        let replies: [String: ScratchNetwork.Reply] = [
            "/a": .init(status: 302, headers: ["Location: /b?x=1"]), "/b": .init(body: ScratchMedia.picture),
        ]
        try await Self.with(replies) { network, scratch, folder in
            let url = try MediaURL(parsing: scratch.url("/a"))
            #expect(try await network.fetch(url, key: nil, to: folder.file("f")).format == .gif)
            #expect(scratch.requests == ["/a", "/b?x=1"])
        }
    }

    @Test(arguments: ["http://127.0.0.1:1/", "https://example.com/", "http://[::1]/", "https://a.qpic.cn:22/"])
    func `another host is not asked`(address: String) async throws {
        try await Self.with([:]) { network, scratch, folder in
            let url = try MediaURL(parsing: address)
            let error = await #expect(throws: WeFlowError.self) {
                _ = try await network.fetch(url, key: nil, to: folder.file("f"))
            }
            #expect(error?.kind == .usage)
            #expect(scratch.requests.isEmpty)
        }
    }

    @Test func `a listed name that leads to this machine is not asked`() async throws {
        // Every system knows this name, and no name service can make it public.
        let network = MediaNetwork(hosts: try MediaHosts(additional: ["localhost"]))
        let folder = try ScratchFolder()
        let url = try MediaURL(parsing: "https://localhost/x")
        let error = await #expect(throws: WeFlowError.self) {
            _ = try await network.fetch(url, key: nil, to: folder.file("f"))
        }
        network.shutdown()
        #expect(error?.kind == .network)
        #expect(error?.sentence.contains("not a public address") == true)
    }

    @Test func `a sticker's body comes as it is`() async throws {
        try await Self.with(["/s": .init(body: [1, 2, 3])]) { network, scratch, _ in
            let body = try await network.fetch(scratch.url("/s"))
            #expect(body == [1, 2, 3])
            await #expect(throws: WeFlowError.self) { _ = try await network.fetch("file:///etc/passwd") }
        }
    }

    @Test func `a fetch that is cancelled ends at once and leaves nothing`() async throws {
        try await Self.with(["/silent": .init(isSilent: true)]) { network, scratch, folder in
            let url = try MediaURL(parsing: scratch.url("/silent"))
            let stem = folder.file("f")
            let work = Task { _ = try await network.fetch(url, key: nil, to: stem) }
            while scratch.requests.isEmpty { await Task.yield() }
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }
}

@Suite struct MediaCacheTests {
    @Test func `a file is fetched once, whatever its token, and again where it was damaged`() async throws {
        let replies = ["/p": ScratchNetwork.Reply(body: ScratchMedia.covered(ScratchMedia.picture, key: 9))]
        try await MediaNetworkTests.with(replies) { network, scratch, folder in
            let cache = MediaCache(network: network, folder: folder.file("cache"))
            let first = try await cache.file(MediaURL(parsing: scratch.url("/p?token=a&idx=1")), key: 9)
            let second = try await cache.file(MediaURL(parsing: scratch.url("/p?token=b&idx=1")), key: 9)
            #expect(first == second)
            #expect(scratch.requests.count == 1)
            try Data("<html>".utf8).write(to: URL(fileURLWithPath: first.path))
            let third = try await cache.file(MediaURL(parsing: scratch.url("/p")), key: 9)
            #expect(try Array(Data(contentsOf: URL(fileURLWithPath: third.path))) == ScratchMedia.picture)
            #expect(scratch.requests.count == 2)
        }
    }

    @Test func `a body that failed its check is not kept`() async throws {
        let replies = ["/p": ScratchNetwork.Reply(body: ScratchMedia.covered(ScratchMedia.picture, key: 9))]
        try await MediaNetworkTests.with(replies) { network, scratch, folder in
            let cache = MediaCache(network: network, folder: folder.file("cache"))
            let url = try MediaURL(parsing: scratch.url("/p"))
            await #expect(throws: WeFlowError.self) { _ = try await cache.file(url, key: 8) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("cache")).isEmpty)
            #expect(try await cache.file(url, key: 9).size == ScratchMedia.picture.count)
        }
    }

    @Test func `the oldest files go where there are too many`() async throws {
        let paths = (0..<4).map { "/p\($0)" }
        let replies = paths.reduce(into: [:]) { $0[$1] = ScratchNetwork.Reply(body: ScratchMedia.picture) }
        try await MediaNetworkTests.with(replies) { network, scratch, folder in
            let size = ScratchMedia.picture.count
            let cache = MediaCache(network: network, folder: folder.file("cache"), capacity: 2 * size)
            for (age, path) in paths.enumerated() {
                let file = try await cache.file(MediaURL(parsing: scratch.url(path)), key: nil)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000 + Double(age))],
                    ofItemAtPath: file.path)
            }
            try cache.prune()
            for path in paths { _ = try await cache.file(MediaURL(parsing: scratch.url(path)), key: nil) }
            #expect(scratch.requests == paths + ["/p0", "/p1"])
        }
    }
}
