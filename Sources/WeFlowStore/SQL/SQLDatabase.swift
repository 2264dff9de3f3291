import CSQLite
public import WeFlowPages

/// A database opened through SQLite over the verified pages of a snapshot. For one thread.
///
/// For changes, and for what is to be seen of them. Read only, unless it is opened over the changes of a
/// transaction, which stay in memory. SQLite gets no file for anything temporary, so no plain page reaches the disk.
public final class SQLDatabase {
    /// The database's path below `db_storage`.
    public let name: String
    private let source: PageSource
    private let connection: OpaquePointer

    /// Opens a database as of now.
    ///
    /// - Throws: why it cannot be opened.
    public convenience init(_ database: DatabaseFile) throws(WeFlowError) {
        try self.init(try database.snapshot())
    }

    /// Opens a snapshot.
    ///
    /// - Throws: `.storeFailed` where SQLite refuses it.
    public convenience init(_ snapshot: PageSnapshot) throws(WeFlowError) {
        try self.init(
            snapshot.database, PageSource(snapshot), SQLITE_OPEN_READONLY,
            "PRAGMA query_only=1; PRAGMA trusted_schema=0")
    }

    /// Opens a database to be changed; every statement outside `BEGIN` and `COMMIT` is a transaction of its own.
    ///
    /// - Throws: `.storeFailed` where SQLite refuses it.
    package convenience init(_ changes: PageChanges) throws(WeFlowError) {
        try self.init(
            changes.snapshot.database, PageSource(changes), SQLITE_OPEN_READWRITE,
            "PRAGMA journal_mode=MEMORY; PRAGMA trusted_schema=0")
    }

    private init(
        _ name: String, _ source: PageSource, _ access: Int32, _ settings: String
    ) throws(WeFlowError) {
        self.name = name
        self.source = source
        guard PageVFS.register() == SQLITE_OK else {
            throw WeFlowError(.storeFailed, "\(name): SQLite does not take the page layer")
        }
        var handle: OpaquePointer?
        let flags = access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2("file:pages?snapshot=\(source.address)", &handle, flags, PageVFS.name)
        guard code == SQLITE_OK, let handle else {
            let failure = source.takeFailure()
            sqlite3_close_v2(handle)
            throw failure?.error
                ?? WeFlowError(.storeFailed, "\(name): \(String(cString: sqlite3_errstr(code)))")
        }
        connection = handle
        sqlite3_extended_result_codes(handle, 1)
        // Sorting stays in memory: there is no file for it.
        sqlite3_exec(handle, "PRAGMA temp_store=MEMORY; \(settings)", nil, nil, nil)
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    /// Compiles a statement.
    ///
    /// - Throws: `.storeFailed` where it does not fit the database.
    public func prepare(_ sql: String) throws(WeFlowError) -> SQLStatement {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v2(connection, sql, -1, &handle, nil)
        guard code == SQLITE_OK, let handle else { throw failure(code) }
        return SQLStatement(handle, database: self)
    }

    /// Runs a statement to its end.
    ///
    /// - Throws: what SQLite says of it.
    package func execute(_ sql: String) throws(WeFlowError) {
        let statement = try prepare(sql)
        while try statement.step() {}
    }

    /// Rows that the last statement inserted, updated or deleted, those of its triggers left out.
    package var changedRows: Int { Int(sqlite3_changes(connection)) }

    /// Column names of a table in lower case, in order; empty where there is no such table.
    ///
    /// - Throws: why the schema cannot be read.
    public func columns(of table: String) throws(WeFlowError) -> [String] {
        let statement = try prepare("SELECT lower(name) FROM pragma_table_info(?1)")
        statement.bind(table, at: 1)
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0)) }
        return names
    }

    /// The error behind a result code: the page that could not be read, else what SQLite says.
    ///
    /// SQLite's text names tables and columns, never bound values.
    func failure(_ code: Int32) -> WeFlowError {
        if let page = source.takeFailure() { return page.error }
        if code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB {
            return PageFailure(.damaged, database: name, page: 0).error
        }
        return WeFlowError(.storeFailed, "\(name): SQLite says: \(String(cString: sqlite3_errmsg(connection)))")
    }
}

/// A compiled statement. Rows are pulled one by one; what a column lends, it lends for the time of a call.
public final class SQLStatement {
    private let handle: OpaquePointer
    private let database: SQLDatabase

    init(_ handle: OpaquePointer, database: SQLDatabase) {
        self.handle = handle
        self.database = database
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Binds a number to a parameter, counted from 1.
    public func bind(_ value: Int64, at index: Int32) {
        sqlite3_bind_int64(handle, index, value)
    }

    /// Binds a text to a parameter, counted from 1.
    public func bind(_ text: String, at index: Int32) {
        // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(handle, index, text, Int32(clamping: text.utf8.count), transient)
    }

    /// Goes on to the next row.
    ///
    /// - Returns: false behind the last row.
    /// - Throws: the page that could not be read, or what SQLite says.
    public func step() throws(WeFlowError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw database.failure(code)
        }
    }

    /// Makes the statement ready to run again; bound values stay.
    public func reset() {
        sqlite3_reset(handle)
    }

    /// A column as a number, counted from 0; 0 where it is NULL.
    public func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A column as a text, invalid UTF-8 replaced; empty where it is NULL.
    public func text(_ column: Int32) -> String { withBytes(column) { String(decoding: $0, as: UTF8.self) } }

    /// Lends the bytes of a text or BLOB column, which are SQLite's, for the time of the call.
    public func withBytes<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        guard let start = sqlite3_column_blob(handle, column) else {
            return body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
