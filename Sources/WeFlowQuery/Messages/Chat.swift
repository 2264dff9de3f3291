import WeFlowModel
public import WeFlowPages
public import WeFlowStore
import WeFlowSystem

/// One chat opened for a query: its tables in all shards, each as of one snapshot.
public struct Chat: Sendable {
    /// The session id as given.
    public let talker: String
    /// Whether received messages carry their sender in front of the text.
    public let isGroup: Bool
    /// The owner's username.
    public let ownUsername: String
    /// Display names, read when the first is asked for.
    public let names: LazyNames
    /// Shards that could not be opened; a shard that is lost touches every talker (<doc:DamagedStores>).
    public let lostShards: [WeFlowError]
    /// Its tables, in the order of their shards.
    package let tables: [MessageTable]

    /// Opens the chat in every shard that has it.
    ///
    /// - Throws: `.unavailable` where there is no shard at all or none can be opened.
    public init(_ talker: String, in account: Account) throws(WeFlowError) {
        self.talker = talker
        isGroup = Username.isGroup(talker)
        names = LazyNames(account)
        let shards = account.messageShards()
        guard !shards.isEmpty else {
            throw account.withoutShards
        }
        account.keys.prepare(shards.compactMap { $0.database.storedFirstPage() })
        var tables: [MessageTable] = []
        var lost: [WeFlowError] = []
        for table in Self.tables(talker, shards, account) {
            do throws(WeFlowError) {
                if let table = try table.get() { tables.append(table) }
            } catch {
                lost.append(error)
            }
        }
        if lost.count == shards.count { throw lost[0] }
        self.tables = tables
        lostShards = lost
        ownUsername = try Self.ownUsername(account, tables)
    }

    /// The chat's table in each shard, in their order, or why there is no telling.
    ///
    /// Shards that nobody read yet are opened side by side: where one has a long log, the others are read while its frames
    /// are summed up.
    private static func tables(
        _ talker: String, _ shards: [Shard], _ account: Account
    ) -> [Reading<MessageTable?>] {
        @Sendable func open(_ ordinal: Int) -> Reading<MessageTable?> {
            do throws(WeFlowError) {
                return .read(try MessageTable.open(shards[ordinal], ordinal: ordinal, talker: talker, in: account))
            } catch {
                return .failed(error)
            }
        }
        guard shards.count > 1, !shards.allSatisfy(\.database.wasRead) else { return shards.indices.map(open) }
        return sideBySide(shards.count, open)
    }

    /// Puts a chat together of tables that are open already.
    ///
    /// - Throws: why the owner's username cannot be told.
    package init(
        _ talker: String, tables: [MessageTable], names: LazyNames, in account: Account
    ) throws(WeFlowError) {
        self.talker = talker
        isGroup = Username.isGroup(talker)
        self.names = names
        self.tables = tables
        lostShards = []
        ownUsername = try Self.ownUsername(account, tables)
    }

    private static func ownUsername(_ account: Account, _ tables: [MessageTable]) throws(WeFlowError) -> String {
        try account.ownUsername { candidate throws(WeFlowError) in
            for table in tables {
                // A damaged name table says nothing; the next source may.
                if (try? table.knows(candidate)) == true { return true }
            }
            return false
        }
    }
}
