import Foundation
import Testing
import WeFlowCrypto
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowRendering

/// The pages: what they show, where they lead, and that nothing that was sent becomes markup.
struct PagesTests {
    /// What strangers might write, to get more than text into a page.
    static let hostile = [
        "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "</style><h1>", "<!-- ", "-->", "]]>", "javascript:alert(1)", "&lt;b&gt;", "\u{202E}gnp.exe", "a\u{0}b\u{1}c",
        "https://e.x/\"><script>", "http://e.x/'onclick='a", "data:text/html,<b>", "../../../etc/passwd", "#?% /\\",
    ]

    /// The type of an app message of a sub-type.
    private static func app(_ number: Int64) -> Int64 { 49 | number << 32 }

    private static func render(_ archive: ScratchArchive) throws -> Rendering.Outcome {
        try Rendering(RenderRequest(folder: archive.folder, outputDir: archive.output, format: .html)).run()
    }

    /// Every kind of message with a text in all of its places.
    private static func lines(with text: String) -> [Line] {
        let place = Line.object(["label": .string(text), "poiName": .string(text), "latitude": .number("1e308")])
        let inner = Line.object(["senderName": .string(text), "text": .string(text), "title": .string(text)])
        let item = Line.object([
            "senderName": .string(text), "time": .string(text), "text": .string(text), "title": .string(text),
            "url": .string(text), "fileSize": .number("-1"), "items": .array([inner]),
        ])
        let record = Line.object(["title": .string(text), "items": .array([item])])
        let quote = Line.object([
            "platformMessageId": .string(text), "sender": .string(text), "accountName": .string(text),
            "content": .string(text),
        ])
        let transfer = Line.object(["amount": .string(text), "memo": .string(text), "state": .string(text)])
        let card = Line.object(["username": .string(text), "nickname": .string(text)])
        let edits = JSONValue.array([Line.object(["time": .number("1"), "content": .string(text)])])
        func line(_ type: Int64, _ detail: [JSONValue.Member] = [], _ more: [JSONValue.Member] = []) -> Line {
            Line(1, text, type: type, sender: text, name: text, detail: detail, more: more)
        }
        return [
            line(1), line(10000), line(50), line(0x7FFF_FFFF_FFFF_FFFF), line(-1),
            line(3, [], [.init(name: "mediaError", value: .string(text))]),
            line(3, [], [.init(name: "media", value: Line.object(["path": .string(text), "type": .string(text)]))]),
            line(
                34,
                [.init(name: "transcript", value: .string(text)), .init(name: "voiceSeconds", value: .number("1e300"))]),
            line(43), line(47),
            line(48, [.init(name: "location", value: place)]), line(42, [.init(name: "card", value: card)]),
            line(app(5), [.init(name: "url", value: .string(text)), .init(name: "description", value: .string(text))]),
            line(
                app(6), [.init(name: "fileName", value: .string(text)), .init(name: "fileExt", value: .string(text))]),
            line(app(19), [.init(name: "record", value: record)]), line(app(53)), line(app(87)), line(app(2001)),
            line(
                app(57), [],
                [.init(name: "replyToMessageId", value: .string(text)), .init(name: "quote", value: quote)]),
            line(app(2000), [.init(name: "transfer", value: transfer)]),
            line(1, [], [.init(name: "recalled", value: .number("1")), .init(name: "edited", value: edits)]),
            line(1, [], [.init(name: "gone", value: .number("1"))]),
        ]
    }

    private static let tags: Set<String> = [
        "html", "head", "meta", "title", "style", "script", "body", "header", "div", "a", "h1", "h2", "small", "input",
        "nav",
        "b", "i", "main", "section", "time", "span", "p", "img", "video", "bdi", "details", "summary", "footer", "kbd",
        "ul",
        "li", "article",
    ]

    @Test(arguments: hostile)
    func textOfStrangersStaysText(text: String) throws {
        let archive = try ScratchArchive()
        archive.account = text
        try archive.chat("1@chatroom", name: text, folder: "chat~1", months: ["2024-03": Self.lines(with: text)])
        let row = Line.object([
            "id": .string(text), "username": .string(text), "nickname": .string(text), "contentDesc": .string(text),
            "accountName": .string(text), "title": .string(text), "digest": .string(text), "url": .string(text),
            "linkTitle": .string(text), "linkUrl": .string(text), "type": .string(text), "text": .string(text),
            "tags": .array([.string(text)]), "likes": .array([.string(text)]),
            "parts": .array([Line.object(["kind": .string(text), "title": .string(text), "size": .number("7")])]),
            "comments": .array([
                Line.object(["nickname": .string(text), "content": .string(text), "refNickname": .string(text)])
            ]),
            "chat": Line.object(["name": .string(text)]), "location": Line.object(["city": .string(text)]),
        ])
        for name in ["moments.jsonl", "favorites.jsonl", "articles.jsonl"] { try archive.rows(name, [row]) }
        try archive.seal()
        #expect(try Self.render(archive).damage.isEmpty)
        let shown = String(text.unicodeScalars.filter { $0.value >= 0x20 })
        for name in ["index.html", "chat~1/2024.html", "moments.html", "favorites.html", "articles.html"] {
            let page = try PageScan(archive.page(name))
            #expect(Set(page.tags.map(\.name)).subtracting(Self.tags).isEmpty)
            #expect(page.tags.filter { $0.name == "script" }.count == 1)
            #expect(page.text.contains(shown), "\(name) does not show it")
            for tag in page.tags {
                for (attribute, value) in tag.attributes {
                    #expect(!attribute.hasPrefix("on") && attribute != "style" && attribute != "srcdoc")
                    guard attribute == "href" || attribute == "src" else { continue }
                    #expect(Self.isHarmless(value), "\(value)")
                }
            }
        }
    }

    /// Whether an address is one of the web, a place in the page, or a file below the output folder.
    private static func isHarmless(_ address: String) -> Bool {
        if address.hasPrefix("http://") || address.hasPrefix("https://") { return true }
        let up = address.hasPrefix("../") ? address.dropFirst(3) : address[...]
        return !up.hasPrefix("/") && !up.contains("..")
            && up.utf8.allSatisfy {
                0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || "-._/%#".utf8.contains($0)
            }
    }

    @Test func thePolicyNamesTheOnlyStyleAndScript() throws {
        let archive = try ScratchArchive()
        try archive.chat("wxid_a", name: "小安", months: ["2024-03": [Line(1, "你好")]])
        try archive.seal()
        _ = try Self.render(archive)
        for name in try archive.written.keys where name.hasSuffix(".html") {
            let page = try PageScan(archive.page(name))
            let policy = page.tags.first { $0["http-equiv"] == "Content-Security-Policy" }?["content"] ?? ""
            #expect(policy.hasPrefix("default-src 'none'; "))
            #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
            for (part, directive) in [("style", "style-src"), ("script", "script-src")] {
                let digest = Data(SHA256.hash(Array((page.raw[part] ?? "").utf8))).base64EncodedString()
                #expect(policy.contains("\(directive) 'sha256-\(digest)'"))
            }
            #expect(page.tags.first { $0["name"] == "referrer" }?["content"] == "no-referrer")
        }
    }

    @Test(arguments: [[], [0x4D], [0x4D, 0x61], [0x4D, 0x61, 0x6E], Array(0...255)] as [[UInt8]])
    func digestsAreWrittenInBase64(bytes: [UInt8]) {
        #expect(PageShell.base64(bytes) == Data(bytes).base64EncodedString())
    }

    @Test func everyLinkLeadsSomewhere() throws {
        let archive = try ScratchArchive()
        let png: [UInt8] = [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 1, 64, 0, 0, 0,
            240,
        ]
        let picture = try archive.media(png, "png", type: "image")
        let voice = try archive.media([1], "wav", type: "voice")
        let video = try archive.media([2], "mp4", type: "video")
        let page = try archive.media([3], "html", type: "file")
        func quote(_ id: Int) -> [JSONValue.Member] {
            [
                .init(name: "replyToMessageId", value: .string("90000000\(id)")),
                .init(name: "quote", value: Line.object(["accountName": "小安", "content": "旧话"])),
            ]
        }
        func media(_ value: JSONValue) -> [JSONValue.Member] { [.init(name: "media", value: value)] }
        try archive.put("avatars/wxid_a.png", png)
        let year: Int64 = 366 * 86_400
        try archive.chat(
            "wxid_a", name: "a#b?c%d e~", folder: "a#b?c%d e~~12345678",
            months: [
                "2024-03": [
                    Line(1, "旧话"), Line(2, "[图片]", type: 3, after: 1, more: media(picture)),
                    Line(3, "[语音]", type: 34, after: 2, more: media(voice)),
                    Line(4, "[视频]", type: 43, after: 3, more: media(video)),
                    Line(5, "[文件] x.html", type: Self.app(6), after: 4, more: media(page)),
                    Line(6, "回复", type: Self.app(57), after: 5, more: quote(1)),
                ],
                "2025-03": [
                    Line(7, "去年的", type: Self.app(57), after: year, more: quote(1)),
                    Line(8, "没有了", type: Self.app(57), after: year + 1, more: quote(99)),
                ],
            ])
        try archive.rows("moments.jsonl", [Line.object(["nickname": "小安", "contentDesc": "山"])])
        try archive.seal()
        _ = try Self.render(archive)
        let files = Set(try archive.written.keys)
        var pages: [String: PageScan] = [:]
        for name in files where name.hasSuffix(".html") { pages[name] = try PageScan(archive.page(name)) }
        var links = 0
        for (name, page) in pages {
            let folder = name.split(separator: "/").dropLast().joined(separator: "/")
            for tag in page.tags {
                guard let address = tag["href"] ?? tag["src"] else { continue }
                links += 1
                let parts = address.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
                let path = try #require(parts[0].removingPercentEncoding)
                var target = name
                if !path.isEmpty {
                    target =
                        path.hasPrefix("../") ? String(path.dropFirst(3)) : folder.isEmpty ? path : "\(folder)/\(path)"
                }
                #expect(files.contains(target), "\(name) leads to \(address)")
                if parts.count > 1 {
                    #expect(pages[target]?.tags.contains { $0["id"] == parts[1] } == true, "\(address)")
                }
            }
        }
        #expect(links > 20)
        let chat = "a#b?c%d e~~12345678"
        let (old, new) = (try #require(pages["\(chat)/2024.html"]), try #require(pages["\(chat)/2025.html"]))
        #expect(old.tags.contains { $0["class"] == "q" && $0["href"] == "#m900000001" })
        #expect(new.tags.contains { $0["class"] == "q" && $0["href"] == "2024.html#m900000001" })
        #expect(new.tags.contains { $0.name == "span" && $0["class"] == "q" })
        #expect(old.tags.contains { $0.name == "img" && $0["width"] == "240" && $0["height"] == "180" })
        #expect(old.tags.contains { $0.name == "video" && $0["preload"] == "none" })
        #expect(old.tags.contains { $0["class"] == "t v v1" && $0["href"]?.hasSuffix(".wav") == true })
        // What a browser would run as a page comes as text.
        #expect(old.tags.contains { $0["class"] == "k" && $0["href"]?.hasSuffix(".html.txt") == true })
        #expect(old.tags.contains { $0["class"] == "av" && $0["src"] == "../avatars/wxid_a.png" })
    }

    @Test(
        arguments: [
            (1, "你好", "class=\"t\""), (10000, "你撤回了一条消息", "class=\"n\""), (49 | 62 << 32, "拍了拍", "class=\"n\""),
            (3, "[图片]", "class=\"t miss\""), (34, "[语音]", "class=\"t miss\""), (48, "[位置] 北门", "位置</span>"),
            (42, "[名片] 老李", "个人名片"), (49 | 5 << 32, "[链接] 标题", "链接</span>"), (49 | 3 << 32, "[音乐] 歌", "音乐</span>"),
            (49 | 6 << 32, "[文件] a.pdf", "不在存档里"), (49 | 33 << 32, "[小程序] 票", "小程序</span>"),
            (49 | 51 << 32, "[视频号] 山", "视频号</span>"), (49 | 19 << 32, "[聊天记录] 我们的", "<details class=\"k rec\">"),
            (49 | 24 << 32, "[笔记] 带的东西", "笔记</span>"), (49 | 53 << 32, "[接龙] 周六", "接龙</span>"),
            (49 | 87 << 32, "[群公告] 开会", "群公告</span>"), (49 | 2000 << 32, "[转账] ￥5", "class=\"k pay\""),
            (49 | 2001 << 32, "[红包] 发财", "class=\"k red\""), (50, "[视频通话] 00:42", "📹"),
            (47, "[表情]", "class=\"t miss\""),
            (43, "[视频]", "class=\"t miss\""), (99, "[消息]", "class=\"t\""),
        ] as [(Int64, String, String)])
    func everyKindHasItsForm(type: Int64, text: String, form: String) throws {
        let archive = try ScratchArchive()
        try archive.chat("1@chatroom", name: "群", folder: "g~1", months: ["2024-03": [Line(1, text, type: type)]])
        try archive.seal()
        _ = try Self.render(archive)
        let page = try archive.page("g~1/2024.html")
        let shown = text.hasPrefix("[") && form.contains("</span>") ? String(text.drop { $0 != " " }.dropFirst()) : text
        #expect(page.contains(form))
        #expect(try PageScan(page).text.contains(shown.split(separator: " ").last ?? ""))
    }

    @Test(arguments: MediaLoss.allCases)
    func whyAFileIsNotThereIsSaidInBothLanguages(loss: MediaLoss) throws {
        let archive = try ScratchArchive()
        let why = [JSONValue.Member(name: "mediaError", value: .string(loss.rawValue))]
        try archive.chat(
            "wxid_a", name: "小安", folder: "a~1",
            months: [
                "2024-03": [
                    Line(1, "[图片]", type: 3, more: why), Line(2, "[文件] a.zip", type: Self.app(6), after: 1, more: why),
                ]
            ])
        try archive.seal()
        _ = try Self.render(archive)
        let page = try archive.page("a~1/2024.html")
        #expect(page.matches(of: /· <span class="zh">[^<]+<\/span><span class="en">[^<]+<\/span>/).count == 2)
    }

    @Test func whatIsNewStandsFirstInLists() throws {
        let archive = try ScratchArchive()
        for (file, key, text) in [
            ("moments.jsonl", "createTime", "contentDesc"), ("favorites.jsonl", "time", "text"),
            ("articles.jsonl", "publishedAt", "title"),
        ] {
            try archive.rows(
                file,
                [(1, 20), (2, 30), (3, 10), (4, 20)].map { number, time in
                    Line.object([text: .string("行\(number)"), key: .number(String(Int64(time) * 86_400))])
                })
        }
        try archive.seal()
        _ = try Self.render(archive)
        for name in ["moments.html", "favorites.html", "articles.html"] {
            let text = try PageScan(archive.page(name)).text
            #expect(text.matches(of: /行[0-9]/).map { String($0.output) } == ["行2", "行1", "行4", "行3"], "\(name)")
        }
    }

    @Test func whatBecameOfAMessageIsMarked() throws {
        let archive = try ScratchArchive()
        let edits = JSONValue.array([Line.object(["time": .number("1709600000"), "content": "原来的话"])])
        try archive.chat(
            "wxid_a", name: "小安", folder: "a~1",
            months: [
                "2024-03": [
                    Line(1, "收回的话", isOwn: true, more: [.init(name: "recalled", value: .number("1709596900"))]),
                    Line(2, "不见的话", more: [.init(name: "gone", value: .number("1709596900"))]),
                    Line(3, "后来的话", more: [.init(name: "edited", value: edits)]),
                ]
            ])
        try archive.seal()
        _ = try Self.render(archive)
        let text = try PageScan(archive.page("a~1/2024.html")).text
        for word in ["收回的话", "已撤回", "Recalled", "不见的话", "源中已不存在", "原来的话", "后来的话"] {
            #expect(text.contains(word))
        }
    }

    @Test func sectionsHoldADayAndNoMoreThanABrowserLaysOutAtOnce() throws {
        let archive = try ScratchArchive()
        let lines = (0..<500).map { Line($0 + 1, "第\($0)句", after: Int64($0) * 10) }
        try archive.chat("wxid_a", name: "小安", folder: "a~1", months: ["2024-03": lines])
        try archive.seal()
        _ = try Self.render(archive)
        let page = try PageScan(archive.page("a~1/2024.html"))
        var sizes: [Int] = []
        for tag in page.tags {
            if tag.name == "section" { sizes.append(0) }
            if tag["class"]?.hasPrefix("m") == true, tag.name == "div", tag["data-t"] != nil {
                sizes[sizes.count - 1] += 1
            }
        }
        #expect(sizes.reduce(0, +) == 500 && sizes.allSatisfy { 1...80 ~= $0 })
        // A stretch has its time once.
        let times = PageTimes(zone: .system)
        #expect(page.tags.filter { $0["class"] == "m g" }.count == Set(lines.map { times.dayNumber($0.time) }).count)
    }
}
