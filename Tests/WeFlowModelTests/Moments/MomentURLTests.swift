import Testing

@testable import WeFlowModel

@Suite struct MomentURLTests {
    struct Case: Sendable {
        let url: String
        var token: String?
        var isVideo = false
        var keepsScheme = false
        let wanted: String
    }

    @Test(arguments: [
        Case(url: "", token: "T", wanted: ""),
        Case(url: "http://a.qpic.cn/m/P/0", wanted: "https://a.qpic.cn/m/P/0"),
        Case(url: "HTTP://a.qpic.cn/m/P/0", wanted: "https://a.qpic.cn/m/P/0"),
        Case(url: "http://127.0.0.1:5999/m/P/0", keepsScheme: true, wanted: "http://127.0.0.1:5999/m/P/0"),
        Case(url: "http://a.qpic.cn/m/P/150", token: "T", wanted: "https://a.qpic.cn/m/P/0?token=T&idx=1"),
        Case(url: "https://a.qpic.cn/m/P/200", wanted: "https://a.qpic.cn/m/P/0"),
        Case(url: "https://a.qpic.cn/m/P/480?x=1", token: "T", wanted: "https://a.qpic.cn/m/P/0?x=1&token=T&idx=1"),
        Case(url: "https://a.qpic.cn/m/P/60", wanted: "https://a.qpic.cn/m/P/60"),
        Case(url: "https://a.qpic.cn/150/P/1500", wanted: "https://a.qpic.cn/150/P/1500"),
        Case(url: "https://a.qpic.cn/m/P/0", token: "", wanted: "https://a.qpic.cn/m/P/0"),
        Case(url: "https://a.qpic.cn/m/0?token=OWN", token: "T", wanted: "https://a.qpic.cn/m/0?token=OWN"),
        Case(url: "https://a.qpic.cn/m/0?a=1&token=OWN", token: "T", wanted: "https://a.qpic.cn/m/0?a=1&token=OWN"),
        Case(
            url: "https://a.qpic.cn/m/0?mytoken=1", token: "T", wanted: "https://a.qpic.cn/m/0?mytoken=1&token=T&idx=1"),
        Case(url: "https://a.qpic.cn/m/0?", token: "T", wanted: "https://a.qpic.cn/m/0?token=T&idx=1"),
        Case(
            url: "http://v.video.qq.com/102/150", token: "T", isVideo: true,
            wanted: "https://v.video.qq.com/102/150?token=T&idx=1"),
        Case(
            url: "http://v.video.qq.com/d?encfilekey=E&m=1", token: "T", isVideo: true,
            wanted: "https://v.video.qq.com/d?token=T&idx=1&encfilekey=E&m=1"),
    ])
    func `an address becomes the one that the network answers`(item: Case) {
        #expect(
            MomentURL.fixed(item.url, token: item.token, isVideo: item.isVideo, keepsScheme: item.keepsScheme)
                == item.wanted)
    }

    @Test func `the token is no part of what is logged`() {
        #expect(MomentURL.withoutQuery("https://a.qpic.cn/m/0?token=SECRET#x") == "https://a.qpic.cn/m/0")
        #expect(MomentURL.withoutQuery("https://a.qpic.cn/m/0") == "https://a.qpic.cn/m/0")
    }
}

@Suite struct MomentIDTests {
    @Test(
        arguments: [
            (-3_682_792_958_082_786_726, 14_763_951_115_626_764_890, 1_760_000_123),
            (-3_726_233_932_341_751_617, 14_720_510_141_367_799_999, 1_754_821_555),
        ] as [(Int64, UInt64, Int64)])
    func `an id carries its time`(tid: Int64, id: UInt64, seconds: Int64) {
        #expect(Moment(tid: tid, username: "").id == id)
        #expect(MomentID.createTime(tid: tid) == seconds)
    }

    @Test func `ids that are positive in SQLite carry no time`() {
        #expect(MomentID.createTime(tid: 5) == nil)
        #expect(MomentID.createTime(tid: 0) == nil)
    }

    @Test(
        arguments: [
            ("-3682792958082786726", -3_682_792_958_082_786_726), ("14763951115626764890", -3_682_792_958_082_786_726),
            ("7", 7),
            ("18446744073709551615", -1), ("18446744073709551616", nil), ("", nil), ("+7", nil), ("7a", nil),
            (" 7", nil), ("--7", nil),
        ] as [(String, Int64?)])
    func `an id is read in both its forms`(text: String, wanted: Int64?) {
        #expect(MomentID.parse(text) == wanted)
    }
}

@Suite struct MomentLinkTests {
    private func post(type: Int, text: String = "", title: String = "", url: String = "", media: [String] = [])
        -> Moment
    {
        var post = Moment(tid: -1, username: "wxid_a")
        post.type = type
        post.text = text
        var card = MomentCard()
        card.title = title
        card.url = url
        post.card = card.isEmpty ? nil : card
        post.media = media.map { address in
            var item = MomentAttachment()
            item.resource.url = address
            return item
        }
        return post
    }

    @Test func `a link post leads where its card says, else to its media`() {
        #expect(
            post(type: 3, title: "T", url: "https://mp.weixin.qq.com/s/a?b=1&c=2").link?.url
                == "https://mp.weixin.qq.com/s/a?b=1&c=2")
        #expect(post(type: 5, text: "look", url: "http://e.org").link == MomentLink(title: "look", url: "http://e.org"))
        #expect(
            post(type: 3, url: "javascript:alert(1)", media: ["http://a.qpic.cn/0"]).link?.url == "http://a.qpic.cn/0")
        #expect(post(type: 3, title: "T", url: "javascript:alert(1)").link == nil)
        #expect(post(type: 3, text: "words", title: "https://e.org/", url: "https://e.org/").link?.title == "words")
    }

    @Test func `other posts link only to pages`() {
        #expect(post(type: 1, text: "see https://e.org/a, and more").link?.url == "https://e.org/a")
        #expect(post(type: 1, text: "见https://e.org/a。再见").link?.url == "https://e.org/a")
        #expect(post(type: 1, text: "no link", url: "https://a.qpic.cn/x").link == nil)
        #expect(
            post(type: 42, title: "Song", url: "https://y.qq.com/s").link
                == MomentLink(title: "Song", url: "https://y.qq.com/s"))
        #expect(post(type: 15, text: "https://e.org/a").link == nil)
        #expect(post(type: 28, title: "T", url: "https://support.weixin.qq.com/update").link == nil)
        #expect(post(type: 2, text: "http http:// https:// httphttp").link == nil)
    }
}
