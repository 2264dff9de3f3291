import WeFlowSystem

/// Why a page could not be read.
public struct PageFailure: Error, Sendable, Hashable {
    /// What is the matter with the page.
    public enum Reason: Sendable, Hashable {
        /// Its HMAC does not fit, or its content is no page of a b-tree.
        case damaged
        /// The file ends before it.
        case truncated
        /// The database changed under a snapshot that no lock protects: read again from the start.
        case moved
        /// The system refused the read, with its `errno`.
        case system(Int32)
        /// The page is good, but lacks a row that an index names.
        case rowMissing
        /// The index that begins at the page lacks rows of its table.
        case rowsUnindexed
    }

    /// What is the matter.
    public let reason: Reason
    /// The database's path below `db_storage`.
    public let database: String
    /// The page's number, from 1; 0 where it is not about one page.
    public let page: UInt32

    /// Makes a failure.
    public init(_ reason: Reason, database: String, page: UInt32) {
        self.reason = reason
        self.database = database
        self.page = page
    }

    /// The failure as its user hears it.
    public var error: WeFlowError {
        switch reason {
        case .damaged where page == 0:
            WeFlowError(
                .storeFailed, "\(database): the database is damaged; copy the account again or run weflow check --deep")
        case .damaged:
            WeFlowError(
                .storeFailed,
                "\(database): page \(page) fails its checksum; copy the account again or run weflow check --deep")
        case .truncated:
            WeFlowError(
                .storeFailed, "\(database): the file ends before page \(page); copy the account again")
        case .moved:
            WeFlowError(
                .unavailable, "\(database): the database kept changing while it was read; try again", isTransient: true)
        case .rowMissing:
            WeFlowError(
                .storeFailed,
                "\(database): page \(page) lacks a row that an index names; copy the account again or run weflow check --deep"
            )
        case .rowsUnindexed:
            WeFlowError(
                .storeFailed,
                "\(database): the index at page \(page) lacks rows of its table; copy the account again or run weflow check --deep"
            )
        case .system(let code):
            WeFlowError(.storeFailed, "\(database): page \(page) cannot be read: \(SystemError(code).text)")
        }
    }
}
