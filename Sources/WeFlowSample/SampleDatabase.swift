import CSQLite
package import WeFlowPages

/// A database that is made in memory with SQL and leaves it encrypted only, in SQLCipher's form.
///
/// For invented accounts. Pages have room for IV and HMAC at their end from the start, so that sealing changes their
/// content alone. For one thread.
package final class SampleDatabase {
    private let connection: OpaquePointer

    /// A value of a column.
    package enum Value: Sendable, Equatable {
        /// Nothing.
        case null
        /// A number.
        case int(Int64)
        /// A text.
        case text(String)
        /// Bytes.
        case blob([UInt8])
    }

    /// Makes an empty database.
    ///
    /// - Throws: `.system` where SQLite has no memory for it.
    package init() throws(WeFlowError) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(":memory:", &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw WeFlowError(.system, "the sample: \(String(cString: sqlite3_errstr(code)))")
        }
        connection = handle
        try execute("PRAGMA page_size=\(PageCipher.pageSize); PRAGMA temp_store=MEMORY")
        var reserve = Int32(PageCipher.reserve)
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve)
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    /// Runs statements that give no rows.
    ///
    /// - Throws: `.system` with what SQLite says.
    package func execute(_ sql: String) throws(WeFlowError) {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    /// Puts rows into a table, in the order of its columns that are named.
    ///
    /// - Parameters:
    ///   - table: the table, or a virtual one's shadow.
    ///   - columns: names of columns, with commas between them; `rowid` may be one.
    ///   - rows: a value for each of them.
    /// - Throws: `.system` with what SQLite says.
    package func insert(into table: String, _ columns: String, _ rows: [[Value]]) throws(WeFlowError) {
        let places = columns.split(separator: ",").map { _ in "?" }.joined(separator: ",")
        var handle: OpaquePointer?
        let sql = "INSERT INTO [\(table)](\(columns)) VALUES(\(places))"
        guard sqlite3_prepare_v2(connection, sql, -1, &handle, nil) == SQLITE_OK else { throw failure }
        defer { sqlite3_finalize(handle) }
        for row in rows {
            for (index, value) in row.enumerated() { bind(value, at: Int32(index + 1), of: handle) }
            guard sqlite3_step(handle) == SQLITE_DONE, sqlite3_reset(handle) == SQLITE_OK else { throw failure }
        }
    }

    /// The row id of the last row that was put in.
    package var lastRowID: Int64 { sqlite3_last_insert_rowid(connection) }

    /// The database as it lies on disk: every page encrypted and signed, the header saying that there is a log.
    ///
    /// - Parameter cipher: the cipher with the database's salt.
    /// - Returns: the bytes of the file.
    /// - Throws: `.system` where the image cannot be made.
    package func sealed(with cipher: PageCipher) throws(WeFlowError) -> [UInt8] {
        var size: sqlite3_int64 = 0
        guard let image = sqlite3_serialize(connection, "main", &size, 0) else { throw failure }
        defer {
            SecretBytes.wipe(UnsafeMutableRawBufferPointer(start: image, count: Int(size)))
            sqlite3_free(image)
        }
        // File format versions 2 mean that the database is in WAL mode, as WeChat keeps its own.
        image[18] = 2
        image[19] = 2
        let pages = Int(size) / PageCipher.pageSize
        for index in 0..<pages {
            cipher.seal(UnsafeMutableRawPointer(image + index * PageCipher.pageSize), number: UInt32(index + 1))
        }
        return Array(UnsafeBufferPointer(start: image, count: Int(size)))
    }

    private func bind(_ value: Value, at index: Int32, of statement: OpaquePointer?) {
        // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .int(let number): sqlite3_bind_int64(statement, index, number)
        case .text(let text): sqlite3_bind_text(statement, index, text, Int32(clamping: text.utf8.count), transient)
        case .blob(let bytes): sqlite3_bind_blob(statement, index, bytes, Int32(clamping: bytes.count), transient)
        }
    }

    private var failure: WeFlowError {
        WeFlowError(.system, "the sample: SQLite says: \(String(cString: sqlite3_errmsg(connection)))")
    }
}

extension SampleDatabase.Value: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    /// A number.
    package init(integerLiteral value: Int64) { self = .int(value) }
    /// A text.
    package init(stringLiteral value: String) { self = .text(value) }
    /// Nothing.
    package init(nilLiteral: ()) { self = .null }
}
