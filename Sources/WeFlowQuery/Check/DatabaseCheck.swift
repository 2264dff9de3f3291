public import WeFlowPages

/// What a check found out about one database.
public struct DatabaseCheck: Sendable, Equatable {
    /// How a database fares.
    public enum State: Sendable, Equatable {
        /// It opens, and nothing that was read is damaged.
        case whole
        /// It opens, but some pages cannot be read.
        case damaged
        /// It does not open.
        case unreadable(WeFlowError)
        /// The file has no bytes; it is as if absent.
        case empty
    }

    /// Counts of a message shard.
    public struct Messages: Sendable, Equatable {
        /// Chats that have a table in it.
        public var chats: Int
        /// Messages on the pages that could be read.
        public var count: UInt64
        /// Unix seconds of the first message, nil where there is none.
        public var first: Int64?
        /// Unix seconds of the last message, nil where there is none.
        public var last: Int64?
    }

    /// The path below `db_storage`.
    public var name: String
    /// What it is for.
    public var role: DatabaseRole
    /// How it fares.
    public var state: State
    /// Bytes of the file.
    public var fileSize: Int64
    /// Bytes of the log beside it, 0 where there is none.
    public var logSize: Int64
    /// Pages of the committed state, log included; nil where it does not open.
    public var pageCount: UInt32?
    /// Whether it is encrypted; nil where it is not known.
    public var isEncrypted: Bool?
    /// The generation of its tables, `4.0` or `4.1`; nil where they do not tell.
    public var layout: String?
    /// Counts of a message shard, nil for other databases.
    public var messages: Messages?
    /// Damaged pages, by number.
    public var damage: [PageDamage] = []

    /// Pages beside each other that have the same fault.
    public struct PageDamage: Sendable, Equatable {
        /// What is wrong with a page.
        public enum Fault: Sendable, Equatable {
            /// Its HMAC does not fit what is on it.
            case checksum
            /// It is no page of the table it belongs to.
            case structure
            /// It holds nothing but zeros.
            case blank
            /// The file ends before it.
            case truncated
            /// The system does not read it, with its `errno`.
            case unreadable(Int32)
            /// The table that begins there lacks rows that an index of it names, or a page of it does.
            case rowsMissing
            /// The index that begins there lacks rows of its table.
            case rowsUnindexed
        }

        /// The pages.
        public var pages: ClosedRange<UInt32>
        /// What is wrong with them.
        public var fault: Fault
        /// What they belong to; nil where that was not looked for.
        public var owner: Owner?
    }

    /// What a damaged page belongs to.
    public enum Owner: Sendable, Equatable {
        /// The rows of a table; `chat` is the session id of a table of messages, where the shard knows it.
        case table(String, chat: String?)
        /// An index of a table: its rows can be read all the same.
        case index(ofTable: String, chat: String?)
        /// Nothing at present: no row is lost.
        case free
        /// Something that nothing readable refers to.
        case unknown
    }
}

extension DatabaseCheck.PageDamage {
    /// Puts faults of single pages together to runs.
    ///
    /// - Parameter pages: page, fault and owner, by page, no page twice.
    /// - Returns: the runs, by page.
    static func runs(
        _ pages: [(page: UInt32, fault: Fault, owner: DatabaseCheck.Owner?)]
    ) -> [DatabaseCheck.PageDamage] {
        var runs: [DatabaseCheck.PageDamage] = []
        for (page, fault, owner) in pages {
            if let last = runs.last, last.pages.upperBound + 1 == page, last.fault == fault, last.owner == owner {
                runs[runs.count - 1].pages = last.pages.lowerBound...page
            } else {
                runs.append(DatabaseCheck.PageDamage(pages: page...page, fault: fault, owner: owner))
            }
        }
        return runs
    }
}
