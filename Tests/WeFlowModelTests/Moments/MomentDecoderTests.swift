import Testing

@testable import WeFlowModel

@Suite struct MomentDecoderTests {
    private func comment(_ inside: String) -> MomentComment? {
        let extra =
            "<comment_user_list><user_comment><username>wxid_a</username><nickname>A&amp;lt;B</nickname><content></content>"
            + "<comment_id>1</comment_id>\(inside)</user_comment></comment_user_list>"
        var decoder = MomentDecoder()
        return MomentSamples.post(type: 1, extra: extra).withBytes {
            decoder.moment(tid: 1, userName: "wxid_a", content: $0).comments.first
        }
    }

    @Test func aCommentMayBeAPicture() throws {
        let url = "<url type=\"1\" key=\"7\" token=\"T\">http://mmsns.qpic.cn/mmcomment/abc/0</url>"
        let thumb = "<thumb_url type=\"1\" key=\"8\" token=\"t\">http://mmsns.qpic.cn/mmcomment/abc/60</thumb_url>"
        let size = "<width>100</width><height>80.0</height><file_size>4096</file_size>"
        let both = try #require(comment("<imagelist><imageinfo>\(url)\(thumb)\(size)</imageinfo></imagelist>"))
        #expect(both.content == "" && both.nickname == "A&lt;B")
        let picture = try #require(both.pictures.first)
        #expect(picture.resource.url == "http://mmsns.qpic.cn/mmcomment/abc/0" && picture.resource.token == "T")
        #expect(picture.key == 7 && picture.width == 100 && picture.height == 80 && picture.size == 4096)
        let small = try #require(comment("<imagelist><imageinfo>\(thumb)</imageinfo></imagelist>")?.pictures.first)
        #expect(small.resource.url == "http://mmsns.qpic.cn/mmcomment/abc/60" && small.resource.token == "t")
        #expect(small.key == 8 && small.width == 0 && small.size == 0)
        #expect(comment("<imagelist><imageinfo><width>1</width></imageinfo></imagelist>")?.pictures == [])
    }

    static let tid: Int64 = -3_682_792_958_082_786_726

    static func decode(_ xml: String, tid: Int64 = tid) -> Moment {
        var decoder = MomentDecoder()
        return xml.withBytes { decoder.moment(tid: tid, userName: "wxid_column", content: $0) }
    }

    @Test func `a whole post is read in full`() throws {
        let post = Self.decode(MomentSamples.picture)
        #expect(post.isWhole)
        #expect(post.id == 14_763_951_115_626_764_890)
        #expect(post.username == "wxid_column")
        #expect(post.nickname == "阿木")
        #expect(post.createTime == 1_760_000_123)
        #expect(post.text == "周末爬山 & 看日落")
        #expect(post.type == 1)
        #expect(post.location?.poiName == "宝石山")
        #expect(post.location?.latitude == 30.2413)
        #expect(post.location?.longitude == 120.149)
        #expect(post.card == nil)
        #expect(post.rawXML == Array(MomentSamples.picture.utf8))
        #expect(post.likes == [MomentLike(username: "wxid_liker", nickname: "小林")])
    }

    @Test func `each file has its own address, token and key`() throws {
        let media = Self.decode(MomentSamples.picture).media
        let item = try #require(media.first)
        #expect(media.count == 1)
        #expect(item.type == 2)
        #expect(item.key == 14_720_510_155_579_726_123)
        #expect(item.resource.url == "http://shmmsns.qpic.cn/mmsns/PATHTOKEN/0")
        #expect(item.resource.token == "TOKENATTR")
        #expect(item.resource.encIdx == "1")
        #expect(item.resource.md5 == "0123456789abcdef0123456789abcdef")
        #expect(item.thumb.token == "TOKENATTR2")
        #expect((item.width, item.height) == (1440, 1080))
        let live = try #require(item.livePhoto)
        #expect(live.key == 2_105_122_989)
        #expect(live.resource.url == "http://shzjwxsns.video.qq.com/102/20202/snsvideodownload?encfilekey=EFK&token=VT")
        #expect(live.resource.token == nil)
    }

    @Test func `a reply knows whom it answers, a sticker its addresses`() throws {
        let comments = Self.decode(MomentSamples.picture).comments
        #expect(comments.map(\.content) == ["好看", "下次一起"])
        #expect(comments.map(\.id) == ["1", "2"])
        #expect(comments[0].refCommentID == "")
        #expect(!comments[0].isReply)
        #expect(comments[1].refCommentID == "1")
        #expect(comments[1].refUsername == "wxid_c1")
        #expect(comments[1].refNickname == "阿七")
        #expect(comments[1].createTime == 1_760_000_360)
        let sticker = try #require(comments[1].stickers.first)
        #expect(sticker.url == "http://vweixinf.tc.qq.com/110/20401/stodownload?m=M1")
        #expect(sticker.aesKey == "00112233445566778899aabbccddeeff")
        #expect((sticker.width, sticker.height) == (120, 120))
    }

    @Test func `a comment with a long id is found by its short one, deleted ones only by name`() {
        let post = Self.decode(
            MomentSamples.post(
                type: 1,
                extra: """
                    <comment_user_list>
                    <user_comment><username>a</username><nickname>A</nickname><content>x</content><comment_id>1</comment_id>\
                    <comment_64id>9007199254740993</comment_64id></user_comment>
                    <user_comment><username>b</username><content>y</content><comment_id>2</comment_id>\
                    <ref_comment_id>1</ref_comment_id></user_comment>
                    <user_comment><username>c</username><nickname>C</nickname><content>z</content><comment_id>3</comment_id>\
                    <b_deleted>1</b_deleted></user_comment>
                    <user_comment><username>d</username><content>w</content><comment_id>4</comment_id>\
                    <ref_comment_id>3</ref_comment_id></user_comment>
                    </comment_user_list>
                    """))
        #expect(post.comments.map(\.username) == ["a", "b", "d"])
        #expect(post.comments.map(\.refCommentID) == ["", "9007199254740993", "3"])
        #expect(post.comments.map(\.refNickname) == ["", "A", "C"])
    }

