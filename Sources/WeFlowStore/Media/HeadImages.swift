public import WeFlowPages

/// Avatars that the client keeps as pictures (<doc:MediaDatabases#Avatars>). For one thread.
public struct HeadImages {
    /// The database's path below `db_storage`.
    public static let database = "head_image/head_image.db"

    private let snapshot: PageSnapshot
    private let lookup: RowLookup?
    private let picture: Int

    /// Opens the database.
    ///
    /// - Throws: why it cannot be opened.
    public init(_ account: Account) throws(WeFlowError) {
        let opened = try account.database(Self.database).snapshot()
        let table = try account.tables(["head_image"], of: opened)["head_image"]
        snapshot = opened
        lookup = table.map { RowLookup($0, of: opened) }
        picture = try table?.column("image_buffer") ?? -1
    }

    /// The picture of a person or group as stored; empty where there is none.
    ///
    /// - Throws: the page that could not be read.
    public func picture(of username: String) throws(WeFlowError) -> [UInt8] {
        var found: [UInt8] = []
        try lookup?.find([("username", .text(username))]) { _, row in
            found = row.bytes(picture).copy
            return false
        }
        return found
    }

    /// A picture without its bytes.
    public struct Entry: Sendable, Equatable {
        /// Whose it is.
        public let username: String
        /// How many bytes it has.
        public let size: Int
        /// Its first bytes, which tell what it is.
        public let head: [UInt8]
        /// Unix seconds of the last change.
        public let updateTime: Int64
    }

    /// All pictures, in the order of the table; rows without one are left out.
    ///
    /// - Returns: the pictures, and the pages that could not be read.
    /// - Throws: where a column that is needed is in no row; `.unavailable` where the database kept moving.
    public func all() throws(WeFlowError) -> (entries: [Entry], damage: [PageFailure]) {
        guard let table = lookup?.table else { return ([], []) }
        let (username, time) = (try table.column("username"), try table.column("update_time"))
        var reader = TableReader(snapshot)
        var entries: [Entry] = []
        try reader.rows(of: table) { _, row in
            let bytes = row.bytes(picture)
            guard bytes.byteCount > 0 else { return }
            let head = bytes.withUnsafeBytes { Array($0.prefix(16)) }
            entries.append(
                Entry(username: row.text(username), size: bytes.byteCount, head: head, updateTime: row.int(time)))
        }
        return (entries, reader.damage)
    }
}
