import WeFlowPages
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// What some databases of an account were in at one moment: equal states mean equal content.
struct StoreState: Sendable, Equatable {
    /// One database that was there.
    private struct Seen: Sendable, Equatable {
        let database: DatabaseFile
        let version: (epoch: UInt32, generation: UInt32)

        static func == (a: Seen, b: Seen) -> Bool { a.database === b.database && a.version == b.version }
    }

    private let account: Account
    private var seen: [Seen] = []
    private let absent: [String]
    private let shards: ShardList?

    /// Looks at the databases.
    ///
    /// - Parameters:
    ///   - account: whose databases.
    ///   - databases: the names of those that count; one that is not there counts as absent.
    ///   - hasMessages: whether all databases of messages count, too.
    /// - Throws: why one cannot be read.
    init(of account: Account, _ databases: [String], hasMessages: Bool) throws(WeFlowError) {
        self.account = account
        let there = databases.filter { account.hasDatabase($0) }
        absent = databases.filter { !there.contains($0) }
        shards = hasMessages ? ShardList(of: account) : nil
        for database in there.map(account.database) + (shards?.shards.map(\.database) ?? []) {
            seen.append(Seen(database: database, version: try database.version()))
        }
    }

    /// Whether a look would find this state again, as far as that can be told at once.
    ///
    /// - Parameter store: the account's `db_storage` as it was before the look.
    /// - Returns: false where it would not, or where that cannot be told.
    func isCurrent(in store: HeldFolder) -> Bool {
        store.isInPlace && seen.allSatisfy { $0.database.isStill($0.version, in: store) }
            && absent.allSatisfy { store.seen($0)?.size ?? 0 == 0 } && shards?.isCurrent ?? true
    }

    /// Databases that an account opened anew has read count from the start, so they compare to no other's.
    static func == (a: StoreState, b: StoreState) -> Bool {
        a.account === b.account && a.seen == b.seen
    }
}
