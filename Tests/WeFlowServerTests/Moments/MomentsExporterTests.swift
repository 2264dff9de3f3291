import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowCrypto
import WeFlowMedia
import WeFlowMoments
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowState
import WeFlowStore

@testable import WeFlowServer

/// An account whose posts show files of a network on this machine.
struct MomentsFixture: Sendable {
    static let key: UInt64 = 18_446_744_073_709_551_615
    static let firstTime: Int64 = 1_760_000_000

    let scratch: ScratchFolder
    let account: Account
    let network: ScratchNetwork

    /// Posts, newest first: a picture with its Live Photo and a sticker, a video, an article, a picture that is lost.
    init(replies more: [String: ScratchNetwork.Reply] = [:]) throws {
        let covered = ScratchMedia.covered
        var replies: [String: ScratchNetwork.Reply] = [
            "/picture/0": .init(body: covered(ScratchMedia.picture, Self.key, .max)),
            "/live.mp4": .init(body: covered(ScratchMedia.video, 9, 131_072)),
            "/video/0": .init(body: covered(ScratchMedia.video, 8, 131_072)),
            "/sticker.gif": .init(body: ScratchMedia.picture),
        ]
        replies.merge(more) { $1 }
        network = try ScratchNetwork(replies)
        scratch = try ScratchFolder()
        let folder = scratch.file("wxid_me_ab12")
        try StateFolder.makeFolder(folder + "/db_storage/sns")
        account = Account(folder: try AccountFolder.find(folder), keys: KeyRing(.none))
        let database = try PlainDatabase(folder + "/db_storage/sns/sns.db", wal: false)
        try database.run(
            "CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY DESC, user_name TEXT, content TEXT, pack_info_buf TEXT)")
        for (age, (type, subject, extra)) in posts.enumerated() {
            let time = Self.firstTime - Int64(age)
            let xml =
                "<SnsDataItem><TimelineObject><createTime>\(time)</createTime><contentDesc>post \(age)</contentDesc>"
                + "<ContentObject><type>\(type)</type>\(subject)</ContentObject></TimelineObject>"
                + "<LocalExtraInfo>\(extra)</LocalExtraInfo></SnsDataItem>"
            try database.run("INSERT INTO SnsTimeLine VALUES(\(Self.tid(age)), 'wxid_a', '\(xml)', NULL)")
        }
    }

    private var posts: [(Int, String, String)] {
        [
            (
                1,
                "<mediaList><media><type>2</type><url key=\"\(Self.key)\" token=\"T\">\(network.url("/picture/0"))</url>"
                    + "<LivePhoto><liveMedia><url>\(network.url("/live.mp4"))</url><enc key=\"9\">1</enc></liveMedia>"
                    + "</LivePhoto></media></mediaList>",
                "<comment_user_list><user_comment><username>u</username><nickname>U</nickname><content>hi</content>"
                    + "<comment_id>1</comment_id><emojilist><emojiinfo><sns_emoji_data>"
                    + "<url>\(network.url("/sticker.gif"))</url></sns_emoji_data></emojiinfo></emojilist>"
                    + "</user_comment></comment_user_list>"
            ),
            (
                15,
                "<mediaList><media><type>6</type><url key=\"0\">\(network.url("/video/0"))</url>"
                    + "<enc key=\"8\">1</enc></media></mediaList>", ""
            ),
            (3, "<title>T</title><contentUrl>https://example.com/</contentUrl>", ""),
            (1, "<mediaList><media><type>2</type><url>\(network.url("/lost/0"))</url></media></mediaList>", ""),
        ]
    }

    static func tid(_ age: Int) -> Int64 {
        Int64(bitPattern: UInt64(firstTime - Int64(age)) * 1000 << 23)
    }

    static func id(_ age: Int) -> UInt64 { UInt64(bitPattern: tid(age)) }

    /// A folder for an export.
    var target: String { scratch.file("out") }

    func request(_ query: String) throws -> MomentsExportRequest {
        try MomentsExportRequest(
            Parameters(query: QueryString("outputDir=\(target)" + (query.isEmpty ? "" : "&" + query))))
    }

