public import WeFlowPages

/// A post by its place: what is needed to order posts, and to find the row when its turn comes.
package struct MomentEntry: Sendable, Equatable {
    /// The post's id as it is stored.
    package let tid: Int64
    /// Its row in the table; rows lie in the order in which the client saw them, not in that of the ids.
    package let rowID: Int64
}

/// The posts in `sns.db`, as of one snapshot (<doc:MomentsDatabase>).
public struct MomentsTable: Sendable {
    /// The database's path below `db_storage`.
    public static let database = "sns/sns.db"

    /// What is read.
    package let snapshot: PageSnapshot
    fileprivate let schema: TableSchema
    fileprivate let tid: Int
    fileprivate let userName: Int
    fileprivate let content: Int

    /// Opens the table.
    ///
    /// - Throws: `.unavailable` where the account has no moments, or the database cannot be read.
    public init(_ account: Account) throws(WeFlowError) {
        snapshot = try Self.file(of: account).snapshot()
        guard let schema = try account.tables(["snstimeline"], of: snapshot)["snstimeline"],
            try schema.column("tid") >= 0, try schema.column("content") >= 0
        else { throw Self.noTable }
        self.schema = schema
        tid = try schema.column("tid")
        userName = try schema.column("user_name")
        content = try schema.column("content")
    }

    /// The database of the moments.
    ///
    /// - Throws: `.unavailable` where the account has none.
    static func file(of account: Account) throws(WeFlowError) -> DatabaseFile {
        guard account.hasDatabase(database) else {
            throw WeFlowError(
                .unavailable,
                "\(database) is missing, so this account has no moments; look at them once in WeChat, "
                    + "or copy the account again")
        }
        return account.database(database)
    }

    /// A database without the table of the posts.
    static let noTable = WeFlowError(
        .unavailable, "\(database) has no table SnsTimeLine; look at the moments once in WeChat")

    /// Grows whenever the posts may have changed.
    public var generation: UInt32 { snapshot.generation }

    /// All posts, newest first: by unsigned id.
    ///
    /// They come out of the index on `tid`, a few bytes each. Where there is none, or a page of it is damaged, the rows
    /// are walked instead.
    ///
    /// - Parameter damage: takes the pages that could not be read and held rows.
    /// - Returns: an entry for every post that can be reached.
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func entries(_ damage: inout [PageFailure]) throws(PageFailure) -> [MomentEntry] {
        var entries = try indexed()
        if entries == nil { entries = try walked(&damage) }
        return (entries ?? []).sorted { UInt64(bitPattern: $0.tid) > UInt64(bitPattern: $1.tid) }
    }

    /// The entries of the index; nil where there is none or it is not whole.
    private func indexed() throws(PageFailure) -> [MomentEntry]? {
        guard tid != schema.rowIDColumn, let index = schema.index(on: "tid") else { return nil }
        let cursor = IndexCursor(PageCache(snapshot, pages: 16), root: index.root, direction: .forward)
        var entries: [MomentEntry] = []
        while try cursor.next() {
            // The row id stands behind the indexed columns.
            entries.append(MomentEntry(tid: cursor.record.int(0), rowID: cursor.record.int(index.columns.count)))
        }
        return cursor.damage.isEmpty ? entries : nil
    }

    private func walked(_ damage: inout [PageFailure]) throws(PageFailure) -> [MomentEntry] {
        let cursor = TableCursor(PageCache(snapshot, pages: 16), of: schema)
        var entries: [MomentEntry] = []
        while try cursor.next() {
            let id = tid == schema.rowIDColumn ? cursor.rowID : cursor.record.int(tid)
            entries.append(MomentEntry(tid: id, rowID: cursor.rowID))
        }
        damage += cursor.damage
        return entries
    }

    /// How many posts there are, and of whom.
    ///
    /// - Parameter damage: takes the pages that could not be read.
    /// - Returns: posts by author, without the blanks around a name; those without an author under "".
    /// - Throws: `.moved` where the database changed and must be read from the start.
    package func counts(_ damage: inout [PageFailure]) throws(PageFailure) -> [String: Int] {
        let cursor = TableCursor(PageCache(snapshot, pages: 16), of: schema)
        var counts: [String: Int] = [:]
        while try cursor.next() { counts[trimmed(cursor.record.text(userName)), default: 0] += 1 }
        damage += cursor.damage
        return counts
    }
}

/// Reads single rows of the moments. For one thread.
package final class MomentsReader {
    private let table: MomentsTable
    private let cursor: TableCursor

    /// Makes a reader with a cache of its own.
    package init(_ table: MomentsTable) {
        self.table = table
        cursor = TableCursor(PageCache(table.snapshot, pages: 32), of: table.schema)
    }

    /// Says which rows will be asked for next, in this order.
    package func plan(_ entries: [MomentEntry]) { cursor.plan(entries.lazy.map(\.rowID)) }

    /// Lends the row of an entry: its author without the blanks around the name, and its content.
    ///
    /// - Throws: the page that could not be read, or lacks the row.
    package func withRow<Value>(
        _ entry: MomentEntry, _ body: (_ userName: String, _ content: UnsafeRawBufferPointer) -> Value
    ) throws(PageFailure) -> Value {
        try cursor.load(entry.rowID)
        let record = cursor.record
        let author = trimmed(record.text(table.userName))
        return record.bytes(table.content).withUnsafeBytes { body(author, $0) }
    }
}

/// A name without the blanks around it.
private func trimmed(_ name: String) -> String {
    let bytes = name.utf8
    guard let first = bytes.first, let last = bytes.last, first <= 0x20 || last <= 0x20 else { return name }
    let start = bytes.drop { $0 <= 0x20 }
    return String(Substring(start.prefix(start.count - start.reversed().prefix { $0 <= 0x20 }.count)))
}
