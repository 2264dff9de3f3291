import Testing

@testable import WeFlowModel

@Suite struct XMLDocumentTests {
    private func document(_ text: String) -> XMLDocument {
        var document = XMLDocument()
        text.withBytes { document.parse($0) }
        return document
    }

    @Test(arguments: [
        ("<a><b>x</b></a>", "x"),
        ("<a><b> \n x y \t</b></a>", "x y"),
        ("<?xml version=\"1.0\" encoding=\"gbk\"?><a><b>中</b></a>", "中"),
        ("junk\" <?xml version=\"1.0\"?>\n<a><b>x</b></a>", "x"),
        ("<a><b>x<?xml version=\"1.0\"?>y</b></a>", "xy"),
        ("<a><b><![CDATA[<c>&amp;</c>]]></b></a>", "<c>&amp;</c>"),
        ("<a><b>1<![CDATA[2]]>3</b></a>", "123"),
        ("<a><b>&lt;&amp;lt;&gt;&quot;&apos;&#20013;&#x4e2d;</b></a>", "<&lt;>\"'中中"),
        ("<a><b>&#55357;&#56832;|&#55357;|&#0;|&#x110000;|&nbsp;|&</b></a>", "😀|||&#x110000;|&nbsp;|&"),
        ("<a><b>x?a=1&b=2&lt</b></a>", "x?a=1&b=2&lt"),
        ("<a><b>3 < 5 <文章> <3 <</b></a>", "3 < 5 <文章> <3 <"),
        ("<a><b>x<c>no</c>y<!-- <b>no</b> -->z</b></a>", "xyz"),
        ("<a><b>a\u{1}b\u{7f}c\u{85}d\u{b}e\tf</b></a>", "abcde\tf"),
        ("<a><b>x</b", ""),
        ("<a><b>x", ""),
        ("<a><b/></a>", ""),
        ("<a><b x=\"1\">x</b></a>", "x"),
        ("<a><b x=\"1>2\">x</b></a>", "x"),
        ("<a><c><b>no</b></c><b>x</b></a>", "x"),
        ("<a><B>no</B><b>x</b></a>", "x"),
        ("<a><B>x</B></a>", "x"),
        ("<!DOCTYPE a [<!ENTITY e \"no\">]><a><b>&e;</b></a>", "&e;"),
        ("&lt;a&gt;&lt;b&gt;x &amp;amp; y&lt;/b&gt;&lt;/a&gt;", "x & y"),
        ("&amp;lt;a&amp;gt;&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;&amp;lt;/a&amp;gt;", "x"),
        ("&lt;a&gt;&lt;b&gt;x&#1;y&lt;/b&gt;&lt;/a&gt;", "xy"),
        ("<a></x></c><b>x</b></y></a>", "x"),
        ("<a><d><b>x</b></a>", ""),
        ("<a><b>x<d>y</b><b>z</b></a>", "x<d>y"), ("<a><b>Leo <PM></b></a>", "Leo <PM>"),
        ("<a><b><Lin></b></a>", "<Lin>"),
        ("<a><b>a<c>b<d>c</b></a>", "a<c>b<d>c"), ("<a><b>a<d>b<c>no</c>c</b></a>", "a<d>bc"),
        ("<a><b>a<c>no<d>no</c>b</b></a>", "ab"), ("<a><b>a<br/>b</b></a>", "ab"),
        ("<a><b>a<d x=\"&amp;\">b</b></a>", "a<d x=\"&\">b"),
        ("<![CDATA[<a><b>x</b></a>]]>", "x"), (" <![CDATA[&lt;a&gt;&lt;b&gt;x&lt;/b&gt;&lt;/a&gt;]]>\n", "x"),
        ("<![CDATA[<a><b>x]]></b></a>]]>", ""), ("<![CDATA[<a><b>x</b></a>", ""),
        ("<a><b>x</ b ></a>", "x"),
        ("<a <b>x</b></a>", "x"),
        ("", ""), ("<", ""), ("<>", ""), ("</", ""), ("<a", ""), ("<![CDATA[", ""), ("&lt;", ""),
    ])
    func textOfAnElement(_ xml: String, _ expected: String) {
        let document = document(xml)
        #expect(document.text("a/b", in: document.root) == expected)
    }

