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
            // Every link of an export is looked at: `lowercased()` alone would be a thirtieth of its cost.
            withUnsafeTemporaryAllocation(byteCount: utf8.count, alignment: 1) { room in
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
}