    @Test func `other spellings of the lists are understood`() {
        let post = Self.decode(
            MomentSamples.post(
                type: 2,
                extra: """
                    <LikeUserList><LikeUser><username>u</username><nickname>U</nickname></LikeUser></LikeUserList>\
                    <commentList><comment><cmtid>7</cmtid><nickname>N</nickname><content>c</content>\
                    <replyCommentId>0</replyCommentId><replyNickname>R</replyNickname></comment></commentList>
                    """))
        #expect(post.likes.map(\.nickname) == ["U"])
        #expect(post.comments.map(\.id) == ["7"])
        #expect(post.comments.first?.refCommentID == "")
        #expect(post.comments.first?.refNickname == "R")
    }

    @Test(
        arguments: [
            (#"<url key="0">u</url><enc key="77">1</enc>"#, 6, 77), (#"<url key="5">u</url><enc>0</enc>"#, 2, 5),
            (#"<url key="18446744073709551615">u</url>"#, 2, .max),
            (#"<url key="18446744073709551616">u</url>"#, 2, nil),
            (#"<url key="none">u</url>"#, 2, nil), (#"<url key="">u</url>"#, 2, nil),
            (#"<url key="-1">u</url>"#, 2, nil),
            (#"<url key="0">u</url>"#, 2, nil),
        ] as [(String, Int, UInt64?)])
    func `a key is a number of 64 bits or none`(inside: String, type: Int, wanted: UInt64?) {
        let subject = "<mediaList><media><type>\(type)</type>\(inside)</media></mediaList>"
        #expect(Self.decode(MomentSamples.post(type: type == 6 ? 15 : 1, subject: subject)).media.first?.key == wanted)
    }

    @Test func `a picture without a key is not given another's, a video is`() {
        let keyed =
            #"<media><type>2</type><url>a</url><LivePhoto><liveMedia><url>b</url><enc key="9">1</enc></liveMedia></LivePhoto></media>"#
        let post = Self.decode(
            MomentSamples.post(
                type: 54, subject: "<mediaList>\(keyed)<media><type>2</type><url>c</url></media></mediaList>"))
        #expect(post.media.map(\.key) == [nil, nil])
        #expect(post.media[0].livePhoto?.key == 9)
        let video = Self.decode(
            MomentSamples.post(
                type: 15, subject: #"<mediaList><media><url>v</url></media></mediaList><enc key="8">1</enc>"#))
        #expect(video.media.first?.key == 8)
    }

    @Test func `placeholder coordinates are none`() {
        func location(_ attributes: String) -> MomentLocation? {
            Self.decode(MomentSamples.post(type: 2, post: "<location \(attributes)/>")).location
        }
        #expect(location(#"latitude="0.0" longitude="0""#) == nil)
        #expect(location(#"latitude="nan" longitude="inf""#) == nil)
        #expect(location(#"latitude="0" longitude="0" city="杭州""#)?.latitude == nil)
        #expect(location(#"x="1.5" y="-2" poiname="P""#)?.longitude == -2)
        #expect(location(#"x="1.5" y="-2" poiname="P""#)?.poiName == "P")
        #expect(location(#"latitude="91" longitude="0""#) == nil)
    }

    @Test func `a shared article keeps its address, a Channels post its name`() {
        let article = Self.decode(
            MomentSamples.post(
                type: 3, subject: "<title>T</title><contentUrl>https://example.com/?a=1&amp;b=2</contentUrl>",
                post: "<sourceNickName>S</sourceNickName>"))
        #expect(article.link == MomentLink(title: "T", url: "https://example.com/?a=1&b=2"))
        #expect(article.card?.source == "S")
        let channel = Self.decode(
            MomentSamples.post(
                type: 28,
                subject: """
                    <contentUrl>https://support.weixin.qq.com/x</contentUrl><finderFeed><nickname>N</nickname><desc>D</desc>\
                    <mediaList><media><url>http://finder.video.qq.com/1</url></media></mediaList></finderFeed>
                    """))
        #expect(channel.media.isEmpty)
        #expect(channel.card?.source == "N")
        #expect(channel.card?.description == "D")
        #expect(channel.link == nil)
    }

    @Test func `ids that carry no time leave it to the XML, rows without XML to the id`() {
        #expect(Self.decode(MomentSamples.post(type: 2), tid: 5).createTime == 1_760_000_000)
        let lost = Self.decode("not xml")
        #expect(lost.createTime == 1_760_000_123)
        #expect(!lost.isWhole)
        #expect(lost.rawXML == Array("not xml".utf8))
        #expect(Self.decode("", tid: 5).createTime == 0)
    }

    @Test func `other forms of the column give the same post`() {
        let xml = Array(MomentSamples.picture.utf8)
        let hex = xml.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let wanted = Self.decode(MomentSamples.picture)
        #expect(Self.decode(hex) == wanted)
        #expect(Self.decode("  \u{FEFF}" + MomentSamples.picture).comments == wanted.comments)
        #expect(Self.decode(base64(xml)) == wanted)
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0...3 {
                text.append(
                    index > group.count ? UInt8(ascii: "=") : alphabet[Int(word >> UInt32(18 - 6 * index) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
