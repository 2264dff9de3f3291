import CPageLanes
import Crypto
import CryptoExtras
import Foundation

@testable import WeFlowPages

/// Pages as swift-crypto seals them, by the letter of the format, to hold the lanes against.
enum PageSample {
    static let paths = [WEFLOW_PATH_PORTABLE, WEFLOW_PATH_AVX2, WEFLOW_PATH_AVX512, WEFLOW_PATH_ARM_SHA512]
        .filter { weflow_has_path($0) != 0 }
    /// With `WEFLOW_CIPHER_NONE`, for which swift-crypto stands in.
    static let ciphers =
        [WEFLOW_CIPHER_NONE]
        + [WEFLOW_CIPHER_AESNI, WEFLOW_CIPHER_VAES, WEFLOW_CIPHER_ARM_AES]
        .filter { weflow_has_cipher($0) != 0 }

    static let aesKey = bytes(32, seed: 1)
    static let macKey = bytes(32, seed: 2)
    static let salt = bytes(16, seed: 3)

    /// Bytes that look random and are the same in every run.
    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
    }

    /// A plain page: page 1 begins with SQLite's magic, and all end with 80 zeros.
    static func plain(_ number: UInt32) -> [UInt8] {
        let head = number == 1 ? Array("SQLite format 3\0".utf8) : []
        return head + bytes(4016 - head.count, seed: UInt64(number) &+ 10) + [UInt8](repeating: 0, count: 80)
    }

    /// `plain(number)`, sealed.
    static func sealed(_ number: UInt32) throws -> [UInt8] {
        let head = number == 1 ? salt : []
        let iv = bytes(16, seed: UInt64(number) &+ 20)
        let body = try AES._CBC.encrypt(
            plain(number)[head.count..<4016], using: SymmetricKey(data: aesKey), iv: AES._CBC.IV(ivBytes: iv),
            noPadding: true)
        let number = withUnsafeBytes(of: number.littleEndian) { Array($0) }
        let code = HMAC<SHA512>.authenticationCode(for: body + iv + number, using: SymmetricKey(data: macKey))
        return head + body + iv + code
    }

    static func mac(_ path: weflow_path) -> PageMAC { PageMAC(key: SecretBytes(macKey), path: path) }

    static func aes(_ cipher: weflow_cipher) -> PageAES { PageAES(key: SecretBytes(aesKey), cipher: cipher) }

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
