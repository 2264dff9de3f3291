import Testing

@testable import WeFlowOutput

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("家人群", 6), ("ｆｕｌｌ", 8), ("ﾊﾝ", 2), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2),
        ("é", 1), ("e\u{301}", 1), ("👋", 2), ("👋🏽", 2), ("👨‍👩‍👧", 2), ("🇨🇳", 2), ("❤️", 2), ("❤", 1), ("½", 1), ("…", 1),
        ("a\u{200B}b", 2), ("\u{7F}\u{1}", 0), ("नि", 2), ("🫠", 2), ("，。", 4),
    ])
    func aTextTakesColumns(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test(arguments: [
        ("abcdef", 4, "abc…"), ("家人群", 4, "家…"), ("家人群", 5, "家人…"), ("家人群", 6, "家人群"), ("abc", 3, "abc"), ("", 0, ""),
    ])
    func aLongTextIsCut(text: String, columns: Int, cut: String) {
        #expect(text.clipped(to: columns) == cut)
        #expect(text.clipped(to: columns).displayWidth <= columns)
    }

    @Test func aTableStandsInColumns() {
        var table = TextTable(columns: [
            .init(title: "N", isNumber: true), .init(title: "NAME", canShrink: true), .init(title: "ID"),
        ])
        table.rows = [["1", "家人群", "a"], ["20", "Tom\n\u{1B}[2J", "b"], ["3", "👨‍👩‍👧", "c"]]
        #expect(
            table.text(width: nil, style: .plain) == """
                 N  NAME      ID
                 1  家人群    a
                20  Tom \u{FFFD}[2J  b
                 3  👨‍👩‍👧        c

                """)
        table.rows = [["1", String(repeating: "家", count: 30), "wxid_0123456789"]]
        let narrow = table.text(width: 40, style: .plain).split(separator: "\n")
        #expect(
            narrow.allSatisfy { String($0).displayWidth <= 40 } && narrow[1].contains("家…")
                && narrow[1].hasSuffix(" wxid_0123456789"))
        // What a person would copy is whole, wherever the screen ends.
        #expect(table.text(width: 12, style: .plain).contains("wxid_0123456789"))
    }

    @Test func noRowIsNoText() {
        #expect(TextTable(columns: [.init(title: "N")]).text(width: 80, style: .plain).isEmpty)
    }

    @Test func coloursTakeNoColumns() {
        var table = TextTable(columns: [.init(title: "NAME", role: .name), .init(title: "ID")])
        table.rows = [["家", "a"], ["Anna", "b"]]
        let painted = table.text(width: nil, style: .init(hasColour: true))
        #expect(painted.contains("\u{1B}[36m家\u{1B}[0m    a\n"))
        let bare = painted.replacing(/\u{1B}\[\d+m/, with: "")
        #expect(bare == table.text(width: nil, style: .plain))
    }
}
