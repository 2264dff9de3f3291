import Testing

@testable import WeFlowPages

@Suite("Names by MD5")
struct MD5NameTests {
    @Test("of known names, the known")
    func known() {
        #expect(md5Hex("filehelper") == "9e20f478899dc29eb19741386f9343c8")
        #expect(md5Hex("fmessage") == "962df025475d4ce521192751df4ebbfc")
        #expect(md5Hex("") == "d41d8cd98f00b204e9800998ecf8427e")
    }
}
