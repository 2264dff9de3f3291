import Testing

@testable import WeFlowCollections

@Suite("XML of favourites")
struct FavoriteDecoderTests {
    private func content(_ kind: FavoriteKind?, _ inner: String) -> FavoriteContent {
        content(kind, document: "<favitem type=\"0\">\(inner)</favitem>")
    }

    private func content(_ kind: FavoriteKind?, document: String) -> FavoriteContent {
        Array(document.utf8).withUnsafeBytes { FavoriteContent(kind, xml: $0) }
    }

    private func item(_ number: Int, _ inner: String = "", _ attributes: String = "") -> String {
        "<dataitem datatype=\"\(number)\" \(attributes)>\(inner)</dataitem>"
    }

    private func list(_ items: String...) -> String { "<datalist>\(items.joined())</datalist>" }

    @Test("title, text and address stand where each kind keeps them")
    func kinds() {
        let cases: [(FavoriteKind?, String, String, String, String)] = [
            (.text, "<desc>一&#x0A;二 &lt;b&gt; &amp;amp;</desc>", "", "一\n二 <b> &amp;", ""),
            (.image, "<title>两张</title>" + list(item(2), item(2)), "两张", "", ""),
            (.file, list(item(8, "<datatitle>a.pdf</datatitle>")), "a.pdf", "", ""),
            (
                .link,
                "<weburlitem><pagetitle>页</pagetitle><pagedesc>述</pagedesc><clean_url>http://a/?x=1&amp;y=2</clean_url>"
                    + "</weburlitem>", "页", "述", "http://a/?x=1&y=2"
            ),
            (.link, "<source><link>http://b/</link></source><title>外</title>", "外", "", "http://b/"),
            (
                .link,
                "<title>外</title>"
                    + list(item(5, "<datatitle>内</datatitle><stream_weburl>http://c/</stream_weburl>")), "内", "",
                "http://c/"
            ),
            (.location, "<locitem><poiname>宝石山</poiname><label>西湖区</label></locitem>", "宝石山", "西湖区", ""),
            (
                .music, "<musicitem><title>歌</title><desc>手</desc><url>http://d/</url></musicitem>", "歌", "手",
                "http://d/"
            ),
            (
                .music,
                list(
                    item(
                        7, "<datatitle>歌</datatitle><datadesc>手</datadesc><streamdataurl>http://e/</streamdataurl>")),
                "歌", "手", "http://e/"
            ),
            (.product, "<productitem><producttitle>杖</producttitle></productitem>", "杖", "", ""),
            (.miniprogram, "<appbranditem><sourcedisplayname>公交</sourcedisplayname></appbranditem>", "公交", "", ""),
            (.channels, "<finderFeed><desc>云海</desc></finderFeed>", "云海", "云海", ""),
            (nil, "<title>一种</title><desc>没名字</desc>", "一种", "没名字", ""),
        ]
        for (kind, inner, title, text, url) in cases {
            let found = content(kind, inner)
            #expect(found.title == title && found.text == text && found.url == url, "\(inner)")
        }
    }

    @Test("only what consists of parts has parts")
    func partsOfKinds() {
        for kind in FavoriteKind.allCases {
            let found = content(kind, list(item(2), item(1)))
            #expect(found.parts.count == (kind.hasParts ? 2 : 0), "\(kind)")
        }
    }

    @Test("the numbers of parts mean other kinds in a record; an extension decides before them")
    func numbers() {
        let cases: [(number: Int, format: String, ordinary: String, record: String)] = [
            (1, "", "text", "text"), (2, "jpg", "image", "image"), (3, "", "voice", "card"),
            (3, "silk", "voice", "voice"), (4, "", "video", "voice"), (4, "MP4", "video", "video"),
            (5, "", "link", "video"), (6, "", "location", "link"), (7, "", "music", "location"),
            (8, ".mp4", "file", "file"), (14, "", "record", "record"), (17, "", "record", "record"),
            (19, "", "miniprogram", "miniprogram"), (20, "", "channels", "voice"), (22, "", "channels", "channels"),
            (29, "", "29", "music"), (37, "gif", "sticker", "sticker"), (99, "", "99", "99"),
            (99, "png", "image", "image"),
        ]
        for (number, format, ordinary, record) in cases {
            let parts = list(item(number, "<datafmt>\(format)</datafmt>"))
            #expect(content(.image, parts).parts.first?.kind.name == ordinary, "\(number) \(format)")
            #expect(content(.record, parts).parts.first?.kind.name == record, "\(number) \(format)")
        }
    }

