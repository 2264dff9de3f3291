/// What was known when a journal began, or when it was cut short.
struct ArrivalBase: Sendable {
    /// The sums of the rows that were known then, which lie behind the record.
    struct Rows: Sendable {
        /// The most of them that a journal keeps.
        static let most = 1 << 25

        let count: Int
        /// The checksum of their bytes.
        let check: UInt64
        /// Whether none is missing.
        let isWhole: Bool
        /// Whether notices are among them as such.
        let hasNotices: Bool
        /// Where they lie in the file.
        var place: Int64 = 0
        /// In ascending order; empty once they are in the file.
        private(set) var sums: [UInt64] = []

        init(count: Int = 0, check: UInt64 = ArrivalRecord.sum([]), isWhole: Bool = true, hasNotices: Bool = true) {
            (self.count, self.check, self.isWhole, self.hasNotices) = (count, check, isWhole, hasNotices)
        }

        init(_ known: KnownRows) {
            var sums = known.all
            let isWhole = known.isWhole && sums.count <= Self.most
            if sums.count > Self.most { sums.removeLast(sums.count - Self.most) }
            self.init(
                count: sums.count, check: ArrivalRecord.sum(Self.bytes(sums)[...]), isWhole: isWhole,
                hasNotices: known.hasNotices)
            self.sums = sums
        }

        /// Their bytes in the file.
        var bytes: [UInt8] { Self.bytes(sums) }

        /// The same, lying in a file.
        func filed(at place: Int64) -> Rows {
            var filed = self
            (filed.place, filed.sums) = (place, [])
            return filed
        }

        /// What these bytes of a file say; what is not whole counts as nothing.
        func known(from bytes: [UInt8]) -> KnownRows {
            guard bytes.count == count * 8, ArrivalRecord.sum(bytes[...]) == check else {
                return KnownRows([], isWhole: false, hasNotices: false)
            }
            let sums = bytes.withUnsafeBytes { bytes in
                (0..<count).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
            }
            return KnownRows(sums, isWhole: isWhole, hasNotices: hasNotices)
        }

        private static func bytes(_ sums: [UInt64]) -> [UInt8] {
            sums.map(\.littleEndian).withUnsafeBytes { Array($0) }
        }
    }

    /// Tells this journal from one that was lost.
    let journal: UInt64
    /// Unix seconds.
    let createdAt: Int64
    /// The position of the first entry that is kept.
    let first: UInt64
    /// The sum over all entries before it.
    let chain: UInt64
    /// Shards that could not be read when the journal began, and not since.
    var unseen: Set<UInt32> = []
    /// Whether an older program wrote it.
    var isEarlier = false
    /// The rows that were known.
    var rows = Rows()
    /// The counters and sessions then, and the entries that were kept.
    let pass: ArrivalPass
}
