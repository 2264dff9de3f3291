import WeFlowModel
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// A file of a message, or one inside a forwarded record, as the API lists it.
public struct FileEntry: Sendable, Equatable {
    /// The chat's id.
    public let sessionID: String
    /// The chat's name.
    public let sessionName: String
    /// The server's id of the message, to be printed unsigned; 0 where the store has none.
    public let serverID: UInt64
    /// Where the message is in its table.
    public let localID: Int64
    /// When the message was sent, in Unix seconds.
    public let createTime: Int64
    /// Who sent the message, "" where that is unknown.
    public let sender: String
    /// The name to show of the sender.
    public let senderName: String
    /// The name that the sender gave it, else the one on the disk.
    public let fileName: String
    /// Its extension in lower case, without a dot.
    public let fileExtension: String
    /// Its size in bytes as the message says it, else as the database does, else 0.
    public let size: Int64
    /// Its MD5 as the message says it, "" where it does not.
    public let md5: String
    /// Whether it is there.
    public let state: FileState
    /// Where it lies, an absolute path; nil where it is absent.
    public let path: String?
    /// Its place in a forwarded record, nil for a message of its own.
    public let recordPath: String?
    let found: FoundFile
}

/// The files that messages have, over all chats, newest first (<doc:FilesAndUnread#Files>).
public struct FilesQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let files: [FileEntry]
        /// Whether more follow the page.
        public let hasMore: Bool
        /// What could not be read.
        public let losses: MessageLosses
        /// Why names are missing, where they are.
        public let notice: WeFlowError?
    }

    /// What is asked for.
    public let request: FilesRequest

    /// Makes a query.
    public init(_ request: FilesRequest) { self.request = request }

    /// Finds the messages that may have files; the files are looked for when they are asked for.
    ///
    /// - Throws: `.unavailable` where no message database can be read.
    public func open(on account: Account) throws -> FilesList {
        try retryingTransient { try FilesList(request, account) }
    }

    /// Reads the page as a whole.
    ///
    /// - Throws: as ``open(on:)``.
    public func run(on account: Account) throws -> Result {
        try retryingTransient {
            let list = try open(on: account)
            var files: [FileEntry] = []
            while let file = try list.next() { files.append(file) }
            return Result(files: files, hasMore: try list.hasMore(), losses: list.losses, notice: list.notice)
        }
    }
}