    /// Exports, and ends all connections.
    func export(
        _ query: String, progress: @escaping @Sendable (MomentsExporter.Progress) -> Void = { _ in }
    ) async throws -> MomentsExporter.Outcome {
        let media = MediaNetwork(hosts: try MediaHosts(additional: [network.origin]))
        let exporter = MomentsExporter(try request(query), network: media, zone: .utc)
        let outcome = try await exporter.run(on: account, now: 1_760_000_123_000, progress: progress)
        media.shutdown()
        return outcome
    }

    var files: [String] {
        get throws { try FileManager.default.subpathsOfDirectory(atPath: target).sorted() }
    }

    func bytes(_ name: String) throws -> [UInt8] { try scratch.bytes(of: "out/" + name) }
}

@Suite struct MomentsExporterTests {
    @Test func `a page lies beside its files, and a report tells what is missing`() async throws {
        let fixture = try MomentsFixture()
        let outcome = try await fixture.export("format=html&exportMedia=1")
        let (first, second, last) = (MomentsFixture.id(0), MomentsFixture.id(1), MomentsFixture.id(3))
        #expect(outcome.posts == 4)
        #expect(outcome.media == 3)
        #expect(outcome.missing.map(\.postID) == [last])
        #expect(try fixture.bytes("media/\(first)_0.gif") == ScratchMedia.picture)
        #expect(try fixture.bytes("media/\(first)_0_live.mp4") == ScratchMedia.video)
        #expect(try fixture.bytes("media/\(second)_0.mp4") == ScratchMedia.video)
        let page = String(decoding: try fixture.bytes("朋友圈导出_2025-10-09T08-55-23.html"), as: UTF8.self)
        #expect(page.contains("href=\"media/\(first)_0_live.mp4\">实况</a>"))
        #expect(page.contains("[表情]\" src=\"media/comment_"))
        for name in ["script", "style"] {
            let start = try #require(page.firstRange(of: "<\(name)>")?.upperBound)
            let end = try #require(page.firstRange(of: "</\(name)>")?.lowerBound)
            let digest = Data(SHA256.hash(Array(page[start..<end].utf8))).base64EncodedString()
            #expect(page.contains("\(name)-src 'sha256-\(digest)'"))
        }
        let report = String(decoding: try fixture.bytes("朋友圈导出_2025-10-09T08-55-23_missing.json"), as: UTF8.self)
        #expect(report.contains("\"postId\": \"\(last)\""))
        #expect(outcome.reportPath == fixture.target + "/朋友圈导出_2025-10-09T08-55-23_missing.json")
        let answer = String(decoding: encodeMomentsExport(outcome, style: .compact).array(), as: UTF8.self)
        #expect(
            answer == """
                {"success":true,"filePath":"\(fixture.target)/朋友圈导出_2025-10-09T08-55-23.html","postCount":4,\
                "mediaCount":3,"missingCount":1,"missingPath":"\(outcome.reportPath ?? "")"}
                """)
    }

    @Test func `what lies there already is not fetched again`() async throws {
        let fixture = try MomentsFixture()
        _ = try await fixture.export("exportMedia=1")
        let before = fixture.network.requests.count
        let outcome = try await fixture.export("format=arkmejson&exportMedia=1")
        #expect(outcome.media == 3)
        #expect(fixture.network.requests.dropFirst(before) == ["/lost/0"])
        #expect(outcome.filePath.hasSuffix("朋友圈导出_2025-10-09T08-55-23-2.json"))
    }

    @Test func `what a killed run left unfinished goes, and what a running one is at stays`() async throws {
        let fixture = try MomentsFixture()
        try StateFolder.makeFolder(fixture.target + "/media")
        // No process has a number as high.
        let (left, running) = (".weflow-99999999-1.part", ".weflow-\(getpid())-1.part")
        for name in [left, running] { try Data().write(to: URL(fileURLWithPath: "\(fixture.target)/media/\(name)")) }
        _ = try await fixture.export("exportImages=1")
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.target + "/media")
        #expect(!files.contains(left) && files.contains(running))
    }

    @Test(arguments: [
        ("", [], 0), ("exportImages=1", ["/picture/0?token=T&idx=1", "/lost/0"], 1),
        ("exportVideos=1", ["/video/0"], 1),
        ("exportLivePhotos=1", ["/live.mp4"], 1), ("exportMedia=1&usernames=nobody", [], 0),
        ("exportMedia=1&keyword=post%202", [], 0),
    ])
    func `only what was asked for is fetched`(query: String, requests: [String], media: Int) async throws {
        let fixture = try MomentsFixture()
        let outcome = try await fixture.export(query)
        #expect(outcome.media == media)
        #expect(fixture.network.requests.sorted() == requests.sorted())
    }

    @Test func `without a post nothing is written`() async throws {
        let fixture = try MomentsFixture()
        let outcome = try await fixture.export("exportMedia=1&usernames=nobody")
        #expect(outcome == MomentsExporter.Outcome())
        #expect(!FileManager.default.fileExists(atPath: fixture.target))
    }

    @Test func `one that is stopped leaves complete files alone, and the next goes on`() async throws {
        let fixture = try MomentsFixture(replies: ["/video/0": .init(isSilent: true)])
        let work = Task { try await fixture.export("exportImages=1&exportVideos=1&exportLivePhotos=1") }
        let kept = ["media", "media/\(MomentsFixture.id(0))_0.gif", "media/\(MomentsFixture.id(0))_0_live.mp4"]
        while fixture.network.requests.count < 4
            || !kept.allSatisfy({ FileManager.default.fileExists(atPath: "\(fixture.target)/\($0)") })
        {
            try await Task.sleep(for: .milliseconds(5))
        }
        work.cancel()
        let outcome = try await work.value
        #expect(outcome.isStopped)
        #expect(outcome.filePath.isEmpty)
        #expect(try fixture.files == kept)
        let before = fixture.network.requests.count
        let next = try await fixture.export("exportImages=1&exportLivePhotos=1")
        #expect(next.media == 2)
        #expect(fixture.network.requests.dropFirst(before) == ["/lost/0"])
    }

    @Test func `progress counts posts, then files`() async throws {
        let fixture = try MomentsFixture()
        let steps = Mutex<[MomentsExporter.Progress]>([])
        _ = try await fixture.export("exportMedia=1") { step in steps.withLock { $0.append(step) } }
        #expect(steps.withLock { $0 } == [.posts(4)] + (1...4).map { .files($0, of: 4) })
    }

    @Test func `a folder that cannot be made is a mistake in the request`() async throws {
        let fixture = try MomentsFixture()
        try fixture.scratch.write([], to: "out")
        let error = await #expect(throws: WeFlowError.self) { _ = try await fixture.export("") }
        #expect(error?.kind == .usage)
        #expect(error?.sentence.contains("outputDir") == true)
    }
}

@Suite struct TimelineInlinerTests {
    @Test func `pictures become data addresses, videos and lost ones keep the proxy's`() async throws {
        let fixture = try MomentsFixture()
        let media = MediaNetwork(hosts: try MediaHosts(additional: [fixture.network.origin]))
        let request = try TimelineRequest(Parameters(query: QueryString("inline=1")))
        let items = try TimelineQuery(request, hosts: media.hosts, proxyBase: "http://h").run(on: fixture.account).items
        let cache = MediaCache(network: media, folder: fixture.scratch.file("cache"))
        let inlined = try await TimelineInliner(cache: cache).inlining(items)
        media.shutdown()
        let data = "data:image/gif;base64," + Data(ScratchMedia.picture).base64EncodedString()
        #expect(inlined[0].media[0].item.inlineURL == data)
        #expect(inlined[0].media[0].live?.inlineURL == nil)
        #expect(inlined[1].media[0].item.inlineURL == nil)
        #expect(inlined[3].media[0].item.inlineURL == nil)
        #expect(inlined[3].media[0].item.proxyURL != nil)
        #expect(fixture.network.requests.sorted() == ["/lost/0", "/picture/0?token=T&idx=1"])
    }
}
