/// Rows of a table by their ids, a bit for each id up to the largest: the client counts them from 1.
struct RowSet {
    /// Ids from here on are not held; the bits of those below take 8 MiB.
    private static let limit: Int64 = 1 << 26

    private var words: [UInt64] = []
    /// Whether all rows that were put in are held.
    private(set) var isWhole = true

    /// Whether a row is in the set.
    func contains(_ row: Int64) -> Bool {
        guard let word = Int(exactly: row >> 6), words.indices.contains(word) else { return false }
        return words[word] >> UInt64(row & 63) & 1 == 1
    }

    /// Puts a row in.
    mutating func insert(_ row: Int64) {
        guard 0..<Self.limit ~= row else {
            isWhole = false
            return
        }
        let word = Int(row >> 6)
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(row & 63)
    }

    /// Takes a row out that was put in.
    mutating func remove(_ row: Int64) {
        guard let word = Int(exactly: row >> 6), words.indices.contains(word) else { return }
        words[word] &= ~(1 << UInt64(row & 63))
    }
}
