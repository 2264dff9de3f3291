import CSQLite
import Synchronization
import WeFlowModel
import WeFlowPages

/// A database as of one commit, for statements of others' making. For one thread.
///
/// It cannot be written to: SQLite is handed the plain pages of a snapshot and no file, opened for reading, and every
/// statement is judged by ``ReadOnlyRules`` before it runs.
final class QueryDatabase {
    /// The database's path below `db_storage`.
    let name: String
    /// Ends what runs, from any thread.
    let interrupt: QueryInterrupt
    private let source: PageSource
    private let rules = ReadOnlyRules()
    private let decoder = ContentDecoder()
    private let connection: OpaquePointer

    /// Opens a database as of now.
    ///
    /// - Throws: why it cannot be opened.
    convenience init(_ database: DatabaseFile, _ interrupt: QueryInterrupt) throws(WeFlowError) {
        try self.init(try database.snapshot(), interrupt)
    }

    private init(_ snapshot: PageSnapshot, _ interrupt: QueryInterrupt) throws(WeFlowError) {
        name = snapshot.database
        self.interrupt = interrupt
        source = PageSource(snapshot)
        guard PageVFS.register() == SQLITE_OK else {
            throw WeFlowError(.storeFailed, "\(name): SQLite does not take the page layer")
        }
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2("file:pages?snapshot=\(source.address)", &handle, flags, PageVFS.name)
        guard code == SQLITE_OK, let handle else {
            let failure = source.takeFailure()
            sqlite3_close_v2(handle)
            throw failure?.error ?? WeFlowError(.storeFailed, "\(name): \(String(cString: sqlite3_errstr(code)))")
        }
        connection = handle
        sqlite3_extended_result_codes(handle, 1)
        // There is no file for what is sorted, and no other database beside this one.
        sqlite3_exec(handle, "PRAGMA temp_store=MEMORY; PRAGMA query_only=1; PRAGMA trusted_schema=0", nil, nil, nil)
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
        QueryFunctions.add(to: handle, decoder)
        sqlite3_set_authorizer(
            handle,
            { user, action, first, second, _, _ in
                guard let user else { return SQLITE_DENY }
                return Unmanaged<ReadOnlyRules>.fromOpaque(user).takeUnretainedValue().judge(
                    action, first.map { String(cString: $0) }, second.map { String(cString: $0) })
            }, Unmanaged.passUnretained(rules).toOpaque())
        interrupt.set(handle)
    }

    deinit {
        interrupt.set(nil)
        sqlite3_close_v2(connection)
    }

    /// Compiles the only statement of a text.
    ///
    /// - Throws: `.usage` where it is none, several, none that reads, or does not fit the database.
    func prepare(_ text: String) throws(WeFlowError) -> QueryStatement {
        rules.begin()
        let (statement, rest) = try compile(text)
        guard let statement else {
            throw WeFlowError(.usage, "the query is empty; give one statement, such as SELECT")
        }
        if !rest.isEmpty {
            rules.begin()
            // What follows may be blanks and remarks; whatever else it is, it is one too many.
            var rest = rest
            repeat {
                let (second, more) = try compile(rest)
                guard second == nil else {
                    throw WeFlowError(.usage, "the query holds several statements; give one of them")
                }
                guard more.utf8.count < rest.utf8.count else { break }
                rest = more
            } while !rest.isEmpty
        }
        guard sqlite3_bind_parameter_count(statement.handle) == 0 else {
            throw WeFlowError(.usage, "the query has a parameter (? or :name), which nothing fills; write the value")
        }
        return statement
    }

    /// Compiles the first statement of a text.
    ///
    /// - Returns: the statement, nil where there are only blanks and remarks, and what follows it.
    private func compile(_ text: String) throws(WeFlowError) -> (QueryStatement?, rest: String) {
        var handle: OpaquePointer?
        var rest = ""
        let code = text.withCString { start in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(connection, start, -1, &handle, &tail)
            if let tail { rest = String(cString: tail) }
            return code
        }
        if code != SQLITE_OK {
            sqlite3_finalize(handle)
            if let refusal = rules.refusal { throw Self.refused(refusal) }
            throw failure(code, ofQuery: true)
        }
        guard let handle else { return (nil, rest) }
        let statement = QueryStatement(
            handle, self, text: String(decoding: text.utf8.dropLast(rest.utf8.count), as: UTF8.self))
        guard sqlite3_stmt_readonly(handle) != 0 || rules.hasPragma else { throw Self.refused("such a statement") }
        return (statement, rest)
    }

