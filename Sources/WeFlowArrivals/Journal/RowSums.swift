import WeFlowModel
import WeFlowStore

/// Tells rows of message tables apart by one number each, which says nothing to who has not the journal: no id and no
/// name can be read from it.
///
/// A message is its session and the server's id, wherever its row lies; a row to which the server gave none is its
/// session, its row id and its order.
struct RowSums: Sendable {
    /// The journal's own number, so that two journals have no sum in common.
    let seed: UInt64

    /// The sum of a row, whatever became of it.
    func sum(of row: ArrivedRow, in hash: TableHash) -> UInt64 {
        row.serverID != 0
            ? sum(serverID: row.serverID, in: hash) : sum(localID: row.localID, sortSeq: row.sortSeq, in: hash)
    }

    /// The sum of a message that the server knows.
    func sum(serverID: Int64, in hash: TableHash) -> UInt64 {
        mix(mix(seed ^ hash.high) ^ hash.low ^ mix(UInt64(bitPattern: serverID)))
    }

    /// The sum of a row that the server does not know, or not yet.
    func sum(localID: Int64, sortSeq: Int64, in hash: TableHash) -> UInt64 {
        let row = mix(UInt64(bitPattern: localID) ^ 0x9E37_79B9_7F4A_7C15) ^ UInt64(bitPattern: sortSeq)
        return mix(mix(seed ^ hash.high) ^ hash.low ^ mix(row &+ 0xD1B5_4A32_D192_ED03))
    }

    /// The sum of a notice in the place of what has another: a message that was taken back keeps its id.
    static func notice(_ sum: UInt64) -> UInt64 { mix(sum ^ 0xA076_1D64_78BD_642F) }

    /// What an entry of a row has as its sum: the first one, or the second where the server had not given its id yet.
    func stored(_ row: ArrivedRow, in hash: TableHash) -> (UInt64, UInt64) {
        let own = sum(of: row, in: hash)
        let before = row.serverID != 0 ? sum(localID: row.localID, sortSeq: row.sortSeq, in: hash) : own
        guard MessageType(localType: row.localType).isNotice else { return (own, before) }
        return (Self.notice(own), Self.notice(before))
    }

    /// Whether a row is what has a sum, with the server's id or still without. A message may have become a notice since; a
    /// notice was never a message.
    func fits(_ sum: UInt64, _ row: ArrivedRow, in hash: TableHash) -> Bool {
        let isNotice = MessageType(localType: row.localType).isNotice
        func fits(_ own: UInt64) -> Bool { sum == own || isNotice && sum == Self.notice(own) }
        return fits(self.sum(of: row, in: hash))
            || row.serverID != 0 && fits(self.sum(localID: row.localID, sortSeq: row.sortSeq, in: hash))
    }
}

/// Scatters a number over all 64 bits (the end of SplitMix64); no two numbers give the same.
func mix(_ number: UInt64) -> UInt64 {
    var word = number
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
}
