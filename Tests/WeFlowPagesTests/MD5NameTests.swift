import Crypto
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

    @Test("of texts of any length, what the library says")
    func anyLength() {
        for length in 0..<300 {
            let text = String(decoding: (0..<length).map { UInt8($0 * 31 % 95 + 32) }, as: UTF8.self)
            let wanted = Insecure.MD5.hash(data: Array(text.utf8)).map {
                ($0 < 16 ? "0" : "") + String($0, radix: 16)
            }.joined()
            #expect(md5Hex(text) == wanted)
        }
    }
}
