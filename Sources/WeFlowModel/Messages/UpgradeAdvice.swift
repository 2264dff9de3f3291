/// The sentence that stands where the title of a card should, for clients that are too old to show the card.
enum UpgradeAdvice {
    private static let failures: [StaticString] = [
        "不支持", "不支援", "無法顯示", "无法显示", "过低", "過低", "not support", "n't support", "unsupported", "too old",
        "cannot be displayed", "can't be displayed",
    ]
    private static let remedies: [StaticString] = [
        "版本", "升级", "升級", "更新", "version", "upgrade", "update",
    ]

    /// Whether a text is such a sentence. A title can hardly be one by chance: both halves must be there, and short.
    static func isGiven(by text: String) -> Bool {
        guard text.utf8.count < 256, !text.isEmpty else { return false }
        var text = text
        return text.withUTF8 { utf8 in
            guard mayNameRemedy(utf8) else { return false }
            // Every link of an export is looked at: `lowercased()` alone would be a thirtieth of its cost.
            return withUnsafeTemporaryAllocation(byteCount: utf8.count, alignment: 1) { room in
                for place in utf8.indices {
                    let byte = utf8[place]
                    room[place] = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
                }
                let lowered = UnsafeRawBufferPointer(room)
                return failures.contains { lowered.firstOffset(of: $0) != nil }
                    && remedies.contains { lowered.firstOffset(of: $0) != nil }
            }
        }
    }

    /// Whether a text has the beginning of a remedy's name somewhere. Most titles have none, and one look tells.
    private static func mayNameRemedy(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count > 2 else { return false }
        for place in 0..<(utf8.count - 2) {
            switch utf8[place] {
            // The first characters of 版本, 升级 and 更新.
            case 0xE7 where utf8[place + 1] == 0x89 && utf8[place + 2] == 0x88: return true
            case 0xE5 where utf8[place + 1] == 0x8D && utf8[place + 2] == 0x87: return true
            case 0xE6 where utf8[place + 1] == 0x9B && utf8[place + 2] == 0xB4: return true
            case UInt8(ascii: "v"), UInt8(ascii: "V"), UInt8(ascii: "u"), UInt8(ascii: "U"): return true
            default: continue
            }
        }
        return false
    }
}
