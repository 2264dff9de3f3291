import Testing

@testable import WeFlowModel

@Suite struct QuoteTests {
    private func quote(_ refer: String) -> Quote? {
        Sample.app(57, "好的", "<refermsg>\(refer)</refermsg>").withBytes {
            MessageContent.decode(localType: Sample.appType(57), body: $0, names: { $0 == "wxid_a" ? "甲" : nil }).quote
        }
    }

    @Test func aQuoteNamesWhatItAnswers() {
        Sample.quote.withBytes { body in
            let content = MessageContent.decode(localType: Sample.appType(57), body: body)
            #expect(content.displayText(of: body) == "好的")
            #expect(content.replyToMessageId == "1234567890123456789")
            #expect(
                content.quote
                    == Quote(
                        platformMessageId: "1234567890123456789", sender: "wxid_aa11bb22", accountName: "小明",
                        content: "周六几点？", type: .text))
        }
    }

    @Test func aReplyWithoutItsPartHasNoQuote() {
        Sample.app(57, "好的").withBytes { body in
            let content = MessageContent.decode(localType: Sample.appType(57), body: body)
            #expect(content.quote == nil && content.replyToMessageId == nil)
        }
        #expect(quote("<svrid>0</svrid>")?.platformMessageId == "")
        #expect(quote("<svrid>x</svrid>")?.platformMessageId == "")
        #expect(quote("<svrid>-1</svrid>")?.platformMessageId == "18446744073709551615")
    }

    @Test(arguments: [
        (1, "wxid_aa11bb22:\n周六？", "周六？", 0), (1, "a &amp;lt; b", "a &lt; b", 0), (1, "<![CDATA[a < b]]>", "a < b", 0),
        (3, Sample.escaped(Sample.image), "[图片]", 1), (3, "", "[图片]", 1),
        (3, Sample.escaped("wxid_aa11bb22:\n" + Sample.image), "[图片]", 1), (34, "wxid_aa11bb22:3120:1:", "[语音]", 2),
        (42, "<![CDATA[\(Sample.card)]]>", "[名片] 王小明", 27), (43, "", "[视频]", 3), (62, "", "[视频]", 3),
        (47, Sample.escaped(Sample.sticker), "[表情]", 5), (48, Sample.escaped(Sample.location), "[位置] 上海市黄浦区示例路1号", 8),
        (49, Sample.escaped(Sample.link), "[链接] 示例", 7), (5, Sample.escaped(Sample.link), "[链接] 示例", 7),
        (49, Sample.link, "[链接] 示例", 7), (49, "<![CDATA[wxid_x1:\n\(Sample.link)]]>", "[链接] 示例", 7),
        (49, Sample.escaped(Sample.app(6, "预算.xlsx")), "[文件] 预算.xlsx", 4),
        (49, Sample.escaped(Sample.record), "[聊天记录] 甲和乙的聊天记录", 26),
        (19, Sample.escaped(Sample.record), "[聊天记录] 甲和乙的聊天记录", 26),
        (49, Sample.escaped(Sample.quote), "好的", 25), (57, Sample.escaped(Sample.quote), "好的", 25),
        (49, Sample.escaped(Sample.transfer), "[转账] ￥1.00 午饭", 21), (49, "", "[链接]", 99), (57, "", "[引用消息]", 25),
        (57, "短", "短", 25), (777, "", "[消息]", 99), (0, "短", "短", 0), (777, "wxid_x said", "[消息]", 99),
        (777, "plain", "plain", 99),
        (777, "&lt;x&gt;raw&lt;/x&gt;", "[消息]", 99), (50, Sample.escaped(Sample.call), "[语音通话] 通话时长 02:15", 23),
    ])
    func quotedContentIsShownLikeAMessage(_ type: Int, _ content: String, _ text: String, _ number: Int) {
        let quote = quote("<type>\(type)</type><chatusr>wxid_aa11bb22</chatusr><content>\(content)</content>")
        #expect(quote?.content == text)
        #expect(quote?.type.rawValue == number)
    }

    @Test func thePersonIsFoundAndNamed() {
        let group = quote("<fromusr>1@chatroom</fromusr><type>1</type>")
        #expect(group?.sender == "" && group?.accountName == "")
        let person = quote("<fromusr>wxid_a</fromusr><type>1</type>")
        #expect(person?.sender == "wxid_a" && person?.accountName == "甲")
        #expect(quote("<chatusr>wxid_z</chatusr>")?.accountName == "wxid_z")
    }

    @Test func aPartOfATextIsQuoted() {
        let whole = "<type>1</type><content>一二三四五</content>"
        #expect(quote(whole + "<startindex>1</startindex><endindex>3</endindex>")?.content == "二三四")
        #expect(quote(whole + "<startindex>3</startindex><endindex>9</endindex>")?.content == "一二三四五")
        #expect(quote(whole + "<selectedtext>三四</selectedtext>")?.content == "三四")
        #expect(quote(whole + "<start>二</start><end>四</end>")?.content == "二三四")
    }

    private static let meeting = "会议改到周三下午三点，地点在二楼会议室，请带电脑和名册"
    private static let place = "地点在二楼会议室"

    @Test(arguments: [
        ("<start>地点</start><end>议室</end><startindex>0</startindex><endindex>0</endindex>", place),
        ("<start><![CDATA[\(place)]]></start><end><![CDATA[\(place)]]></end>", place),
        ("<start></start><end></end>", meeting), ("<start>地点</start><end></end>", meeting),
        ("<start>没有</start><end>议室</end>", meeting), ("<start>名册</start><end>地点</end>", meeting),
        ("<start>会议</start><end>会议室</end><quotemd5>73a0ee7bac45dbafd91e9c0da688ecb8</quotemd5>", "会议改到周三下午三点，地点在二楼会议室"),
    ])
    func theQuotedPartIsTold(_ marks: String, _ part: String) {
        let whole = "<partialtext>\(marks)</partialtext><type>1</type><content>\(Self.meeting)</content>"
        #expect(quote(whole)?.content == part)
    }

    @Test func theMD5TellsWhichOfSeveralPartsIsQuoted() {
        let whole = "<type>1</type><content>a一b a二b a三b</content>"
        func part(_ start: String, _ end: String, _ md5: String) -> String? {
            quote(
                "<partialtext><start>\(start)</start><end>\(end)</end><quotemd5>\(md5)</quotemd5></partialtext>\(whole)"
            )?.content
        }
        #expect(part("a", "b", "") == "a一b")
        #expect(part("a", "b", "B55F5C8C2A4B50B2E6CA6A6E7B7F7C02") == "a一b")
        #expect(part("a", "b", Self.md5OfTheSecond) == "a二b")
        #expect(part("a", "b", Self.md5OfTwo) == "a二b a三b")
    }

    /// Of `a二b` and of `a二b a三b`.
    private static let md5OfTheSecond = "beb8a6e86d4841470e9e7d77ff56b85d"
    private static let md5OfTwo = "8977761db5458396b1198c3d93eb9820"

    @Test func aPartOfAReplyIsQuoted() {
        let inner = Sample.escaped(Sample.app(57, "上午不行，下午可以"))
        let marks = "<partialtext><start>下午</start><end>可以</end></partialtext>"
        #expect(quote("\(marks)<type>49</type><content>\(inner)</content>")?.content == "下午可以")
    }

    @Test func aHostilePartEndsSoon() {
        let whole = String(repeating: "a", count: 60_000)
        let mark = String(repeating: "a", count: 8_000)
        let marks = "<partialtext><start>\(mark)</start><end>\(mark)b</end><quotemd5>00</quotemd5></partialtext>"
        #expect(quote("\(marks)<type>1</type><content>\(whole)</content>")?.content == whole)
    }

    @Test func namesInQuotesAreLiteral() {
        #expect(quote("<displayname><![CDATA[Kevin<iOS>]]></displayname>")?.accountName == "Kevin<iOS>")
        #expect(quote("<displayname>Kevin<iOS></displayname>")?.accountName == "Kevin<iOS>")
        #expect(quote("<displayname>A&amp;lt;B</displayname>")?.accountName == "A&lt;B")
    }

    @Test(arguments: ["1@chatroom", "1@im.chatroom", "1@im_chatroom"])
    func aGroupIsNobody(_ group: String) {
        #expect(quote("<fromusr>\(group)</fromusr><type>1</type>")?.sender == "")
    }

    @Test func quotesInQuotesEnd() {
        var body = Sample.link
        for _ in 0..<30 {
            body = Sample.app(
                57, "好",
                "<refermsg><type>49</type><content><![CDATA[\(body.replacing("]]>", with: "]]&gt;"))]]></content></refermsg>"
            )
        }
        body.withBytes { bytes in
            #expect(MessageContent.decode(localType: Sample.appType(57), body: bytes).displayText(of: bytes) == "好")
        }
    }
}
