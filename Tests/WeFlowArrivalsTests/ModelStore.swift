import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// A row of the model: what a database would have, and which message or recall it is, whatever its place.
struct ModelRow {
    var localID: Int64
    var serverID: Int64
    var createTime: Int64
    var sortSeq: Int64
    var localType: Int64
    /// The message or notice that it is.
    var thing: Int
    /// The message that it takes back, nil where it takes none back.
    var recalled: Int?

    var arrived: ArrivedRow {
        ArrivedRow(
            localID: localID, serverID: serverID, createTime: createTime, sortSeq: sortSeq, localType: localType)
    }
}

struct ModelTable {
    var rows: [ModelRow] = []
    /// Whether `sqlite_sequence` counts it.
    var isCounted: Bool
}

struct ModelShard {
    var tables: [TableHash: ModelTable] = [:]
    var sequences: [TableHash: (last: Int64, slot: Int64)] = [:]
    var cookie: UInt32 = 1
    var file: UInt64
    /// Another one for every content.
    var version: Int = 0
    var isReadable = true
}

/// A store that is written to as the client does, in memory.
struct ModelStore {
    var shards: [UInt32: ModelShard] = [:]
    var marks: [TableHash: UInt64] = [:]
    var marksVersion = 0

    /// Adds a row; the table is made where it is not there.
    mutating func append(_ row: ModelRow, to hash: TableHash, in number: UInt32, isCounted: Bool, change: Int) {
        guard var shard = shards[number] else { return }
        var table = shard.tables[hash] ?? ModelTable(isCounted: isCounted)
        if shard.tables[hash] == nil { shard.cookie = UInt32(change) }
        var row = row
        row.localID = (table.rows.last?.localID ?? 0) + 1
        if table.isCounted {
            let slot = shard.sequences[hash]?.slot ?? (shard.sequences.values.map(\.slot).max() ?? 0) + 1
            row.localID = max(row.localID, (shard.sequences[hash]?.last ?? 0) + 1)
            shard.sequences[hash] = (row.localID, slot)
        }
        table.rows.append(row)
        shard.tables[hash] = table
        shard.version = change
        shards[number] = shard
        touch(hash, change)
    }

    /// The server takes a message, which gets its id.
    mutating func acknowledge(_ thing: Int, _ serverID: Int64, _ hash: TableHash, _ change: Int) {
        for (number, shard) in shards {
            guard let place = shard.tables[hash]?.rows.firstIndex(where: { $0.thing == thing }) else { continue }
            shards[number]?.tables[hash]?.rows[place].serverID = serverID
            shards[number]?.version = change
        }
    }

    mutating func touch(_ hash: TableHash, _ change: Int) {
        marks[hash] = UInt64(change)
        marksVersion = change
    }

    /// Deletes a chat with its tables.
    mutating func drop(_ hash: TableHash, change: Int) {
        for number in shards.keys where shards[number]?.tables[hash] != nil {
            shards[number]?.tables[hash] = nil
            shards[number]?.sequences[hash] = nil
            shards[number]?.cookie = UInt32(change)
            shards[number]?.version = change
        }
        touch(hash, change)
    }

    /// All rows.
    var rows: [(number: UInt32, hash: TableHash, row: ModelRow)] {
        shards.sorted { $0.key < $1.key }.flatMap { number, shard in
            shard.tables.sorted { $0.key < $1.key }.flatMap { hash, table in table.rows.map { (number, hash, $0) } }
        }
    }
}

/// One shard of the model as a look sees it.
final class ModelSource: ArrivalSource {
    let number: UInt32
    let shard: ModelShard

    init(_ number: UInt32, _ shard: ModelShard) { (self.number, self.shard) = (number, shard) }

    var file: UInt64 { shard.file }
    var cookie: UInt32 { shard.cookie }

    func counters(
        _ known: [TableHash]?, uncounted: inout [TableHash]
    ) throws(WeFlowError) -> [TableHash: TableCounter] {
        guard shard.isReadable else { throw WeFlowError(.storeFailed, "cannot be read") }
        var counters: [TableHash: TableCounter] = [:]
        for (hash, sequence) in shard.sequences {
            counters[hash] = TableCounter(last: sequence.last, slot: sequence.slot)
        }
        uncounted = known ?? shard.tables.keys.filter { counters[$0] == nil }.sorted()
        for hash in uncounted where counters[hash] == nil {
            if let table = shard.tables[hash] {
                counters[hash] = TableCounter(last: table.rows.last?.localID ?? 0, slot: 0)
            }
        }
        return counters
    }

    func open(_ hashes: [TableHash]) throws(WeFlowError) -> Set<TableHash> {
        guard shard.isReadable else { throw WeFlowError(.storeFailed, "cannot be read") }
        return Set(hashes.filter { shard.tables[$0] != nil })
    }

    func named(_ hashes: some Sequence<TableHash>) -> Set<TableHash> { Set(hashes) }

    func rows(
        of hash: TableHash, after id: Int64, _ body: (ArrivedRow) -> Bool
    ) throws(WeFlowError) -> Bool {
        guard let rows = shard.tables[hash]?.rows else { return true }
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].localID <= id { low = middle + 1 } else { high = middle }
        }
        for row in rows[low...] {
            if !body(row.arrived) { break }
        }
        return true
    }
}
