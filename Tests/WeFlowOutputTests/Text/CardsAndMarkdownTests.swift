import Testing
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowCollections
@testable import WeFlowOutput

@Suite("Cards and favourites for reading")
struct CardsAndMarkdownTests {
    @Test("what has a meaning in a card is escaped, and no value ends its line")
    func escapes() {
        let cases = [
            ("a,b;c\\d", "a\\,b\\;c\\\\d"), ("一\n二\r\n三\r四", "一\\n二\\n三\\n四"), ("a\u{85}b\u{2028}c", "a\\nb\\nc"),
            ("\u{0}\u{1B}[31m\t", "[31m\t"), ("BEGIN:VCARD\nEND:VCARD", "BEGIN:VCARD\\nEND:VCARD"), ("", ""),
        ]
        for (text, expected) in cases { #expect(VCardWriter.escaped(text) == expected) }
    }

    private func favorite(_ content: FavoriteContent, kind: FavoriteKind = .note) -> Favorite {
        Favorite(
            id: "1", number: 18, kind: kind, time: 0, content: content, from: .init(id: "a", name: "甲*"),
            chat: .init(id: "b", name: "群"), tags: ["读书"], sourceServerID: "")
    }

    @Test("a text is nothing but text, with its lines")
    func markdown() {
        var content = FavoriteContent()
        content.title = "# <b>标题"
        content.text = "- 不是\n1. 列表\n\n<script>\n=\nx_y"
        content.url = "http://a/?b=<c>"
        content.parts = [.init(kind: .text), .init(kind: .file)]
        content.parts[1].title = "a]b.pdf"
        let zone = LocalZone(offset: { _ in 0 })
        #expect(
            favoriteMarkdown(favorite(content), isFirst: true, zone: zone) == ##"""
                ## \# \<b\>标题

                *1970-01-01 00:00 · note · 甲\* · 群 · #读书*

                <http://a/?b=%3Cc%3E>

                \- 不是  
                1\. 列表  
                  
                \<script\>  
                \=  
                x\_y

                - file a\]b.pdf

                """##)
        let two = favoriteMarkdown(favorite(FavoriteContent(), kind: .voice), isFirst: false, zone: zone)
        #expect(two.hasPrefix("\n---\n\n## voice\n"))
    }
}
