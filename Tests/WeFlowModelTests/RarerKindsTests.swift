import Testing

@testable import WeFlowModel

/// Kinds that few chats have, and cards that are newer than the clients.
@Suite struct RarerKindsTests {
    private func decode(_ type: Int64, _ body: String) -> MessageContent {
        body.withBytes { MessageContent.decode(localType: type, body: $0, names: MessageContentTests.names) }
    }

    @Test(arguments: [
        ("\n \n#接龙\n周六爬山\n\n1. 甲\n2. 乙", "[接龙] 周六爬山\n\n1. 甲\n2. 乙"), ("周六爬山\n1. 甲", "[接龙] 周六爬山\n1. 甲"),
        ("#接龙", "[接龙]"), ("<![CDATA[#接龙 A & <B>\n1. \"甲\"]]>", "[接龙] A & <B>\n1. \"甲\""), ("#接龙龙", "[接龙] 龙"),
    ])
    func solitairesShowTheirList(_ title: String, _ text: String) {
        check(Sample.appType(53), Sample.app(53, title), text, 0)
        check(49, Sample.escaped(Sample.app(53, title)), text, 0)
    }

    @Test(arguments: [
        ("<invite_type>1</invite_type>", "display_content", "[语音通话] 通话时长 01:20"),
        ("<invitetype>1</invitetype>", "display_content", "[语音通话] 通话时长 01:20"),
        ("<invite_type>0</invite_type>", "diaplay_content", "[视频通话] 通话时长 01:20"),
        ("", "display_content", "[通话] 通话时长 01:20"), ("<invite_type>1</invite_type>", "other", "[语音通话]"),
    ])
    func callsWithoutARoot(_ invite: String, _ tag: String, _ text: String) {
        let body =
            "<voipinvitemsg><roomid>1</roomid><status>4</status>\(invite)</voipinvitemsg><voipextinfo><recvtime>1</recvtime>"
            + "</voipextinfo><voiplocalinfo><wording_type>4608</wording_type><\(tag)>通话时长 01:20</\(tag)></voiplocalinfo>"
        check(50, body, text, 23)
        check(50, "<msg>\(body)</msg>", text, 23)
        check(50, Sample.escaped(body), text, 23)
        check(50, "<![CDATA[\(body)]]>", text, 23)
    }

    private static let advice = "当前微信版本不支持展示该内容，请升级至最新版本。"

    @Test(arguments: [
        (
            82, "<finderLiveProductShare><productTitle><![CDATA[山核桃仁 <500g>]]></productTitle></finderLiveProductShare>",
            "山核桃仁 <500g>"
        ),
        (111, "<finderShopWindowShare><nickname>徽山干货</nickname></finderShopWindowShare>", "徽山干货"),
        (111, "<sourcedisplayname>微信小店</sourcedisplayname>", "微信小店"),
        (777, "<x><nickname>小店</nickname><desc>好物</desc></x>", "小店"), (777, "<x><desc>好物</desc></x>", "好物"),
        (777, "", advice), (82, "<x/>", advice), (51, "<sourcedisplayname>某号</sourcedisplayname>", "[视频号] 某号"),
        (63, "", "[视频号直播] " + advice),
    ])
    func cardsOfTheFutureShowTheirOwnNames(_ sub: Int, _ inside: String, _ text: String) {
        for title in [
            Self.advice, "目前的 WeChat 版本不支援顯示此內容，請更新至最新版本", "Your version doesn't support this. Please update.",
        ] {
            check(
                Sample.appType(Int64(sub)), Sample.app(sub, title, inside),
                text.replacing(Self.advice, with: title), sub == 51 || sub == 63 ? 24 : 99)
        }
    }

    @Test func titlesOfKnownCardsAreNotDoubted() {
        let title = "新版本不支持旧设备，升级要小心"
        check(Sample.appType(5), Sample.app(5, title, "<sourcedisplayname>某号</sourcedisplayname>"), "[链接] " + title, 7)
        check(Sample.appType(777), Sample.app(777, "有题", "<x><nickname>小店</nickname></x>"), "有题", 99)
        check(Sample.appType(82), Sample.app(82, "有题", "<productTitle>货</productTitle>"), "货", 99)
    }

    @Test func collectionsOfAGroup() {
        let collection =
            "<wcpayinfo><url>https://wx.tenpay.com/x/newaa</url><scenetext>群收款</scenetext>"
            + "<nativeurl>weixin://weixinnewaa/opendetail?billno=1</nativeurl><sendertitle></sendertitle></wcpayinfo>"
        check(Sample.appType(2001), Sample.app(2001, "聚餐AA", collection), "[群收款] 聚餐AA", 20)
        check(49, Sample.app(2001, "", collection), "[群收款]", 20)
        check(Sample.appType(2001), Sample.app(2001, "聚餐AA", "<wcpayinfo><x/></wcpayinfo>"), "[群收款] 聚餐AA", 20)
        let packet = "<wcpayinfo><nativeurl>wxpay://c2cbizmessagehandler/hongbao/receivehongbao</nativeurl></wcpayinfo>"
        check(Sample.appType(2001), Sample.app(2001, "微信红包", packet), "[红包]", 20)
        check(Sample.appType(2001), Sample.app(2001, "微信红包"), "[红包]", 20)
        let described = "<wcpayinfo><senderdes>查看红包</senderdes></wcpayinfo>"
        check(Sample.appType(2001), Sample.app(2001, "微信红包", described), "[红包]", 20)
    }

    @Test func cardsAreDescribed() {
        #expect(decode(Sample.appType(5), Sample.link).detail.description == "摘要")
        let slip = Sample.app(5, "微信支付凭证", "").replacing(
            "<des>说明</des>", with: "<des><![CDATA[付款金额￥1.00\n收款方 甲]]></des>")
        #expect(decode(Sample.appType(5), slip).detail.description == "付款金额￥1.00\n收款方 甲")
        let old = Sample.app(777, "题", "").replacing("<des>说明</des>", with: "<des>\(Self.advice)</des>")
        #expect(decode(Sample.appType(777), old).detail.description == nil)
    }
}
