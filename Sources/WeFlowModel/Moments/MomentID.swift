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

    /// First and last second that an id can carry: 2^40 and 2^41 - 1 milliseconds.
    static let timeRange: ClosedRange<Int64> = 1_099_511_628...2_199_023_255

    /// The smallest signed id of a second, where ids carry it.
    ///
    /// - Parameter seconds: Unix seconds; a value outside what ids can carry gives the nearest id that does.
    /// - Returns: a lower bound for `tid` among the negative ones.
    public static func lowest(atSecond seconds: Int64) -> Int64 {
        guard seconds >= timeRange.lowerBound else { return .min }
        guard seconds <= timeRange.upperBound else { return 0 }
        return Int64(bitPattern: UInt64(seconds) * 1000 << sequenceBits)
    }

    /// The largest signed id of a second, where ids carry it.
    ///
    /// - Parameter seconds: Unix seconds, as in ``lowest(atSecond:)``.
    /// - Returns: an upper bound for `tid` among the negative ones; `nil` where every such id is later.
    public static func highest(atSecond seconds: Int64) -> Int64? {
        guard seconds >= timeRange.lowerBound - 1 else { return nil }
        guard seconds < timeRange.upperBound else { return -1 }
        return Int64(bitPattern: (UInt64(seconds + 1) * 1000 << sequenceBits) &- 1)
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
