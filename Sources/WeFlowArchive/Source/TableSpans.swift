import WeFlowQuery
import WeFlowStore

/// Sums up the last rows of a chat's tables while all of them are read: what tells a later look that a table went on.
struct TableSpans {
    /// The rows of a table that count: those behind the first up to the last.
    private struct Span {
        let shard: UInt32
        let start: Int64
        let last: Int64
        var sum: UInt64 = 0
    }

    /// By the places of the tables in the reader; empty where nothing is summed.
    private var spans: [Span] = []

    /// Nothing is summed.
    init() {}

    /// - Parameters:
    ///   - shards: the numbers of the shards in which the reader's tables lie.
    ///   - counters: how far each was filled when it was looked at.
    init(_ shards: [UInt32], _ counters: [UInt32: SourceState.Counter]) {
        spans = shards.map { shard in
            let counter = counters[shard]
            return Span(shard: shard, start: counter?.start ?? 0, last: counter?.sequence ?? 0)
        }
    }

    /// Takes rows in, in any order, each once.
    mutating func take(_ heads: [LineBatch.Head]) {
        guard !spans.isEmpty else { return }
        for head in heads where spans.indices.contains(head.place.table) {
            let (table, row) = (head.place.table, head.place.rowID)
            guard row > spans[table].start, row <= spans[table].last else { continue }
            spans[table].sum &+= Self.number(of: row, head.order.createTime)
        }
    }

    /// The sums, by shard.
    var sums: [UInt32: UInt64] { Dictionary(spans.map { ($0.shard, $0.sum) }, uniquingKeysWith: { $1 }) }

    /// What a row adds to the sum: of what tells it apart, whatever becomes of it.
    static func number(of row: Int64, _ createTime: Int64) -> UInt64 {
        let own = MessageIdentity.mix(UInt64(bitPattern: row) ^ 0x9E37_79B9_7F4A_7C15)
        return MessageIdentity.mix(own ^ UInt64(bitPattern: createTime))
    }
}
