import Testing

@testable import WeFlowModel

@Suite struct MessageContentTests {
    static func names(_ username: String) -> String? { ["wxid_a": "甲", "wxid_b": "乙"][username] }

    /// True for raw XML that came through; titles of the samples begin otherwise.
    private static func looksLikeMarkup(_ text: String) -> Bool {
        ["<msg", "<appmsg", "<?xml", "<sysmsg", "<voipmsg", "&lt;"].contains { text.hasPrefix($0) }
    }

    private func decode(_ type: Int64, _ body: String) -> MessageContent {
        body.withBytes { MessageContent.decode(localType: type, body: $0, names: Self.names) }
    }

    @Test func baseTypes() {
        check(1, "早上好", "早上好", 0)
        check(1, "&lt;b&gt; <b>x</b> todo:buy milk", "&lt;b&gt; <b>x</b> todo:buy milk", 0)
        check(1, "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", 0)
        check(1, "  a\u{1}b\n", "  ab\n", 0)
        check(1, "", "", 0)
        check(2, "早", "早", 0)
        check(3, Sample.image, "[图片]", 1)
        check(3, Sample.image + "YWJj 123 456", "[图片]", 1)
        check(34, Sample.voice, "[语音]", 2)
        check(37, Sample.friendRequest, "[好友请求] 小林: 我是小林", 99)
        check(40, "<msg fromnickname=\"小林\" content=\"\"/>", "[好友请求] 小林", 99)
        check(42, Sample.card, "[名片] 王小明", 27)
        check(66, Sample.card, "[名片] 王小明", 27)
        check(42, "<msg username=\"x\" nickname=\"\"/>", "[名片]", 27)
        check(43, Sample.video, "[视频]", 3)
        check(62, Sample.video, "[视频]", 3)
        check(47, Sample.sticker, "[表情]", 5)
        check(48, Sample.location, "[位置] 上海市黄浦区示例路1号", 8)
        check(48, "<msg><location x=\"1\" y=\"2\" label=\"\" poiname=\"示例大厦\"/></msg>", "[位置] 示例大厦", 8)
        check(48, "<msg><location/></msg>", "[位置]", 8)
        check(50, Sample.call, "[语音通话] 通话时长 02:15", 23)
        check(50, "<voipmsg><m><msg>Canceled</msg><room_type>0</room_type></m></voipmsg>", "[视频通话] Canceled", 23)
        check(50, "<voipmsg><m><msg/></m></voipmsg>", "[通话]", 23)
        check(50, "通话时长 02:15", "[通话] 通话时长 02:15", 23)
        check(50, "<voip", "[通话]", 23)
        check(67, "<msg username=\"gh_kefu\" nickname=\"客服&lt;小美>\" />", "[名片] 客服<小美>", 27)
        check(67, "", "[名片]", 27)
        check(51, "<msg><op id=\"4\"/></msg>", "[消息]", 99)
        check(65, "你好", "你好", 99)
        check(11000, "<x><title>题</title></x>", "题", 99)
        check(11000, "<x>secret</x>", "[消息]", 99)
    }

    @Test(arguments: [
        (1, "示例", "[消息]", 7), (3, "[音乐] 示例", "[音乐]", 24), (4, "示例", "[消息]", 7), (5, "[链接] 示例", "[链接]", 7),
        (6, "[文件] 示例", "[文件]", 4), (7, "示例", "[消息]", 7), (8, "[表情]", "[表情]", 5), (17, "示例", "[消息]", 8),
        (19, "[聊天记录] 示例", "[聊天记录]", 26), (24, "[笔记] 示例", "[笔记]", 24), (33, "[小程序] 示例", "[小程序]", 24),
        (36, "[小程序] 示例", "[小程序]", 24), (40, "示例", "[消息]", 26), (44, "[小程序] 示例", "[小程序]", 24),
        (49, "[链接] 示例", "[链接]", 7), (50, "[视频号] 示例", "[视频号]", 27), (51, "[视频号] 示例", "[视频号]", 24),
        (53, "[接龙] 示例", "[接龙]", 0), (57, "示例", "[消息]", 25), (62, "示例", "拍一拍", 22),
        (63, "[视频号直播] 示例", "[视频号直播]", 24), (68, "示例", "[消息]", 7), (74, "[文件] 示例", "[文件]", 4),
        (76, "[音乐] 示例", "[音乐]", 24), (87, "[群公告]", "[群公告]", 80), (88, "[视频号直播] 示例", "[视频号直播]", 24),
        (92, "[音乐] 示例", "[音乐]", 24), (115, "[礼物] 示例", "[礼物]", 24), (124, "[礼物] 示例", "[礼物]", 24),
        (2000, "[转账]", "[转账]", 21), (2001, "[红包]", "[红包]", 20), (2002, "示例", "[消息]", 99),
        (2003, "[红包封面] 示例", "[红包封面]", 20), (777, "示例", "[消息]", 99),
    ])
    func appSubTypes(_ sub: Int, _ text: String, _ untitled: String, _ number: Int) {
        for type in [Sample.appType(Int64(sub)), 49, Sample.appType(5)] as [Int64] {
            check(type, Sample.app(sub, "示例"), text, number)
            check(type, Sample.app(sub, ""), untitled, number)
            check(type, Sample.escaped(Sample.app(sub, "示例")), text, number)
        }
        check(Int64(sub) << 32 | 49, "<msg><appmsg><title>示例</title><type>x</type></appmsg></msg>", text, number)
        check(
            49, "<msg><appmsg><type><![CDATA[\(sub)]]></type><title><![CDATA[示例]]></title></appmsg></msg>", text, number
        )
    }

