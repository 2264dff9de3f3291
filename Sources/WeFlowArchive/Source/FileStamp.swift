import WeFlowStore
import WeFlowSystem

/// A number that changes whenever a file is written to: of its place, length and time.
enum FileStamp {
    /// File systems tell times apart by as little as a nanosecond or as much as two seconds.
    private static let coarsest: Int64 = 3

    /// The number of a file; 0 where it was changed so short a time ago that another change need not show.
    static func of(_ path: String, now: Int64) -> UInt64 {
        guard let status = FileStatus.seen(path) else { return 1 }
        guard Int64(status.modified.seconds) + coarsest < now else { return 0 }
        var sum = MessageIdentity.mix(status.inode ^ MessageIdentity.mix(status.device))
        sum = MessageIdentity.mix(sum ^ UInt64(bitPattern: status.size))
        sum = MessageIdentity.mix(sum ^ UInt64(bitPattern: Int64(status.modified.seconds)))
        return MessageIdentity.mix(sum ^ UInt64(bitPattern: Int64(status.modified.nanoseconds))) | 2
    }

    /// The number of several files; 0 where one has none.
    static func of(_ paths: [String], now: Int64) -> UInt64 {
        var sum: UInt64 = 7
        for path in paths {
            let stamp = of(path, now: now)
            guard stamp != 0 else { return 0 }
            sum = MessageIdentity.mix(sum ^ stamp)
        }
        return sum | 2
    }

    /// The number of databases with their write-ahead logs.
    static func of(databases names: [String], in account: Account, now: Int64) -> UInt64 {
        of(names.flatMap { ["\(account.folder.store)/\($0)", "\(account.folder.store)/\($0)-wal"] }, now: now)
    }

    /// What tells a file from another one that takes its place.
    static func identity(_ path: String) -> UInt64 {
        guard let status = FileStatus.seen(path) else { return 0 }
        return MessageIdentity.mix(status.inode ^ MessageIdentity.mix(status.device))
    }
}
