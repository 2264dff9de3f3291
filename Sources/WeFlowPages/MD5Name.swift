/// The lower-case hex MD5 of a text's UTF-8 bytes, by which WeChat names tables and folders after a username
/// (facts: store 1.2). It protects nothing.
public func md5Hex(_ text: String) -> String {
    var text = text
    let state = text.withUTF8 { MD5.state(of: UnsafeRawBufferPointer($0)) }
    return String(unsafeUninitializedCapacity: 32) { digits in
        for place in 0..<16 {
            let byte = UInt8(truncatingIfNeeded: state[place / 4] >> UInt32(8 * (place % 4)))
            for (half, nibble) in [(0, byte >> 4), (1, byte & 15)] {
                digits[2 * place + half] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
            }
        }
        return 32
    }
}

/// MD5 (RFC 1321). A library's takes longer to get ready than all names of a query take here.
private enum MD5 {
    static func state(of bytes: UnsafeRawBufferPointer) -> SIMD4<UInt32> {
        var state = SIMD4<UInt32>(0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476)
        let whole = bytes.count & ~63
        for start in stride(from: 0, to: whole, by: 64) {
            absorb(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 64]), &state)
        }
        // What is left, a one bit, zeros, and how many bits there were.
        let rest = bytes.count - whole
        let size = rest < 56 ? 64 : 128
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { tail in
            for place in 0..<size { tail[place] = place < rest ? bytes[whole + place] : 0 }
            tail[rest] = 0x80
            tail.storeBytes(
                of: (UInt64(truncatingIfNeeded: bytes.count) &* 8).littleEndian, toByteOffset: size - 8,
                as: UInt64.self)
            for start in stride(from: 0, to: size, by: 64) {
                absorb(UnsafeRawBufferPointer(rebasing: tail[start..<start + 64]), &state)
            }
        }
        return state
    }

    private static func absorb(_ block: UnsafeRawBufferPointer, _ state: inout SIMD4<UInt32>) {
        var (a, b, c, d) = (state.x, state.y, state.z, state.w)
        for step in 0..<64 {
            let mixed: UInt32
            let word: Int
            switch step / 16 {
            case 0: (mixed, word) = (b & c | ~b & d, step)
            case 1: (mixed, word) = (d & b | ~d & c, (5 * step + 1) & 15)
            case 2: (mixed, word) = (b ^ c ^ d, (3 * step + 5) & 15)
            default: (mixed, word) = (c ^ (b | ~d), 7 * step & 15)
            }
            let input = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self))
            let sum = a &+ mixed &+ constants[step] &+ input
            let turn = turns[step / 16 * 4 + step % 4]
            (a, d, c) = (d, c, b)
            b = b &+ (sum << turn | sum >> (32 - turn))
        }
        state = state &+ SIMD4(a, b, c, d)
    }

    private static let turns: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
    /// The whole part of 2^32 times the sine of 1 to 64.
    private static let constants: [UInt32] = [
        0xD76A_A478, 0xE8C7_B756, 0x2420_70DB, 0xC1BD_CEEE, 0xF57C_0FAF, 0x4787_C62A, 0xA830_4613, 0xFD46_9501,
        0x6980_98D8, 0x8B44_F7AF, 0xFFFF_5BB1, 0x895C_D7BE, 0x6B90_1122, 0xFD98_7193, 0xA679_438E, 0x49B4_0821,
        0xF61E_2562, 0xC040_B340, 0x265E_5A51, 0xE9B6_C7AA, 0xD62F_105D, 0x0244_1453, 0xD8A1_E681, 0xE7D3_FBC8,
        0x21E1_CDE6, 0xC337_07D6, 0xF4D5_0D87, 0x455A_14ED, 0xA9E3_E905, 0xFCEF_A3F8, 0x676F_02D9, 0x8D2A_4C8A,
        0xFFFA_3942, 0x8771_F681, 0x6D9D_6122, 0xFDE5_380C, 0xA4BE_EA44, 0x4BDE_CFA9, 0xF6BB_4B60, 0xBEBF_BC70,
        0x289B_7EC6, 0xEAA1_27FA, 0xD4EF_3085, 0x0488_1D05, 0xD9D4_D039, 0xE6DB_99E5, 0x1FA2_7CF8, 0xC4AC_5665,
        0xF429_2244, 0x432A_FF97, 0xAB94_23A7, 0xFC93_A039, 0x655B_59C3, 0x8F0C_CC92, 0xFFEF_F47D, 0x8584_5DD1,
        0x6FA8_7E4F, 0xFE2C_E6E0, 0xA301_4314, 0x4E08_11A1, 0xF753_7E82, 0xBD3A_F235, 0x2AD7_D2BB, 0xEB86_D391,
    ]
}
