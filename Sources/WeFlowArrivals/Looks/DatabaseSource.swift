import WeFlowPages
import WeFlowStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A shard as one snapshot shows it to a look.
final class DatabaseSource: ArrivalSource {
    let snapshot: PageSnapshot
    let number: UInt32
    let file: UInt64
    /// Which sessions the tables belong to.
    var hashes: SessionHashes
    /// Pages that could not be read.
    private(set) var damage: [PageFailure] = []
    private let shard: Shard
    private let ordinal: Int
    private let account: Account
    private var tables: [TableHash: MessageTable] = [:]

    /// Takes a snapshot of a shard.
    ///
    /// - Throws: why it cannot be opened.
    init(_ shard: Shard, _ ordinal: Int, of account: Account, hashes: SessionHashes) throws(WeFlowError) {
        (self.shard, self.ordinal, self.account, self.hashes) = (shard, ordinal, account, hashes)
        snapshot = try shard.database.snapshot()
        number = TableKey.number(of: shard)
        var status = stat()
        if stat(shard.database.path, &status) == 0 {
            file = mix(UInt64(status.st_ino) ^ mix(UInt64(bitPattern: Int64(truncatingIfNeeded: status.st_dev))))
        } else {
            file = 0
        }
    }

    var cookie: UInt32 { snapshot.schemaCookie }

    func counters(
        _ known: [TableHash]?, uncounted: inout [TableHash]
    ) throws(WeFlowError) -> [TableHash: TableCounter] {
        let counters = try ShardCounters(snapshot, in: account, uncounted: known)
        uncounted = counters.uncounted
        return counters.counters
    }

    func open(_ hashes: [TableHash]) throws(WeFlowError) -> Set<TableHash> {
        guard !hashes.isEmpty else { return [] }
        let found = try MessageTable.open(hashes, in: shard, ordinal: ordinal, of: snapshot, account)
        tables.merge(found) { $1 }
        return Set(found.keys)
    }

    /// A table that was opened.
    func table(_ hash: TableHash) -> MessageTable? { tables[hash] }

    func named(_ wanted: some Sequence<TableHash>) -> Set<TableHash> {
        hashes.find(wanted, in: [snapshot], account)
        return Set(wanted.filter { hashes.session(of: $0) != nil })
    }

    func rows(
        of hash: TableHash, after id: Int64, _ body: (ArrivedRow) -> Bool
    ) throws(WeFlowError) -> Bool {
        guard let table = tables[hash] else { return true }
        let damage = try table.rows(after: id, while: body)
        self.damage += damage
        return damage.isEmpty
    }
}