    private static func refused(_ what: String) -> WeFlowError {
        WeFlowError(
            .usage, "\(what) is refused: weflow sql reads only; give a SELECT, an EXPLAIN or a PRAGMA that reads")
    }

    /// The error behind a result code: the page that could not be read, what was refused, else what SQLite says.
    fileprivate func failure(_ code: Int32, ofQuery: Bool = false) -> WeFlowError {
        if let page = source.takeFailure() { return page.error }
        if let refusal = rules.refusal, code & 0xFF == SQLITE_AUTH || code & 0xFF == SQLITE_ERROR {
            return Self.refused(refusal)
        }
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB: return PageFailure(.damaged, database: name, page: 0).error
        case SQLITE_INTERRUPT: return WeFlowError(.system, "the query was interrupted")
        case SQLITE_NOMEM: return WeFlowError(.system, "\(name): the query needs more memory than there is")
        case SQLITE_READONLY, SQLITE_AUTH: return Self.refused("such a statement")
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PROTOCOL:
            return WeFlowError(.storeFailed, "\(name): SQLite says: \(words)")
        default: return WeFlowError(.usage, "\(name): SQLite says: \(words)")
        }
    }

    private var words: String { String(cString: sqlite3_errmsg(connection)) }
}

/// Ends a query from another thread than the one that runs it.
public final class QueryInterrupt: Sendable {
    private struct State {
        /// The address of the connection; 0 where none is open. SQLite lets any thread interrupt one that is.
        var connection: UInt = 0
        var isInterrupted = false
    }

    private let state = Mutex(State())

    /// Nothing runs yet.
    public init() {}

    /// Ends the query, now or as soon as it begins.
    public func callAsFunction() {
        state.withLock { state in
            state.isInterrupted = true
            if let connection = OpaquePointer(bitPattern: state.connection) { sqlite3_interrupt(connection) }
        }
    }

    /// Whether the query was to end.
    public var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    fileprivate func set(_ connection: OpaquePointer?) {
        let address = UInt(bitPattern: connection)
        state.withLock { $0.connection = address }
    }
}

/// A compiled statement; its rows are pulled one by one.
final class QueryStatement {
    fileprivate let handle: OpaquePointer
    private let database: QueryDatabase
    /// The statement itself, without what follows it.
    let text: String
    /// The names of its columns, each once: of several that are called the same all but the first get a number.
    let columns: [String]

    fileprivate init(_ handle: OpaquePointer, _ database: QueryDatabase, text: String) {
        (self.handle, self.database, self.text) = (handle, database, text)
        var taken: Set<String> = []
        columns = (0..<sqlite3_column_count(handle)).map { column in
            let name = sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
            var unique = name
            var number = 2
            while !taken.insert(unique).inserted {
                unique = "\(name)_\(number)"
                number += 1
            }
            return unique
        }
    }

    deinit { sqlite3_finalize(handle) }

    /// What a cell holds.
    enum Kind {
        case null, integer, real, text, blob
    }

    /// Goes on to the next row.
    ///
    /// - Returns: false behind the last row.
    /// - Throws: the page that could not be read, or what SQLite says.
    func step() throws(WeFlowError) -> Bool {
        if database.interrupt.isInterrupted { throw database.failure(SQLITE_INTERRUPT) }
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw database.failure(code)
        }
    }

    /// What a cell of the row holds, by its column from 0.
    func kind(_ column: Int) -> Kind {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    /// A cell as a whole number.
    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    /// A cell as a number.
    func real(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

    /// Lends the bytes of a text or a blob for the time of the call.
    func withBytes<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        let start = sqlite3_column_blob(handle, Int32(column))
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// How many rows the statement gives, by a statement that counts them, or by counting.
    ///
    /// - Throws: as ``step()``.
    func count() throws(WeFlowError) -> Int {
        var inner = text[...]
        while let last = inner.last, last == ";" || last.isWhitespace { inner.removeLast() }
        if let counting = countingStatement(of: inner), try counting.step() { return Int(counting.integer(0)) }
        let again = try database.prepare(text)
        var count = 0
        while try again.step() { count += 1 }
        return count
    }

    /// A statement that counts the rows of another; nil where that is none that can stand within one.
    private func countingStatement(of inner: Substring) -> QueryStatement? {
        do throws(WeFlowError) {
            return try database.prepare("SELECT count(*) FROM (\n\(inner)\n)")
        } catch {
            return nil
        }
    }
}
