import CSQLite

/// A database written by SQLite itself, for a reader to be tested against.
public final class PlainDatabase {
    private let handle: OpaquePointer

    /// What SQLite said.
    public struct Failure: Error, CustomStringConvertible {
        /// Its words.
        public let description: String
    }

    /// Opens or makes a database whose log is only copied back when it is asked for.
    public init(_ path: String, wal: Bool = true) throws {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw Failure(description: "open \(path)") }
        self.handle = handle
        sqlite3_busy_timeout(handle, 5000)
        try run("PRAGMA page_size=4096; PRAGMA journal_mode=\(wal ? "wal" : "delete"); PRAGMA wal_autocheckpoint=0")
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs statements.
    public func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw Failure(description: String(cString: sqlite3_errmsg(handle)))
        }
    }

    /// The rows of a query, each value as SQLite writes it as text.
    public func rows(_ sql: String) throws -> [[String]] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Failure(description: String(cString: sqlite3_errmsg(handle)))
        }
        defer { sqlite3_finalize(statement) }
        var rows: [[String]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                })
        }
        return rows
    }
}
