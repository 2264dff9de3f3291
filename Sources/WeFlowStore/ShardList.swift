import WeFlowSystem

/// The message shards of an account as they were found, and what tells that others came or went
/// (<doc:Databases#The-files>).
public struct ShardList: Sendable {
    /// The shards, in order.
    public let shards: [Shard]
    /// Databases without content, which count as absent, by their paths.
    private let empty: [String]
    private let folder: String
    private let listed: FolderChange?

    /// Lists the shards.
    public init(of account: Account) {
        folder = account.folder.store + "/message"
        // Before the folder is listed: what comes meanwhile makes the list outdated.
        listed = FolderChange.settled(folder)
        var shards: [Shard] = []
        var empty: [String] = []
        for name in AccountFolder.names(in: folder) {
            guard let (family, number) = Shard.parse(name) else { continue }
            // A link to a place that is away is there: that its shard cannot be opened has to be said.
            if fileSize("\(folder)/\(name)") != 0 {
                shards.append(Shard(family: family, number: number, database: account.database("message/\(name)")))
            } else {
                empty.append("\(folder)/\(name)")
            }
        }
        self.empty = empty
        self.shards = shards.sorted()
    }

    /// Whether a list made now would have the same shards, as far as a look at the folder itself can tell.
    public var isCurrent: Bool {
        guard let listed, FolderChange(folder) == listed else { return false }
        return empty.allSatisfy { fileSize($0) == 0 }
    }
}

/// When names in a folder came or went last.
private struct FolderChange: Equatable {
    /// File systems tell times apart by as little as a nanosecond or as much as two seconds.
    private static let coarsest = 3

    let inode: UInt64
    let device: UInt64
    let modified: FileTime

    /// Nil where there is no such folder.
    init?(_ path: String) {
        guard let status = FileStatus.seen(path) else { return nil }
        (inode, device, modified) = (status.inode, status.device, status.modified)
    }

    /// The last change where it is so long ago that a further one will have another time; else nil.
    static func settled(_ path: String) -> FolderChange? {
        guard let change = FolderChange(path) else { return nil }
        return change.modified.seconds + coarsest < Int(Clock.seconds) ? change : nil
    }
}
