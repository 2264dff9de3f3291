/// The arithmetic of post ids: `milliseconds << 23 | 23 further bits`, unsigned (<doc:Posts#The-id>).
public enum MomentID {
    /// Bits below the milliseconds.
    static let sequenceBits: UInt64 = 23
    /// Ids that are negative in SQLite carry their time: 2004-11-03 to 2039-09-07. Others (after the overflow, or of
    /// a foreign origin) do not, and the time in the XML has to tell.
    public static func carriesTime(tid: Int64) -> Bool { tid < 0 }

    /// The time in an id.
    ///
    /// - Parameter tid: the id as SQLite holds it.
    /// - Returns: Unix seconds, or `nil` where the id does not carry a time.
    public static func createTime(tid: Int64) -> Int64? {
        guard carriesTime(tid: tid) else { return nil }
        return Int64((UInt64(bitPattern: tid) >> sequenceBits) / 1000)
    }

    /// An id in either form a client may send: signed as `tid`, or unsigned as `id`.
    ///
    /// - Parameter text: 1 to 20 digits, a minus sign before them allowed.
    /// - Returns: the signed id, or `nil` where the text is no id.
    public static func parse(_ text: some StringProtocol) -> Int64? {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first) else { return nil }
        if let signed = Int64(text) { return signed }
        return UInt64(text).map { Int64(bitPattern: $0) }
    }
}
