import CPageLanes
import TestSupport
import Testing

@testable import WeFlowCrypto

@Suite("AES")
struct AESKeyTests {
    static let ciphers = [WEFLOW_CIPHER_PORTABLE, WEFLOW_CIPHER_AESNI, WEFLOW_CIPHER_VAES, WEFLOW_CIPHER_ARM_AES]
        .filter { weflow_has_cipher($0) != 0 }

    private static func hex(_ digits: String) -> [UInt8] { ReferenceVectors.bytes(hex: digits) }

    /// One run through the key, from `source` to other memory or to its own.
    private static func run(
        _ key: AESKey, _ source: [UInt8], iv: [UInt8], isInPlace: Bool = false, encrypts: Bool
    ) -> [UInt8] {
        var target = isInPlace ? source : [UInt8](repeating: 0xEE, count: source.count)
        target.withUnsafeMutableBytes { target in
            source.withUnsafeBytes { source in
                let from = isInPlace ? UnsafeRawBufferPointer(target) : source
                if encrypts {
                    key.encryptCBC(from, iv: iv, into: target)
                } else {
                    key.decryptCBC(from, iv: iv, into: target)
                }
            }
        }
        return target
    }

    @Test("the examples of FIPS 197 and SP 800-38A", arguments: ciphers)
    func published(cipher: weflow_cipher) {
        let plain =
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
        let zeros = String(repeating: "00", count: 16)
        let counting = "000102030405060708090a0b0c0d0e0f"
        let examples = [
            (counting, zeros, "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a"),
            (
                counting + "101112131415161718191a1b1c1d1e1f", zeros, "00112233445566778899aabbccddeeff",
                "8ea2b7ca516745bfeafc49904b496089"
            ),
            (
                "2b7e151628aed2a6abf7158809cf4f3c", counting, plain,
                "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
                    + "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"
            ),
            (
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", counting, plain,
                "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
                    + "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
            ),
        ]
        for (key, iv, plain, sealed) in examples {
            let aes = AESKey(Self.hex(key), cipher: cipher)
            #expect(HexDigits.text(Self.run(aes, Self.hex(plain), iv: Self.hex(iv), encrypts: true)) == sealed)
            #expect(HexDigits.text(Self.run(aes, Self.hex(sealed), iv: Self.hex(iv), encrypts: false)) == plain)
        }
    }

    @Test("runs of any length come to what others make of them, and back", arguments: ciphers)
    func others(cipher: weflow_cipher) throws {
        let lines = try ReferenceVectors.lines("aes")
        #expect(lines.count == 86)
        let iv = ReferenceVectors.bytes(16, seed: 72)
        for line in lines {
            let key = AESKey(ReferenceVectors.bytes(try #require(Int(line[0])), seed: 71), cipher: cipher)
            let plain = ReferenceVectors.bytes(16 * (try #require(Int(line[1]))), seed: 73)
            for isInPlace in [false, true] {
                let sealed = Self.run(key, plain, iv: iv, isInPlace: isInPlace, encrypts: true)
                #expect(HexDigits.text(SHA256.hash(sealed)) == line[2], "\(line)")
                #expect(Self.run(key, sealed, iv: iv, isInPlace: isInPlace, encrypts: false) == plain, "\(line)")
            }
        }
    }

    @Test("plain C and instructions agree on random keys, lengths and places", arguments: ciphers, [16, 32])
    func agree(cipher: weflow_cipher, size: Int) {
        var generator = SeededGenerator(seed: UInt64(size))
        for _ in 0..<300 {
            let (key, iv) = (generator.bytes(size), generator.bytes(16))
            let plain = generator.bytes(16 * Int.random(in: 0...40, using: &generator))
            let sealed = Self.run(AESKey(key, cipher: cipher), plain, iv: iv, encrypts: true)
            let portable = AESKey(key, cipher: WEFLOW_CIPHER_PORTABLE)
            #expect(sealed == Self.run(portable, plain, iv: iv, encrypts: true))
            #expect(Self.run(portable, sealed, iv: iv, encrypts: false) == plain)
        }
    }

    @Test("nothing beyond the blocks is read into the result or written", arguments: ciphers)
    func edges(cipher: weflow_cipher) {
        let key = AESKey(ReferenceVectors.bytes(32, seed: 1), cipher: cipher)
        let iv = ReferenceVectors.bytes(16, seed: 2)
        for blocks in 0...33 {
            for slide in [0, 1, 15] {
                var memory = [UInt8](repeating: 0xEE, count: slide + 16 * blocks + 16)
                let plain = ReferenceVectors.bytes(16 * blocks, seed: 3)
                let place = slide..<slide + plain.count
                memory.replaceSubrange(place, with: Self.run(key, plain, iv: iv, encrypts: true))
                memory.withUnsafeMutableBytes { bytes in
                    let run = UnsafeMutableRawBufferPointer(rebasing: bytes[place])
                    key.decryptCBC(UnsafeRawBufferPointer(run), iv: iv, into: run)
                }
                #expect(Array(memory[place]) == plain)
                #expect(
                    memory[..<slide].allSatisfy { $0 == 0xEE } && memory[place.upperBound...].allSatisfy { $0 == 0xEE })
            }
        }
    }
}
