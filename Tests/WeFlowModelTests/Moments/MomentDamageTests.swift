import Testing

@testable import WeFlowModel

@Suite struct MomentDamageTests {
    @Test func `a post cut off anywhere keeps what stands before the cut`() throws {
        let whole = Array(MomentSamples.picture.utf8)
        let full = MomentDecoderTests.decode(MomentSamples.picture)
        var decoder = MomentDecoder()
        for length in 0..<whole.count - 1 {
            let post = whole[..<length].withUnsafeBytes {
                decoder.moment(tid: MomentDecoderTests.tid, userName: "wxid_column", content: $0)
            }
            #expect(!post.isWhole)
            #expect(post.createTime == full.createTime)
            #expect(full.text.hasPrefix(post.text.prefix { $0 != "&" && $0 != "\u{FFFD}" }))
            // An address is there as a whole or not at all.
            for item in post.media { #expect(["", full.media[0].resource.url].contains(item.resource.url)) }
            for comment in post.comments { #expect(full.comments.map(\.content).contains(comment.content)) }
        }
    }

    @Test func `unescaped characters and wrong end tags lose no neighbour`() {
        let post = MomentDecoderTests.decode(
            MomentSamples.post(
                type: 1, subject: "<mediaList><media><type>2</type><url>http://a.qpic.cn/0</url></mediaList></b>",
                post: "<contentDesc>a & b < c <3 &nbsp; \u{1}d</contentDesc>",
                extra:
                    "<like_user_list><user_comment><username>u</username><nickname>U&V</nickname></user_comment></like_user_list>"
            ))
        #expect(post.text == "a & b < c <3 &nbsp; d")
        #expect(post.media.map(\.resource.url) == ["http://a.qpic.cn/0"])
        #expect(post.likes.map(\.nickname) == ["U&V"])
    }

    @Test(arguments: 0..<8)
    func `no bytes make the decoder fail`(seed: UInt64) {
        var mutator = Mutator(seed: seed)
        var decoder = MomentDecoder()
        let samples = [
            MomentSamples.picture,
            MomentSamples.post(type: 15, subject: "<mediaList><media><url key='0'>v</url></media></mediaList>"), "3c61",
            "PGE+",
        ].map { Array($0.utf8) }
        for round in 0..<400 {
            let bytes = mutator.mutate(samples[round % samples.count])
            let post = bytes.withUnsafeBytes { decoder.moment(tid: -1, userName: "", content: $0) }
            #expect(post.media.count + post.likes.count + post.comments.count <= bytes.count)
            #expect(post.link == nil || MomentURL.isWebAddress(post.link?.url ?? ""))
        }
    }
}
