import Testing

@testable import WeFlowModel

@Suite struct GroupPrefixTests {
    @Test(arguments: [
        ("wxid_aa11bb22:\n早上好", "wxid_aa11bb22", "早上好"),
        ("wxid_aa11bb22:\r\n早上好", "wxid_aa11bb22", "早上好"),
        ("wxid_aa11bb22:<br/><msg/>", "wxid_aa11bb22", "<msg/>"),
        (" \nwxid_aa11bb22: \nx", "wxid_aa11bb22", "x"),
        ("wxid_aa11bb22:\n", "wxid_aa11bb22", ""),
        ("wxid_other:\nx", "wxid_aa11bb22", "wxid_other:\nx"),
        ("wxid_aa11bb223:\nx", "wxid_aa11bb22", "wxid_aa11bb223:\nx"),
        ("wxid_aa11bb22: x", "wxid_aa11bb22", "wxid_aa11bb22: x"),
        ("wxid_aa11bb22", "wxid_aa11bb22", "wxid_aa11bb22"),
        ("早上好", "wxid_aa11bb22", "早上好"),
        ("", "wxid_aa11bb22", ""),
        ("note:\nx", nil, "x"), ("abc:\nx", nil, "abc:\nx"),
        ("wxid_a.b-c@x:\nx", nil, "x"),
        ("http://example.com: 冒号后面\n不是前缀", nil, "http://example.com: 冒号后面\n不是前缀"),
        ("wxid_aa11bb22:\nx", "", "x"),
        ("备注名:\nx", nil, "备注名:\nx"), ("备注名:\nx", "备注名", "x"),
    ])
    func prefixIsTheSenderAlone(_ text: String, _ sender: String?, _ body: String) {
        text.withBytes { bytes in
            let prefix = GroupPrefix(bytes, sender: sender)
            #expect(String(decoding: bytes[prefix.body], as: UTF8.self) == body)
            #expect((prefix.sender == nil) == (body == text))
            if let range = prefix.sender, let sender, !sender.isEmpty {
                #expect(String(decoding: bytes[range], as: UTF8.self) == sender)
            }
        }
    }

    @Test func aNameOf129BytesIsNone() {
        for (length, isPrefix) in [(128, true), (129, false)] {
            (String(repeating: "a", count: length) + ":\nx").withBytes {
                #expect((GroupPrefix($0, sender: nil as String?).sender != nil) == isPrefix)
            }
        }
    }
}
