import Testing
import WeFlowModel
import WeFlowMoments
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowOutput

@Suite struct MomentsPageTests {
    static let hostile = [
        "</p><script>alert(1)</script>", "\" onmouseover=\"alert(1)", "' onerror='alert(1)",
        "<img src=x onerror=alert(1)>", "javascript:alert(1)", "</style><script>x</script>", "]]><!--",
        "&lt;script&gt;", "\u{202E}\u{0}\u{1B}[31m", "{{constructor}}", "</title><base href=//evil.example>",
        "media/../../../etc/passwd?x#y", "//evil.example/x", "file:///etc/passwd",
    ]

    static func export(_ posts: [ExportedMoment]) -> MomentsExport {
        MomentsExport(
            exportTime: 1_760_000_000_000, filter: MomentsFilter(),
            selection: .init(images: true, livePhotos: true, videos: true), owner: nil, posts: posts)
    }

    static func page(_ posts: [ExportedMoment]) -> String {
        let page = MomentsPage(export(posts), zone: .utc) { text in "\(text.utf8.count)/\(text.hasPrefix(":root"))=" }
        return String(decoding: page.bytes, as: UTF8.self)
    }

    /// A post that has `text` wherever a post has text.
    static func post(_ text: String, createTime: Int64 = 1_760_000_000) -> ExportedMoment {
        var moment = Moment(tid: -3_682_792_958_082_786_726, username: text)
        moment.createTime = createTime
        moment.text = text
        moment.type = 3
        var card = MomentCard()
        (card.title, card.description, card.url, card.source) = (text, text + "d", text, text + "s")
        moment.card = card
        var location = MomentLocation()
        (location.city, location.country, location.poiName) = (text, text, text)
        moment.location = location
        moment.likes = [MomentLike(username: text, nickname: text)]
        var comment = MomentComment()
        (comment.id, comment.nickname, comment.content) = ("1", text, text)
        (comment.refCommentID, comment.refNickname) = ("2", text)
        var sticker = MomentSticker()
        sticker.url = text
        comment.stickers = [sticker]
        moment.comments = [comment]
        for _ in 0..<3 {
            var item = MomentAttachment()
            item.type = 2
            item.resource.url = text
            item.description = text + "a"
            moment.media.append(item)
        }
        moment.media[1].type = 6
        var exported = ExportedMoment(moment: moment, author: MomentIdentity(username: text, nickname: text))
        exported.files[0].file = text
        exported.files[0].live = text
        exported.files[1].file = text
        exported.avatar = text
        exported.commentFiles = [text: text]
        return exported
    }

    /// The tags of a page: name, then attributes as they are written.
    static func tags(_ page: String) -> [(name: String, attributes: [(name: String, value: String)])] {
        var tags: [(name: String, attributes: [(name: String, value: String)])] = []
        var rest = page[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            let name = rest.prefix { $0.isLetter || $0.isNumber }
            guard !name.isEmpty, let end = rest.firstIndex(of: ">") else { continue }
            var inside = rest[name.endIndex..<end]
            var attributes: [(name: String, value: String)] = []
            while let equals = inside.firstIndex(of: "=") {
                let attribute = inside[..<equals].split(separator: " ").last ?? ""
                let value = inside[equals...].dropFirst(2).prefix { $0 != "\"" }
                attributes.append((String(attribute), String(value)))
                inside = inside[value.endIndex...].dropFirst()
            }
            tags.append((String(name), attributes))
            if name == "script" || name == "style" {
                // What stands inside is no markup.
                rest = rest[(rest.firstRange(of: "</\(name)>")?.lowerBound ?? rest.endIndex)...]
            } else {
                rest = rest[end...]
            }
        }
        return tags
    }

    @Test(arguments: hostile)
    func `no text of a post becomes markup`(text: String) {
        let page = Self.page([Self.post(text)])
        let tags = Self.tags(page)
        #expect(tags.count { $0.name == "script" } == 1)
        #expect(tags.count { $0.name == "style" } == 1)
        #expect(!tags.contains { ["base", "iframe", "object", "embed", "form", "link"].contains($0.name) })
        for tag in tags {
            for attribute in tag.attributes {
                #expect(!attribute.name.hasPrefix("on") && attribute.name != "style", "\(attribute.name)")
                if ["src", "href"].contains(attribute.name) {
                    #expect(!attribute.value.lowercased().hasPrefix("javascript:"))
                    #expect(tag.name == "a" || !attribute.value.hasPrefix("/") && !attribute.value.contains(":"))
                }
            }
        }
        #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
    }

    @Test func `the policy names what stands in the page and nothing of the network`() throws {
        let page = Self.page([])
        let tags = Self.tags(page)
        let meta = tags.first { tag in tag.attributes.contains { $0.value == "Content-Security-Policy" } }
        let policy = try #require(meta?.attributes.last?.value)
        #expect(policy.hasPrefix("default-src 'none';"))
        #expect(!policy.contains("http") && !policy.contains("unsafe") && !policy.contains("*"))
        for name in ["script", "style"] {
            // The browser takes the digest of all between the tags.
            let start = try #require(page.firstRange(of: "<\(name)>")?.upperBound)
            let end = try #require(page.firstRange(of: "</\(name)>")?.lowerBound)
            #expect(policy.contains("\(name)-src 'sha256-\(page[start..<end].utf8.count)/\(name == "style")='"))
        }
    }

    @Test func `posts stand under their month, and the index leads there`() {
        let page = Self.page([
            Self.post("a", createTime: 1_760_000_000), Self.post("b", createTime: 1_759_999_000),
            Self.post("c", createTime: 1_700_000_000),
        ])
        #expect(page.contains("<section id=\"m2025-10\">"))
        #expect(page.contains("<section id=\"m2023-11\">"))
        #expect(page.contains("<a href=\"#m2025-10\">10月 <small>2</small></a>"))
        #expect(page.contains("2025年 <small>2</small>"))
        #expect(page.contains("共 3 条"))
        #expect(page.contains("<time datetime=\"2025-10-09T08:53:20\">2025年10月9日 08:53</time>"))
    }

    @Test func `Live Photos, stickers and what could not be had are shown`() {
        var post = Self.post("x")
        post.moment.media[2].resource.url = "https://a.qpic.cn/0"
        post.files[0].file = "media/1_0.jpg"
        post.files[0].live = "media/1_0_live.mp4"
        post.files[1].file = "media/1_1.mp4"
        post.commentFiles = ["x": "media/sticker_1.gif"]
        let page = Self.page([post])
        #expect(page.contains("<a class=\"view\" href=\"media/1_0.jpg\">"))
        #expect(page.contains("<a class=\"badge\" href=\"media/1_0_live.mp4\">实况</a>"))
        #expect(page.contains("src=\"media/1_1.mp4\"></video>"))
        #expect(page.contains("alt=\"[表情]\" src=\"media/sticker_1.gif\""))
        #expect(page.contains("rel=\"noopener noreferrer\" href=\"https://a.qpic.cn/0\">图片没有取到"))
        post.commentFiles = [:]
        #expect(Self.page([post]).contains("</span>[表情]</li>"))
    }

    @Test func `an export without posts is a page that says so`() {
        let page = Self.page([])
        #expect(page.contains("共 0 条"))
        #expect(page.contains("<p id=\"none\" class=\"none\">没有符合的内容</p>"))
    }
}
