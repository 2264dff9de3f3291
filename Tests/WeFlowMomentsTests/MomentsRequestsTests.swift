import Testing
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowMoments

@Suite struct MomentsRequestsTests {
    private func parameters(_ query: String) throws -> Parameters {
        try Parameters(query: QueryString(query))
    }

    @Test func `a timeline without parameters has the defaults`() throws {
        let request = try TimelineRequest(parameters(""))
        #expect(request.limit == 20)
        #expect(request.offset == 0)
        #expect(request.filter == MomentsFilter())
        #expect(request.media == .resolved(replace: true, inline: false))
    }

    @Test func `a timeline takes all that the API names`() throws {
        let request = try TimelineRequest(
            parameters(
                "limit=500&offset=40&usernames=a,%20b,,a&keyword=%20x%20&start=1760000000&end=1760000001000&inline=1&replace=no"
            ))
        #expect(request.limit == 200)
        #expect(request.offset == 40)
        #expect(request.filter.usernames == ["a", "b"])
        #expect(request.filter.keyword == "x")
        #expect(request.filter.start == 1_760_000_000)
        #expect(request.filter.end == 1_760_000_001)
        #expect(request.media == .resolved(replace: false, inline: true))
        #expect(try TimelineRequest(parameters("meiti=0&inline=1")).media == .raw)
        #expect(try TimelineRequest(parameters("resolveMedia=off")).media == .raw)
    }

    @Test("the number 0 is no bound", arguments: ["0", "0.0", "-0", "00"])
    func noBound(zero: String) throws {
        for given in [
            try parameters("start=\(zero)&end=\(zero)"), Parameters(commandLine: ["start": zero, "end": zero]),
        ] {
            let timeline = try TimelineRequest(given)
            #expect(timeline.filter.start == nil && timeline.filter.end == nil)
        }
    }

    @Test(arguments: [
        "limit=x", "offset=1.5", "start=20260231", "media=2", "inline=maybe", "limit=1&limit=2", "media=1&meiti=0",
    ])
    func `a malformed timeline is an error of usage`(query: String) {
        let error = #expect(throws: WeFlowError.self) { try TimelineRequest(parameters(query)) }
        #expect(error?.kind == .usage)
    }

    @Test(
        arguments: [
            ("key=14720510155579726123", 14_720_510_155_579_726_123), ("key=18446744073709551615", .max), ("key=", nil),
            ("key=0", nil), ("", nil), ("key=none", nil),
        ] as [(String, UInt64?)])
    func `a key keeps its 64 bits`(query: String, wanted: UInt64?) throws {
        let request = try MomentsMediaRequest(parameters("url=https%3A%2F%2Fa.qpic.cn%2F0&" + query))
        #expect(request.key == wanted)
        #expect(request.url.string == "https://a.qpic.cn/0")
    }

    @Test(arguments: [
        "", "url=", "url=ftp://a", "url=https://a.qpic.cn/&key=18446744073709551616", "url=https://a.qpic.cn/&key=-1",
        "url=https://a.qpic.cn/&key=1e3",
    ])
    func `a media request needs an address, and a key that is one`(query: String) {
        let error = #expect(throws: WeFlowError.self) { try MomentsMediaRequest(parameters(query)) }
        #expect(error?.kind == .usage)
    }

    @Test(arguments: [
        ("", false, false, false), ("&exportMedia=1", true, true, true), ("&exportImages=1", true, false, false),
        ("&exportMedia=1&exportVideos=0", false, false, false),
        ("&exportMedia=0&exportLivePhotos=1", false, true, false),
    ])
    func `single kinds of media beat all of them`(query: String, images: Bool, live: Bool, videos: Bool) throws {
        let request = try MomentsExportRequest(parameters("outputDir=out" + query))
        #expect(request.selection == .init(images: images, livePhotos: live, videos: videos))
    }

    @Test func `the format is one of three, in any case and spelling`() throws {
        for (name, wanted) in [
            ("", MomentsExportRequest.Format.json), ("HTML", .html), ("arkmejson", .arkme), ("Arkme-JSON", .arkme),
        ] {
            #expect(try MomentsExportRequest(parameters("outputDir=o&format=" + name)).format == wanted)
        }
        for query in ["outputDir=o&format=xml", "format=json", "outputDir="] {
            #expect(throws: WeFlowError.self) { try MomentsExportRequest(parameters(query)) }
        }
    }
}

@Suite struct MomentAddressingTests {
    @Test func `proxy addresses carry the whole key and an encoded address`() throws {
        var moment = Moment(tid: -1, username: "a")
        moment.type = 1
        var item = MomentAttachment()
        item.type = 2
        item.key = 14_720_510_155_579_726_123
        item.resource.url = "http://127.0.0.1:5999/mmsns/P/0"
        item.resource.token = "T 1"
        item.livePhoto = LivePhoto()
        item.livePhoto?.resource.url = "http://v.video.qq.com/d?e=1"
        moment.media = [item]
        let addressing = MomentAddressing(
            hosts: try MediaHosts(additional: ["http://127.0.0.1:5999"]), proxyBase: "http://127.0.0.1:5031")
        let media = try #require(addressing.media(of: moment).first)
        #expect(media.item.url == "http://127.0.0.1:5999/mmsns/P/0?token=T 1&idx=1")
        #expect(
            media.item.proxyURL
                == "http://127.0.0.1:5031/api/v1/sns/media/proxy?url="
                + "http%3A%2F%2F127.0.0.1%3A5999%2Fmmsns%2FP%2F0%3Ftoken%3DT+1%26idx%3D1&key=14720510155579726123")
        #expect(media.item.proxyThumb == nil)
        #expect(media.item.thumb == "")
        // A clip without a key of its own is tried with its picture's.
        #expect(media.live?.url == "https://v.video.qq.com/d?e=1")
        #expect(media.live?.proxyURL?.hasSuffix("&key=14720510155579726123") == true)
    }

    @Test func `without a proxy and a key there is neither`() throws {
        var moment = Moment(tid: -1, username: "a")
        moment.type = 15
        var item = MomentAttachment()
        item.resource.url = "http://a.qpic.cn/P/150"
        moment.media = [item]
        #expect(MomentAddressing(hosts: try MediaHosts(), proxyBase: nil).media(of: moment).first?.item.proxyURL == nil)
        let media = MomentAddressing(hosts: try MediaHosts(), proxyBase: "http://h").media(of: moment)
        // A video's size is not in its path.
        #expect(media.first?.item.proxyURL == "http://h/api/v1/sns/media/proxy?url=https%3A%2F%2Fa.qpic.cn%2FP%2F150")
    }
}