    @Test func typesInsideAnAppMessageAreNotItsOwn() {
        check(
            49, "<msg><appmsg><weappinfo><type>2</type></weappinfo><title>页</title><type>36</type></appmsg></msg>",
            "[小程序] 页", 24)
        check(
            49,
            "<msg><appmsg><refermsg><type>3</type><title>假</title></refermsg><title>好</title><type>57</type></appmsg></msg>",
            "好", 25)
        check(
            Sample.appType(5), Sample.app(5, "题", "<dataurl>x</dataurl><patMsg/><location/><label>l</label>"), "[链接] 题",
            7)
        check(Sample.appType(2000), Sample.app(2000, "hongbao"), "[转账]", 21)
        check(
            49, "<msg><appmsg><title>题</title><wcpayinfo><feedesc>￥1</feedesc></wcpayinfo></appmsg></msg>", "[转账] ￥1",
            21, content: "[转账]")
        check(49, "<msg><appmsg><title>题</title><dataurl>http://x</dataurl></appmsg></msg>", "[音乐] 题", 24)
    }

    @Test func anAppMessageInCDATAIsRead() {
        let link = Sample.link.replacing("<msg>", with: "").replacing("</msg>", with: "")
        check(Sample.appType(5), "<msg><content><![CDATA[\(link)]]></content></msg>", "[链接] 示例", 7)
        check(Sample.appType(5), "<msg><content>\(Sample.escaped(link))</content></msg>", "[链接] 示例", 7)
        check(Sample.appType(5), "<![CDATA[\(Sample.link)]]>", "[链接] 示例", 7)
    }

    @Test func titlesAreDecodedOnce() {
        check(Sample.appType(5), Sample.app(5, "A &amp; B &amp;lt;&#39;&#x4e2d;"), "[链接] A & B &lt;'中", 7)
        check(Sample.appType(5), Sample.app(5, "<![CDATA[A &amp; <B>]]>"), "[链接] A &amp; <B>", 7)
        check(Sample.appType(5), Sample.app(5, "a\u{3}b\u{85}"), "[链接] ab", 7)
        check(Sample.appType(1), Sample.app(1, "第一行\n第二行"), "第一行\n第二行", 7)
    }

    @Test func damagedAppMessages() {
        check(49, "<?xml version=\"1.0\"?>\n<msg><appmsg><title>没有结尾的 XML</title><type>5</ty", "没有结尾的 XML", 99)
        check(Sample.appType(5), "<msg><appmsg><title>没有结尾的 XML</title><type>5</ty", "[链接] 没有结尾的 XML", 7)
        check(Sample.appType(5), "<msg><appmsg><title>没有结", "[链接]", 7)
        check(Sample.appType(4), "<msg><appm", "[消息]", 7)
        check(Sample.appType(4), "<appm", "[消息]", 7)
        check(Sample.appType(4), "\" <?xml version", "[消息]", 7)
        check(65, "1 <b", "1 <b", 99)
        check(65, "你好 <Lin>", "你好 <Lin>", 99)
        check(49, "甲 <3 <Leo>", "甲 <3 <Leo>", 99)
        check(65, "\u{1}<msg us\u{300}r", "[消息]", 99)
        check(49, "", "[链接]", 99)
        check(Sample.appType(57), " \n", "[引用消息]", 25)
        check(Sample.appType(62), "", "拍一拍", 22)
        check(Sample.appType(19), "", "[聊天记录]", 26)
        check(48, "", "[位置]", 8)
        check(10000, "", "[系统消息]", 80)
        check(Sample.appType(5), "\"<msg><appmsg><title>a&b=<3</title><type>5</type></appmsg></msg>", "[链接] a&b=<3", 7)
        check(49, "当前版本不支持", "当前版本不支持", 99)
    }

