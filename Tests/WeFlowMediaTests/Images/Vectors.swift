/// Pictures in all their stored forms, and what the tests build further ones from.
enum Vectors {
    /// The AES key of the V2 vectors, as text and as the hex of its bytes.
    static let imageKey = "0123456789abcdef"
    static let imageKeyHex = "30313233343536373839616263646566"
    /// The XOR key of the V1 and V2 vectors.
    static let xorKey: UInt8 = 0x5A
    static let stickerKey = "00112233445566778899aabbccddeeff"

    /// A PNG of one pixel, 72 bytes.
    static let png = bytes(
        """
        89504e470d0a1a0a0000000d4948445200000001000000010802000000907753
        de0000000f494441547801010400fbff002a80d40256017f07d637dc00000000
        49454e44ae426082
        """)
    /// Head and tail of a JPEG; no picture.
    static let jpegEnds = bytes(
        """
        ffd8ffe000104a46494600010100000100010000303132333435363738393a3b
        3c3dffd9
        """)
    /// `png` XOR A4.
    static let xorPng = bytes(
        """
        2df4eae3a9aebeaea4a4a4a9edece0f6a4a4a4a5a4a4a4a5aca6a4a4a434d3f7
        7aa4a4a4abede0e5f0dca5a5a0a45f5ba48e2470a6f2a5dba3729378a4a4a4a4
        ede1eae00ae6c426
        """)
    /// `jpegEnds` XOR 37.
    static let xorJpegEnds = bytes(
        """
        c8efc8d737277d717e713736363737363736373707060504030201000f0e0d0c
        0b0ac8ee
        """)
    /// `png` as V1, fixed key, XOR 5A; A 32, middle 20, X 20.
    static let v1 = bytes(
        """
        070856310807200000001400000001f51edd24ea7b44a1935e2a2b16cebbf8df
        a60a9bf0de6dfc40752353d3551638a4bd516ab4a5f4dae57b06e5e2ab7700de
        0000000f494441547801010400fbff002a80d4580c5b255d8c6d865a5a5a5a13
        1f141ef4183ad8
        """)
    /// `png` as V2, XOR 5A; A 32 (a whole block of padding), middle 20, X 20.
    static let v2a = bytes(
        """
        070856320807200000001400000001aa8cd4419854df547fcb74ea695cc8852e
        2a5ea1a82c50669209674b48bc28dd377222e061a924c591cd9c27ea163ed4de
        0000000f494441547801010400fbff002a80d4580c5b255d8c6d865a5a5a5a13
        1f141ef4183ad8
        """)
    /// `png` as V2; A 20, middle 52, X 0.
    static let v2b = bytes(
        """
        070856320807140000000000000001aa8cd4419854df547fcb74ea695cc885b0
        ca74a5c19f39699afaa888c87e5557000000010802000000907753de0000000f
        494441547801010400fbff002a80d40256017f07d637dc0000000049454e44ae
        426082
        """)
    /// `png` as V2; all 72 bytes AES, no middle, no tail.
    static let v2c = bytes(
        """
        070856320807480000000000000001aa8cd4419854df547fcb74ea695cc8852e
        2a5ea1a82c50669209674b48bc28dd5f81eee47cb2e0f76b265c58d8697c7467
        d0d2dd2527d4c34a2983428d4a579120ee9fd0fc374516d17e6fe2ba9629f9
        """)
    /// `png` as V2, XOR 5A; A 20, no middle, X 52, as Linux writes it.
    static let v2d = bytes(
        """
        070856320807140000003400000001aa8cd4419854df547fcb74ea695cc885b0
        ca74a5c19f39699afaa888c87e55575a5a5a5b52585a5a5aca2d09845a5a5a55
        131e1b0e225b5b5e5aa1a55a70da8e580c5b255d8c6d865a5a5a5a131f141ef4
        183ad8
        """)
    /// `jpegEnds` as V2, XOR 5A; A 20, no middle, X 16.
    static let v2e = bytes(
        """
        0708563208071400000010000000015e5ae71bbe745c111641137ad75cddc5c3
        0948de6794c593ef6ca2c54d4119da6a6b68696e6f6c6d626360616667a583
        """)
    /// A GIF of one pixel, 43 bytes.
    static let stickerPlain = bytes(
        """
        47494638396101000100800000ffffff00000021f90401000000002c00000000
        010001000002024401003b
        """)
    /// `stickerPlain` under AES-128-CBC with `stickerKey` as key and IV.
    static let stickerSealed = bytes(
        """
        3ee962dd139548136da9c8a421bb97f6e72e258511b0666100141431e66770ac
        c9fcee0f38872ac27819e01db5ade8ee
        """)

    /// The bytes that hex digits spell; line ends and blanks between them do not count.
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// A V2 picture of any shape under `imageKey`, put together from blocks whose ciphertext is known.
    ///
    /// `head` is the first block of the AES run, followed by `zeroBlocks` blocks of zeros and a block of padding; `tail`
    /// is what gets XORed with `xorKey`.
    static func v2(head: Block, zeroBlocks: Int = 63, middle: [UInt8] = [], tail: [UInt8] = []) -> [UInt8] {
        header(plainLength: 16 + 16 * zeroBlocks, tailLength: tail.count)
            + head.sealed + Array(repeating: Block.zero.sealed, count: zeroBlocks).joined() + Block.padding.sealed
            + middle + tail.map { $0 ^ xorKey }
    }

    /// What `v2` is the stored form of.
    static func plain(head: Block, zeroBlocks: Int = 63, middle: [UInt8] = [], tail: [UInt8] = []) -> [UInt8] {
        head.plain + [UInt8](repeating: 0, count: 16 * zeroBlocks) + middle + tail
    }

    /// The header of a V2 picture.
    static func header(plainLength: Int, tailLength: Int) -> [UInt8] {
        func littleEndian(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        return bytes("070856320807") + littleEndian(plainLength) + littleEndian(tailLength) + [1]
    }

    /// A block and its ciphertext under `imageKey`.
    struct Block {
        let plain: [UInt8]
        let sealed: [UInt8]

        init(_ plain: String, _ sealed: String) {
            self.plain = bytes(plain)
            self.sealed = bytes(sealed)
        }

        static let jpeg = Block("ffd8ffe000104a464946000101000001", "5e5ae71bbe745c111641137ad75cddc5")
        static let png = Block("89504e470d0a1a0a0000000d49484452", "aa8cd4419854df547fcb74ea695cc885")
        static let gif = Block("47494638396100000000000000000000", "6dd625d93261fe2b5eecbb835ebe3726")
        static let webp = Block("52494646f80f00005745425056503820", "134a286b14197db102f3470972bc2b6c")
        static let bmp = Block("424d0008000000000000000000000000", "6b4ea0fc00992c08a0f9f954c056634d")
        static let wxgf = Block("777867660b0002004000300000000800", "a8a5aef88d9b030c678b27147cb34190")
        static let text = Block("6e6f7420612070696374757265206174", "9662bfdd92d49144e01951426eeff6bc")
        static let zero = Block("00000000000000000000000000000000", "0b9b15da4b44a0f5151dcfc4c01f35d5")
        static let padding = Block("10101010101010101010101010101010", "377222e061a924c591cd9c27ea163ed4")
    }
}
