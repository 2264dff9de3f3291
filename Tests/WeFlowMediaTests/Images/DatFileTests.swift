import Testing
import WeFlowCrypto

@testable import WeFlowMedia

@Suite("Stored files that are no pictures")
struct DatFileTests {
    private static let plain =
        Array("%PDF-1.7 no picture at all, and long enough for two blocks of AES".utf8)
        + (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    private static let key = Array("0123456789abcdef".utf8)

    private static func md5(_ bytes: some Sequence<UInt8>) -> String {
        HexDigits.text(MD5.hash(Array(bytes)))
    }

    /// The layout of V1 and V2.
    private static func sealed(_ version: UInt8, key: [UInt8], head: Int, tail: Int, xor: UInt8) -> [UInt8] {
        let padding = 16 - head % 16
        let padded = plain.prefix(head) + [UInt8](repeating: UInt8(padding), count: padding)
        let cipher = SealedBlocks.ecb(Array(padded), key: key)
        func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        return [7, 8, 0x56, version, 8, 7] + word(head) + word(tail) + [1] + cipher
            + plain[head..<plain.count - tail] + plain.suffix(tail).map { $0 ^ xor }
    }

    private func plain(_ file: [UInt8], headMD5: String = "", keys: ImageKeys = ImageKeys()) -> [UInt8]? {
        DatFile.plain(file, md5: Self.md5(Self.plain), headMD5: headMD5, keys: keys).map(Array.init)
    }

    @Test("the MD5 tells the byte that covers a file, where no signature does")
    func oneByte() {
        #expect(plain(Self.plain) == Self.plain)
        let covered = Self.plain.map { $0 ^ 0xA5 }
        #expect(plain(covered) == nil)
        #expect(plain(covered, headMD5: Self.md5(Self.plain.prefix(256))) == Self.plain)
        #expect(plain(covered, keys: ImageKeys(xor: 0xA5)) == Self.plain)
        #expect(plain(covered, headMD5: Self.md5([1]), keys: ImageKeys(xor: 0x5A)) == nil)
    }

    @Test("both versions open, with and without the byte of the tail", arguments: [UInt8(0x31), 0x32])
    func versions(version: UInt8) throws {
        let key = version == 0x31 ? Array("cfcd208495d565ef".utf8) : Self.key
        let known = ImageKeys(aes: try ImageKey("0123456789abcdef"), xor: 0x3C)
        for (head, tail) in [(64, 32), (16, 0), (Self.plain.count, 0), (1, 300)] {
            let file = Self.sealed(version, key: key, head: head, tail: tail, xor: 0x3C)
            #expect(plain(file, keys: known) == Self.plain)
            #expect(plain(file, keys: ImageKeys(aes: known.aes)) == Self.plain)
            #expect(plain(file, keys: ImageKeys(aes: known.aes, xor: 0x11)) == Self.plain)
            #expect(plain(file) == (version == 0x31 ? Self.plain : nil))
            #expect(file.count - Self.plain.count <= DatFile.largestOverhead)
            for length in [0, 6, 14, 15, 31, file.count - 1] {
                #expect(plain(Array(file.prefix(length)), keys: known) == nil)
            }
        }
    }

    @Test("what has another MD5, or an MD5 that is none, is not the file")
    func others() {
        #expect(DatFile.plain(Self.plain, md5: Self.md5([1, 2]), headMD5: "", keys: ImageKeys()) == nil)
        for md5 in ["", "xyz", "00"] {
            #expect(DatFile.plain(Self.plain, md5: md5, headMD5: md5, keys: ImageKeys(xor: 1)) == nil)
        }
    }
}