    @Test func cardsCarryTheirLink() {
        let card = AppCard(
            type: AppType(5), title: "示例", url: "https://e.example.com/?a=1&b=2", description: "摘要")
        #expect(decode(Sample.appType(5), Sample.link) == .app(card))
        #expect(decode(Sample.appType(5), Sample.link).detail.url == "https://e.example.com/?a=1&b=2")
    }

    @Test func mediaAreNamed() {
        let md5 = "0123456789abcdef0123456789abcdef"
        #expect(decode(3, Sample.image).media == .image(ImageContent(md5: md5)))
        #expect(decode(34, Sample.voice).media == .voice(VoiceContent(milliseconds: 3120)))
        #expect(decode(34, Sample.voice).detail.voiceSeconds == 3.12)
        #expect(decode(34, "<msg><voicemsg length=\"4096\"/></msg>").media == .voice(VoiceContent()))
        let video = VideoContent(md5: md5, rawMD5: "r1", newMD5: "n1", seconds: 12)
        #expect(decode(43, Sample.video).media == .video(video))
        #expect(decode(43, Sample.video).detail.videoSeconds == 12)
        let sticker = StickerContent(
            md5: md5, cdnURL: "https://emo.example.com/a?m=1&f=2", encryptURL: "https://emo.example.com/e",
            aesKey: "00112233445566778899aabbccddeeff", width: 240, height: 200)
        #expect(decode(47, Sample.sticker).media == .sticker(sticker))
        #expect(
            decode(47, "<msg><emoji md5=abc cdnurl = 'x' ></msg>").media
                == .sticker(StickerContent(md5: "abc", cdnURL: "x")))
        let gif = Sample.app(8, "", "<appattach><emoticonmd5>\(md5)</emoticonmd5></appattach>")
        #expect(decode(Sample.appType(8), gif).media == .sticker(StickerContent(md5: md5)))
        #expect(decode(1, "x").media == nil)
    }

    @Test func detailsOfPlacesCardsAndFiles() {
        let place = decode(48, Sample.location).detail.location
        #expect(place?.latitude == 31.2304 && place?.longitude == 121.4737 && place?.poiName == "示例大厦")
        #expect(decode(48, "<msg><location x=\"nan\" y=\"1e999\"/></msg>").detail.location == LocationContent())
        let card = decode(42, Sample.card).detail.card
        #expect(card == CardContent(username: "wxid_cc33dd44", nickname: "王小明", alias: "xm", isOfficial: false))
        #expect(decode(42, "<msg username=\"gh_1\" certflag=\"24\"/>").detail.card?.isOfficial == true)
        let inside = "<appattach><totallen>20480</totallen><fileext>xlsx</fileext></appattach><md5>ab</md5>"
        let file = decode(Sample.appType(6), Sample.app(6, "预算.xlsx", inside)).detail
        #expect(file.fileName == "预算.xlsx" && file.fileSize == 20480 && file.fileExt == "xlsx")
        #expect(decode(1, "x").detail.isEmpty)
    }

    @Test(arguments: [
        ("1", "sent"), ("3", "received"), ("4", "returned"), ("5", "received"), ("7", "sent"), ("8", "sent"),
        ("9", "returned"), ("10", "expired"), ("99", "unknown"),
    ])
    func transfersInEveryState(_ sub: String, _ state: String) {
        let body = Sample.transfer.replacing("<paysubtype>1<", with: "<paysubtype>\(sub)<")
        check(Sample.appType(2000), body, "[转账] ￥1.00 午饭", 21, content: "[转账]")
        let transfer = decode(49, body).detail.transfer
        #expect(transfer?.amount == "￥1.00" && transfer?.memo == "午饭" && transfer?.state.rawValue == state)
    }

    @Test func redPackets() {
        let pay = "<wcpayinfo><sendertitle><![CDATA[恭喜发财]]></sendertitle><receivertitle>收</receivertitle></wcpayinfo>"
        check(Sample.appType(2001), Sample.app(2001, "微信红包", pay), "[红包] 恭喜发财", 20, content: "[红包]")
        check(49, Sample.app(2001, "微信红包", pay.replacing("恭喜发财", with: "")), "[红包] 收", 20, content: "[红包]")
    }

    @Test func channels() {
        let feed =
            "<finderFeed><objectId>1</objectId><nickname>示例作者</nickname><desc>示例视频描述</desc><mediaList><media>"
            + "<nickname>no</nickname></media></mediaList></finderFeed>"
        check(Sample.appType(51), Sample.app(51, "不支持", feed), "[视频号] 示例视频描述", 24)
        check(
            Sample.appType(51), Sample.app(51, "不支持", "<finderFeed><nickname>示例作者</nickname><desc/></finderFeed>"),
            "[视频号] 示例作者", 24)
        let live = "<finderLive><finderLiveID>1</finderLiveID><nickname>作者</nickname><desc>开播</desc></finderLive>"
        check(Sample.appType(63), Sample.app(63, "不支持", live), "[视频号直播] 开播", 24)
        check(Sample.appType(88), Sample.app(88, "不支持", live), "[视频号直播] 开播", 24)
        let profile = "<findernamecard><username>v2_0@finder</username><nickname>名</nickname></findernamecard>"
        check(Sample.appType(50), Sample.app(50, "升级", profile), "[视频号] 名", 27)
        check(
            Sample.appType(50), Sample.app(50, "升级", profile.replacing("findernamecard", with: "finderNameCard")),
            "[视频号] 名", 27)
    }

    @Test func announcements() {
        check(
            Sample.appType(87), Sample.app(87, "群公告", "<textannouncement>周六九点集合</textannouncement>"), "[群公告] 周六九点集合", 80
        )
        let rich = "<announcement>\(Sample.escaped(Sample.recordInside))</announcement>"
        check(Sample.appType(87), Sample.app(87, "群公告", rich), "[群公告] 你好", 80)
        check(Sample.appType(87), Sample.app(87, "群公告", "<announcement>短</announcement>"), "[群公告] 短", 80)
        check(
            Sample.appType(87), Sample.app(87, "群公告", "<announcement>&lt;b> 六点</announcement>"), "[群公告] <b> 六点", 80)
        check(
            Sample.appType(87), Sample.app(87, "群公告", "<announcement><![CDATA[<x>1</x>]]></announcement>"), "[群公告]",
            80)
    }

    @Test func patsInEveryForm() {
        let info =
            "<patinfo><fromusername>wxid_a</fromusername><pattedusername>wxid_b</pattedusername>"
            + "<template><![CDATA[\"${wxid_a}\" 拍了拍 \"${wxid_x}\" 的肩膀]]></template></patinfo>"
        let type = Sample.appType(62)
        check(type, Sample.app(62, "\"甲\" 拍了拍 \"乙\"", info), "\"甲\" 拍了拍 \"乙\"", 22)
        check(type, Sample.app(62, "", info), "\"甲\" 拍了拍 \"wxid_x\" 的肩膀", 22)
        let older =
            "<patMsg><chatUser/><records><recordNum>1</recordNum><record><fromUser>wxid_a</fromUser><pattedUser>wxid_b"
            + "</pattedUser><templete>${wxid_a} 拍了拍 ${wxid_b}</templete></record></records></patMsg>"
        check(type, Sample.app(62, "", older), "甲 拍了拍 乙", 22)
        check(10000, Sample.patWire, "\"甲\" 拍了拍 \"乙\" 的肩膀", 22)
        check(10002, Sample.patWire, "\"甲\" 拍了拍 \"乙\" 的肩膀", 22)
        check(10002, Sample.patWire.replacing("template", with: "x"), "\"甲\" 拍了拍 \"乙\" 的肩膀", 22)
        check(type, Sample.app(62, "${"), "${", 22)
        check(type, Sample.app(62, "$${wxid_a}\u{301}$"), "$甲\u{301}$", 22)
    }

    @Test(arguments: 0..<Sample.all.count)
    func cutOffAndMutatedBodiesNeverFail(_ index: Int) {
        let (type, body) = Sample.all[index]
        let bytes = Array(body.utf8)
        let decoder = MessageDecoder()
        var mutator = Mutator(seed: UInt64(index))
        for round in 0..<400 {
            let damaged = round < 100 ? Array(bytes.prefix(bytes.count * round / 100)) : mutator.mutate(bytes)
            damaged.withUnsafeBytes { damaged in
                let content = decoder.decode(localType: type, body: damaged, names: Self.names)
                let text = content.displayText(of: damaged)
                #expect(!text.isEmpty, "round \(round)")
                #expect(!Self.looksLikeMarkup(text), "round \(round): \(text)")
            }
        }
    }
}
