import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// The tables of some chats in all shards, each shard as of one snapshot.
struct OpenTables: Sendable {
    private(set) var tables: [TableHash: [MessageTable]] = [:]
    private(set) var losses: [WeFlowError] = []

    /// - Throws: `.unavailable` where a database kept moving.
    init(_ hashes: [TableHash], in account: Account) throws(WeFlowError) {
        for (ordinal, shard) in account.messageShards().enumerated() {
            do throws(WeFlowError) {
                let found = try WeFlowError.retrying { () throws(WeFlowError) in
                    try MessageTable.open(
                        hashes, in: shard, ordinal: ordinal, of: try shard.database.snapshot(), account)
                }
                for (hash, table) in found { tables[hash, default: []].append(table) }
            } catch {
                if error.isTransient { throw error }
                losses.append(error)
            }
        }
    }
}
