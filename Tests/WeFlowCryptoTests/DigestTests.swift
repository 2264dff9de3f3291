import CPageLanes
import TestSupport
import Testing

@testable import WeFlowCrypto

@Suite("Digests")
struct DigestTests {
    /// SHA-256 by the given instructions, of a message in pieces.
    private static func sha256(_ pieces: [ArraySlice<UInt8>], path: weflow_sha256_path) -> [UInt8] {
        var digest = weflow_digest()
        weflow_sha256_init(&digest)
        for piece in pieces {
            piece.withUnsafeBufferPointer { weflow_sha256_update(path, &digest, $0.baseAddress, $0.count) }
        }
        var target = [UInt8](repeating: 0, count: 32)
        weflow_sha256_final(path, digest, &target)
        return target
    }

    private static let paths = [WEFLOW_SHA256_PORTABLE, WEFLOW_SHA256_NI, WEFLOW_SHA256_ARM]
        .filter { weflow_has_sha256($0) != 0 }

    @Test(
        "the published examples of RFC 1321 and FIPS 180",
        arguments: [
            (
                "", "d41d8cd98f00b204e9800998ecf8427e",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            ),
            (
                "abc", "900150983cd24fb0d6963f7d28e17f72",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "8215ef0796a20bcaaae116d3876c664a",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000), "7707d6ae4e027c70eea2a935c2296f21",
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func published(message: String, md5: String, sha256: String) {
        #expect(HexDigits.text(MD5.hash(Array(message.utf8))) == md5)
        #expect(HexDigits.text(SHA256.hash(Array(message.utf8))) == sha256)
        for path in Self.paths {
            #expect(HexDigits.text(Self.sha256([Array(message.utf8)[...]], path: path)) == sha256)
        }
    }

    @Test("messages of every length come to what others make of them")
    func others() throws {
        let message = ReferenceVectors.bytes(100_000, seed: 70)
        let lines = try ReferenceVectors.lines("digest")
        #expect(lines.count == 139)
        for line in lines {
            let bytes = message.prefix(try #require(Int(line[0])))
            #expect(HexDigits.text(MD5.hash(Array(bytes))) == line[1], "\(bytes.count) bytes")
            for path in Self.paths { #expect(HexDigits.text(Self.sha256([bytes], path: path)) == line[2]) }
        }
    }

    @Test("a message may come in two pieces, wherever it is cut, and in pieces of any length")
    func pieces() {
        let message = ReferenceVectors.bytes(260, seed: 4)
        for length in [0, 1, 63, 64, 65, 127, 128, 130, 191, 192, 260] {
            let whole = Array(message.prefix(length))
            for cut in 0...length {
                var (md5, sha256) = (MD5(), SHA256())
                for piece in [whole[..<cut], whole[cut...]] {
                    md5.update(Array(piece))
                    sha256.update(Array(piece))
                }
                #expect(md5.finalize() == MD5.hash(whole) && sha256.finalize() == SHA256.hash(whole))
            }
        }
        for step in 1...130 {
            let pieces = stride(from: 0, to: message.count, by: step).map {
                message[$0..<min($0 + step, message.count)]
            }
            for path in Self.paths { #expect(Self.sha256(pieces, path: path) == SHA256.hash(message)) }
        }
    }

    @Test("the digest of what came so far leaves the message open")
    func prefixes() {
        var (md5, sha256) = (MD5(), SHA256())
        md5.update(Array("a".utf8))
        sha256.update(Array("a".utf8))
        for _ in 0..<2 {
            #expect(md5.finalize() == MD5.hash(Array("a".utf8)) && sha256.finalize() == SHA256.hash(Array("a".utf8)))
        }
        md5.update(Array("bc".utf8))
        sha256.update(Array("bc".utf8))
        #expect(md5.finalize() == MD5.hash(Array("abc".utf8)) && sha256.finalize() == SHA256.hash(Array("abc".utf8)))
    }

    @Test("instructions and plain C agree on bytes at any address")
    func addresses() {
        let message = ReferenceVectors.bytes(1100, seed: 5)
        for start in 0..<17 {
            for length in [64, 128, 1000] {
                let piece = message[start..<start + length]
                let all = Set(Self.paths.map { Self.sha256([piece], path: $0) })
                #expect(all.count == 1)
            }
        }
    }

    @Test("hex digits are two for each byte")
    func digits() {
        #expect(HexDigits.text([0, 1, 9, 10, 15, 16, 0xA0, 0xFF]) == "0001090a0f10a0ff")
        #expect(HexDigits.bytes([UInt8]()) == [])
    }
}
