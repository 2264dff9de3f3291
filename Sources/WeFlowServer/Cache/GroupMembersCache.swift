import Synchronization
import WeFlowPages
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// Group members that were read already, each list good until a database that it was read from changes.
final class GroupMembersCache: Sendable {
    /// A list as it was read.
    struct Entry: Sendable {
        let members: [GroupMember]
        /// Unix milliseconds at which it was read.
        let updatedAt: Int64
        fileprivate let state: StoreState
    }

    private struct Key: Hashable {
        let chatroomID: String
        let hasCounts: Bool
    }

    private static let most = 256
    private let entries = Mutex<[Key: Entry]>([:])

    /// The members of a group, from the cache where they are as of now.
    ///
    /// - Parameters:
    ///   - request: the group, and whether messages are counted.
    ///   - account: the account.
    ///   - judge: is told what the list lacks, and says whether it may be kept.
    /// - Returns: the list, and whether it was cached.
    /// - Throws: why the members cannot be read.
    func members(
        _ request: GroupMembersRequest, of account: Account, judge: (MessageLosses) throws(WeFlowError) -> Bool
    ) throws(WeFlowError) -> (entry: Entry, isCached: Bool) {
        let key = Key(chatroomID: request.chatroomID, hasCounts: request.includeMessageCounts)
        // Taken before the list is read: what changes meanwhile makes it stale.
        let state = try StoreState(
            of: account, [ContactTables.database, HeadImages.database], hasMessages: key.hasCounts)
        if !request.forceRefresh, let entry = entries.withLock({ $0[key] }), entry.state == state {
            return (entry, true)
        }
        let result = try GroupMembersQuery(request).run(on: account)
        let entry = Entry(members: result.members, updatedAt: Clock.milliseconds, state: state)
        if try judge(result.losses), !result.losses.isPartial {
            entries.withLock { entries in
                if entries.count >= Self.most { entries.removeAll(keepingCapacity: true) }
                entries[key] = entry
            }
        }
        return (entry, false)
    }
}