    @Test("elements are read with and without underscores")
    func spellings() throws {
        let md5 = String(repeating: "0A", count: 16)
        for (size, url) in [("fullsize", "stream_weburl"), ("datasize", "streamweburl")] {
            let part = try #require(
                content(
                    .record,
                    list(
                        item(
                            6,
                            "<\(size)>12</\(size)><\(url)>http://a/</\(url)><fullmd5>\(md5)</fullmd5><datafmt>.PDF</datafmt>",
                            "datasourceid=\"77\""))
                ).parts.first)
            #expect(part.size == 12 && part.url == "http://a/" && part.md5 == md5.lowercased() && part.format == "pdf")
            #expect(part.messageID == "77")
        }
        #expect(
            content(.image, list(item(2, "<fullmd5>../../x</fullmd5><fullsize>-1</fullsize>"))).parts[0].md5.isEmpty)
    }

    @Test("durations are milliseconds of a voice and seconds of a video")
    func durations() {
        #expect(content(.voice, list(item(3, "<duration>13540</duration>"))).parts[0].seconds == 13.54)
        #expect(content(.video, list(item(4, "<duration>38</duration>"))).parts[0].seconds == 38)
        #expect(content(.video, list(item(4, "<duration>0</duration>"))).parts[0].seconds == nil)
        #expect(content(.video, list(item(4, "<duration>99999999999999999999</duration>"))).parts[0].seconds == nil)
    }

    @Test("a record reads as a line for each part")
    func records() {
        let found = content(
            .record,
            "<title>记录</title>"
                + list(
                    item(1, "<datadesc>第一句</datadesc><datasrcname>甲</datasrcname>"),
                    item(2, "<sourcename>乙</sourcename>"),
                    item(8, "<datatitle>a.docx</datatitle><datasrcname>甲</datasrcname>"),
                    item(
                        17,
                        "<recordxml><recordinfo><title>套着</title><datalist><dataitem datatype=\"1\"/></datalist>"
                            + "</recordinfo></recordxml>")))
        #expect(found.title == "记录")
        #expect(found.text == "甲: 第一句\n乙: [图片]\n甲: [文件] a.docx\n[聊天记录] 套着")
        #expect(found.parts.map(\.kind.name) == ["text", "image", "file", "record"])
    }

    @Test("a note is its texts; its layout is no part")
    func notes() {
        let page = "<datatitle>\(String(repeating: "a", count: 32)).htm</datatitle><datafmt>.htm</datafmt>"
        for attributes in ["htmlid=\"WeNoteHtmlFile\"", ""] {
            let found = content(
                .note,
                list(
                    item(8, page, attributes), item(1, "<datadesc>购物单&#x0A;牛奶</datadesc>"),
                    item(2, "<datafmt>jpg</datafmt>"), item(1, "<datadesc>面包</datadesc>")))
            #expect(found.title == "购物单" && found.text == "购物单\n牛奶\n面包")
            #expect(found.parts.map(\.kind.name) == ["text", "image", "text"])
        }
        // A page that somebody attached is a file.
        let attached = content(.note, list(item(8, page, "htmlid=\"WeNote_1\"")))
        #expect(attached.parts.map(\.kind.name) == ["file"])
    }

    @Test("who sent it and where follows from three names")
    func places() {
        let cases = [
            (from: "a@chatroom", to: "me", real: "b", sender: "b", chat: "a@chatroom"),
            ("a@chatroom", "", "", "a@chatroom", "a@chatroom"), ("me", "a@chatroom", "", "me", "a@chatroom"),
            ("me", "b", "", "me", "b"), ("b", "me", "", "b", "b"), ("", "", "", "", ""), ("me", "", "", "me", ""),
        ]
        for (from, to, real, sender, chat) in cases {
            var source = FavoriteSource()
            (source.fromUser, source.toUser, source.realChatName) = (from, to, real)
            let found = source.places(owner: "me") { $0.hasSuffix("@chatroom") }
            #expect(found.sender == sender && found.chat == chat)
        }
        let source = content(
            .text,
            "<source sourcetype=\"1\" sourceid=\"55\"><fromusr>b</fromusr><tousr>me</tousr><msgid>44</msgid></source>"
        ).source
        #expect(source.fromUser == "b" && source.toUser == "me" && source.messageID == "44")
        #expect(content(.link, "<source sourceid=\"__biz=1\"/>").source.messageID.isEmpty)
    }

    @Test("declared entities do not exist, and nothing that is broken fails")
    func broken() {
        let entities = "<!DOCTYPE favitem [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
        let found = content(.text, document: entities + "<favitem type=\"1\"><desc>&b;</desc></favitem>")
        #expect(!found.text.contains("aaaa"))
        #expect(content(.text, document: "").text.isEmpty)
        #expect(content(.link, document: "<favitem><weburlitem><pagetitle>没").title.isEmpty)
        let whole =
            "<favitem type=\"14\"><source><fromusr>a</fromusr></source><title>t</title>"
            + list(item(1, "<datadesc>x</datadesc>"), item(8, "<datatitle>y</datatitle><fullsize>1</fullsize>"))
            + "</favitem>"
        let bytes = Array(whole.utf8)
        for length in 0...bytes.count {
            for kind in [FavoriteKind.record, .note, .image, .link] {
                let cut = bytes.prefix(length).withUnsafeBytes { FavoriteContent(kind, xml: $0) }
                #expect(cut.parts.count <= 2)
            }
        }
    }

    @Test("ten thousand parts, deep nesting and records in records end")
    func large() {
        let many = content(.record, list(String(repeating: item(1, "<datadesc>x</datadesc>"), count: 10_000)))
        #expect(many.parts.count == 10_000)
        var nested = item(1)
        for _ in 0..<200 {
            nested = item(17, "<recordxml><recordinfo><datalist>\(nested)</datalist></recordinfo></recordxml>")
        }
        #expect(content(.record, list(nested)).parts.count == 1)
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(content(.text, deep + "<desc>x</desc>").parts.isEmpty)
    }
}
