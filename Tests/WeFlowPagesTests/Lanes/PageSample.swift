import CPageLanes
import TestSupport
import WeFlowCrypto

@testable import WeFlowPages

/// Pages sealed by the letter of the format in plain C, one message at a time, to hold lanes and instructions against; what
/// others make of them is in the reference vectors.
enum PageSample {
    static let paths = [WEFLOW_PATH_PORTABLE, WEFLOW_PATH_AVX2, WEFLOW_PATH_AVX512, WEFLOW_PATH_ARM_SHA512]
        .filter { weflow_has_path($0) != 0 }
    static let ciphers = [WEFLOW_CIPHER_PORTABLE, WEFLOW_CIPHER_AESNI, WEFLOW_CIPHER_VAES, WEFLOW_CIPHER_ARM_AES]
        .filter { weflow_has_cipher($0) != 0 }

    static let aesKey = bytes(32, seed: 1)
    static let macKey = bytes(32, seed: 2)
    static let salt = bytes(16, seed: 3)

    /// Bytes that look random and are the same in every run.
    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        ReferenceVectors.bytes(count, seed: seed)
    }

    /// A plain page: page 1 begins with SQLite's magic, and all end with 80 zeros.
    static func plain(_ number: UInt32) -> [UInt8] {
        let head = number == 1 ? Array("SQLite format 3\0".utf8) : []
        return head + bytes(4016 - head.count, seed: UInt64(number) &+ 10) + [UInt8](repeating: 0, count: 80)
    }

    /// `plain(number)`, sealed.
    static func sealed(_ number: UInt32) -> [UInt8] {
        let head = number == 1 ? salt : []
        let iv = bytes(16, seed: UInt64(number) &+ 20)
        var body = Array(plain(number)[head.count..<4016])
        body.withUnsafeMutableBytes { body in
            AESKey(aesKey, cipher: WEFLOW_CIPHER_PORTABLE).encryptCBC(UnsafeRawBufferPointer(body), iv: iv, into: body)
        }
        let number = withUnsafeBytes(of: number.littleEndian) { Array($0) }
        let code = (body + iv + number).withUnsafeBytes { mac(WEFLOW_PATH_PORTABLE).tag(of: $0) }
        return head + body + iv + code.withUnsafeBytes { Array($0) }
    }

    static func mac(_ path: weflow_path) -> PageMAC { PageMAC(key: SecretBytes(macKey), path: path) }

    static func aes(_ cipher: weflow_cipher) -> PageAES { PageAES(AESKey(aesKey, cipher: cipher)) }

    /// Lends pages that lie one behind the other, `slide` bytes from an aligned address, in memory that ends with them.
    static func withPages<Result>(
        _ pages: [(bytes: [UInt8], number: UInt32)], slide: Int = 0,
        _ body: (UnsafeMutableBufferPointer<weflow_page>) throws -> Result
    ) rethrows -> Result {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: slide + pages.count * 4096)
        defer { memory.deallocate() }
        var lanes = pages.indices.map { i in
            let place = memory + slide + i * 4096
            place.initialize(from: pages[i].bytes, count: 4096)
            return weflow_page(sealed: place, plain: place, number: pages[i].number, verified: 7)
        }
        return try lanes.withUnsafeMutableBufferPointer { try body($0) }
    }
}
