import Testing

@testable import WeFlowModel

@Suite struct RecordTests {
    private func record(_ body: String, _ type: Int64 = 19) -> RecordContent? {
        body.withBytes { MessageContent.decode(localType: Sample.appType(type), body: $0).detail.record }
    }

    private func items(_ inside: String, type: Int = 19) -> [RecordItem] {
        let list = "<recordinfo><datalist>\(inside)</datalist></recordinfo>"
        return record(Sample.app(type, "题", "<recorditem>\(Sample.escaped(list))</recorditem>"), Int64(type))?.items
            ?? []
    }

    @Test func itemsOfEveryForm() {
        for body in [
            Sample.record, Sample.record.replacing("<![CDATA[", with: "").replacing("]]>", with: ""),
            Sample.app(19, "甲和乙的聊天记录", "<recorditem>\(Sample.escaped(Sample.recordInside))</recorditem>"),
        ] {
            let record = record(body)
            #expect(record?.title == "甲和乙的聊天记录")
            #expect(record?.items.map(\.text) == ["你好", "[图片]"])
            #expect(record?.items.map(\.senderName) == ["甲", "乙"])
            #expect(record?.items.first?.createTime == 1_767_317_400)
            #expect(record?.items.first?.timeText == "2026-01-02 09:30:00")
            #expect(record?.items.last?.md5 == "0123456789abcdef0123456789abcdef" && record?.items.last?.size == 20480)
        }
    }

    @Test(arguments: [
        ("<dataitem datatype=\"4\"/>", "[视频]"), ("<dataitem datatype=\"37\"/>", "[表情]"), ("<dataitem/>", "[消息]"),
        ("<dataitem datatype=\"5\"><datatitle>题</datatitle><link>http://x/?a=1&amp;b</link></dataitem>", "[链接] 题"),
        ("<dataitem datatype=\"6\"><location lat=\"1\" lng=\"2\" label=\"路\" poiname=\"楼\"/></dataitem>", "[位置] 路"),
        ("<dataitem datatype=\"8\"><datatitle>a.pdf</datatitle><datafmt>pdf</datafmt></dataitem>", "[文件] a.pdf"),
        ("<dataitem datatype=\"22\"><finderFeed><desc>述</desc></finderFeed></dataitem>", "[视频号] 述"),
        ("<dataitem datatype=\"23\"><finderLive><desc>播</desc></finderLive></dataitem>", "[视频号直播] 播"),
        ("<dataitem datatype=\"32\"><datatitle>歌</datatitle><streamweburl>u</streamweburl></dataitem>", "[音乐] 歌"),
        ("<dataitem datatype=\"99\"><datadesc>[语音]</datadesc></dataitem>", "[语音]"),
    ])
    func itemsShowLikeMessages(_ xml: String, _ text: String) {
        #expect(items(xml).map(\.text) == [text])
    }

    @Test func recordsNest() {
        for inside in [Sample.recordInside, "<![CDATA[\(Sample.recordInside)]]>", Sample.escaped(Sample.recordInside)] {
            let nested = items(
                "<dataitem datatype=\"17\"><datatitle>内</datatitle><recordxml>\(inside)</recordxml></dataitem>")
            #expect(nested.map(\.text) == ["[聊天记录] 内"])
            #expect(nested.first?.items.map(\.text) == ["你好", "[图片]"])
        }
        var deep = Sample.recordInside
        for _ in 0..<40 {
            deep =
                "<recordinfo><datalist><dataitem datatype=\"17\"><recordxml>\(deep)</recordxml></dataitem></datalist></recordinfo>"
        }
        #expect(record(Sample.app(19, "题", "<recorditem>\(deep)</recorditem>"))?.items.count == 1)
    }

    @Test func aNotesOwnPageIsLeftOut() {
        let page = "<dataitem datatype=\"8\"><datafmt>.htm</datafmt></dataitem>"
        let text = "<dataitem datatype=\"1\"><datadesc>记</datadesc></dataitem>"
        #expect(items(page + text, type: 24).map(\.text) == ["记"])
        #expect(items(page + text).count == 2)
    }

    @Test func theNumberOfItemsIsBounded() {
        #expect(items(String(repeating: "<dataitem/>", count: 25_000)).count == 20_000)
    }

    @Test func aDecoderThatDoesNotReadRecordsKeepsTheTitle() {
        Sample.record.withBytes { body in
            let content = MessageDecoder(readsRecords: false).decode(localType: Sample.appType(19), body: body) { _ in
                nil
            }
            #expect(content.displayText(of: body) == "[聊天记录] 甲和乙的聊天记录")
            #expect(content.detail.record?.items.isEmpty == true)
        }
    }
}
