import Synchronization
public import WeFlowPages
import WeFlowQuery
public import WeFlowStore

/// How many posts there are and of whom: what the usernames and the statistics are made of
/// (<doc:MomentsQueries#Authors-and-numbers>).
public struct MomentsCensus: Sendable, Equatable {
    /// All posts.
    public let posts: Int
    /// Authors, most posts first, then by username.
    public let usernames: [String]
    /// The owner's own posts; nil where the owner is unknown.
    public let ownPosts: Int?
    /// What could not be read.
    public let damage: [PageFailure]

    /// Counts.
    ///
    /// - Throws: `.unavailable` where `sns.db` is missing or cannot be read.
    public static func run(on account: Account) throws(WeFlowError) -> MomentsCensus {
        try WeFlowError.retrying { () throws(WeFlowError) in try MomentsCensus(MomentsTable(account), account) }
    }

    fileprivate init(_ table: MomentsTable, _ account: Account) throws(WeFlowError) {
        var damage: [PageFailure] = []
        var counts: [String: Int] = [:]
        do throws(PageFailure) {
            counts = try table.counts(&damage)
        } catch {
            throw error.error
        }
        self.damage = damage
        posts = counts.values.reduce(0, +)
        counts[""] = nil
        usernames = counts.sorted { a, b in
            a.value == b.value ? a.key.precedesByScalar(b.key) : a.value > b.value
        }.map(\.key)
        let known = counts
        let owner = try Self.owner(of: account) { known[$0] != nil }
        ownPosts = owner.isEmpty ? nil : counts[owner] ?? 0
    }

    /// The owner's username.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - isAuthor: whether there are posts of a username, where that is known.
    /// - Returns: the name that the databases know, else the folder's.
    /// - Throws: nothing at present; a contact list that cannot be read leaves it to the folder's name.
    static func owner(
        of account: Account, isAuthor: (String) -> Bool = { _ in false }
    ) throws(WeFlowError) -> String {
        try account.ownUsername { candidate throws(WeFlowError) in isAuthor(candidate) }
    }
}

/// The last census of an account, good as long as `sns.db` has not changed.
public final class MomentsCensusCache: Sendable {
    private let last = Mutex<(generation: UInt32, census: MomentsCensus)?>(nil)

    /// An empty cache.
    public init() {}

    /// The census as of now: counted only where the database changed since the last one.
    ///
    /// - Throws: as ``MomentsCensus/run(on:)``.
    public func census(of account: Account) throws(WeFlowError) -> MomentsCensus {
        try WeFlowError.retrying { () throws(WeFlowError) in
            let table = try MomentsTable(account)
            if let last = last.withLock({ $0 }), last.generation == table.generation { return last.census }
            let census = try MomentsCensus(table, account)
            last.withLock { $0 = (table.generation, census) }
            return census
        }
    }
}