    @Test(arguments: [
        ("<i md5=\"x\"/>", "x"), ("<i md5='x'/>", "x"), ("<i md5=x/>", "x"), ("<i md5 = \"x\" />", "x"),
        ("<i md5=x y=1>", "x"), ("<i androidmd5=\"no\" md5=\"x\"/>", "x"), ("<i a=\"md5='no'\" md5=\"x\"/>", "x"),
        ("<i md5=\"a&amp;b>c\"/>", "a&b>c"), ("<i\nmd5=\"x\"\n/>", "x"), ("<i flag md5=\"x\"/>", "x"),
        ("<i MD5=\"x\"/>", "x"), ("<i MD5=\"no\" md5=\"x\"/>", "x"), ("<i md5=\"\"/>", ""),
        ("<i md5=\"x\u{2}\"/>", "x"),
        ("<i =\"1\" \"2\" md5=\"x\"/>", "x"), ("<i md5=\"x/>", "x"),
    ])
    func attributeByWholeName(_ xml: String, _ expected: String) {
        let document = document(xml)
        #expect(document.attribute("md5", of: document.first("i")) == expected)
    }

    @Test func attributeThatIsNotThereIsNil() {
        let document = document("<i md5x=\"1\" xmd5=\"2\" md5/><j md5=\"cut")
        #expect(document.attribute("md5", of: document.first("i")) == nil)
        #expect(document.first("j") == nil)
    }

    @Test func childrenComeInOrder() {
        let document = document("<l><m>1</m><n/><m>2<m>no</m></m><M>3</M></l><k/>")
        let list = document.first("l")
        #expect(document.children(of: list, named: "m").map { document.text(of: $0) } == ["1", "2", "3"])
        #expect(document.children(of: document.root).map { document.name(of: $0) } == ["l", "k"])
        #expect(document.children(of: nil).isEmpty)
        #expect(document.innerText(of: list) == "12no3")
    }

    @Test func nestedDocumentsAreHandedOnDecodedOnce() {
        for xml in [
            "<r><![CDATA[<x>&amp;</x>]]></r>", "<r>&lt;x&gt;&amp;amp;&lt;/x&gt;</r>", "<r><x>&amp;</x></r>",
            "<r><![CDATA[<x>&amp;</x>",
        ] {
            let outer = document(xml)
            var inside: [UInt8] = []
            if let record = outer.first("r") { outer.bytes(of: record, to: &inside) }
            #expect(inside == Array("<x>&amp;</x>".utf8))
        }
    }

    @Test func depthAndSizeAreBounded() {
        let deep = document(String(repeating: "<a>", count: 100_000) + "<b>x</b>")
        #expect(!deep.isEmpty)
        let wide = document("<l>" + String(repeating: "<a/>", count: XMLDocument.maximumElements + 10) + "</l>")
        #expect(wide.children(of: wide.first("l")).count < XMLDocument.maximumElements)
        let balanced = document(
            "<l>" + String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100) + "<b>x</b></l>")
        #expect(balanced.text("l/b", in: balanced.root) == "x")
    }

    @Test func elementsOfAnotherDocumentAreNothing() {
        let large = document("<a><b/><c/><d>x</d></a>")
        let small = document("<a/>")
        let last = large.first("d")
        #expect(small.text(of: last) == "")
        #expect(small.children(of: last).isEmpty)
        #expect(small.attribute("x", of: last) == nil)
    }

    @Test func aDocumentIsUsedAgain() {
        var document = XMLDocument()
        for text in ["one", "two", "three"] {
            "<a><b>\(text)</b></a>".withBytes { document.parse($0) }
            #expect(document.text("a/b", in: document.root) == text)
        }
    }

    @Test func damagedDocumentsNeverFail() {
        for seed in 0..<2000 {
            var mutator = Mutator(seed: UInt64(seed))
            let sample =
                "<?xml version=\"1.0\"?><msg a='1' b=\"2\"><appmsg><title><![CDATA[标题]]></title><type>57</type>"
                + "<refermsg><content>&lt;msg&gt;&lt;x/&gt;&lt;/msg&gt;</content></refermsg></appmsg><!-- c --></msg>"
            let bytes = mutator.mutate(Array(sample.utf8))
            var document = XMLDocument()
            bytes.withUnsafeBytes { document.parse($0) }
            for element in document.children(of: document.root) {
                let inner = document.innerText(of: element)
                #expect(inner.utf8.count <= 3 * bytes.count, "seed \(seed)")
                #expect(document.text(of: element).unicodeScalars.allSatisfy { $0 != "\u{0}" }, "seed \(seed)")
            }
            _ = document.text("msg/appmsg/title", in: document.root)
            _ = document.attribute("b", of: document.first("msg"))
        }
    }
}
