internal import CSQLite
internal import WeFlowCrypto
internal import WeFlowModel
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSystem

/// Writes the archive as one database for programs: `archive.sqlite` with the tables `chats` and `messages`
/// (<doc:RenderedArchive#The-database>).
struct ArchiveDatabase {
    static let fileName = "archive.sqlite"
    /// Stands for the tables: where they change, the database is written anew.
    private static let form = "1"
    private static let tables = """
        CREATE TABLE chats (id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, folder TEXT NOT NULL,
          messages INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE messages (id INTEGER PRIMARY KEY, chatId TEXT NOT NULL REFERENCES chats(id), localId INTEGER,
          serverId TEXT, localType INTEGER, type TEXT, createTime INTEGER, sortSeq INTEGER, isSend INTEGER,
          senderUsername TEXT, senderName TEXT, content TEXT, rawContent TEXT, parsedContent TEXT, detail TEXT,
          replyToMessageId TEXT, quote TEXT, mediaPath TEXT, mediaSha256 TEXT, mediaBytes INTEGER, mediaType TEXT,
          mediaError TEXT, gone INTEGER, recalled INTEGER, edited TEXT);
        """
    private static let indexes = """
        CREATE INDEX messages_chat ON messages(chatId, createTime);
        CREATE INDEX messages_server ON messages(serverId);
        """

    private let source: ArchiveSource

    init(_ source: ArchiveSource) { self.source = source }

    /// Writes the database where anything of the archive has changed.
    ///
    /// - Throws: `.damaged` where a month is not what the manifest says, `.system` where it cannot be written; the older
    ///   database then stays.
    func write(to folder: RenderFolder, _ progress: (Rendering.Progress) -> Void) throws {
        let digest = HexDigits.digest(
            [Self.form]
                + source.chats.flatMap { chat in
                    [chat.id, chat.name, chat.type, chat.folder] + chat.months.map(\.file.sha256)
                })
        guard !folder.holds(Self.fileName, madeFrom: digest) else { return folder.noteUnchanged() }
        let path = "\(folder.path)/\(Self.fileName)"
        let temporary = Paths.temporary(beside: path, mark: RenderedFile.mark)
        defer { Paths.discard(temporary) }
        do throws(SystemError) {
            // SQLite would make it readable for others.
            _ = try File(temporary, for: .making, mode: 0o600)
        } catch {
            throw WeFlowError(.system, "\(path) cannot be written: \(error.text)")
        }
        try fill(temporary, named: path, progress)
        do throws(SystemError) {
            let size = try FileStatus(of: temporary).size
            try Paths.rename(temporary, to: path)
            folder.note(Self.fileName, madeFrom: digest, size: size)
        } catch {
            throw WeFlowError(.system, "\(path) cannot be written: \(error.text)")
        }
    }

    private func fill(_ file: String, named path: String, _ progress: (Rendering.Progress) -> Void) throws {
        let database = try PlainFile(file, name: path)
        try database.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; BEGIN;")
        try database.execute(Self.tables)
        let total = source.chats.reduce(0) { $0 &+ $1.messages }
        var done: Int64 = 0
        let chats = try database.prepare("INSERT INTO chats VALUES (?,?,?,?,?,?,?)")
        let messages = try database.prepare(
            "INSERT INTO messages VALUES (NULL" + String(repeating: ",?", count: 24) + ")")
        for chat in source.chats {
            progress(Rendering.Progress(done: done, total: total, chat: chat.name))
            try chats.insert([
                .text(chat.id), .text(chat.name), .text(chat.type), .text(chat.folder), .number(chat.messages),
                .number(chat.first), .number(chat.last),
            ])
            for month in chat.months {
                try ArchiveLines(month.file, in: source).read { line in try messages.insert(Self.row(line, of: chat)) }
            }
            done &+= chat.messages
        }
        try database.execute("\(Self.indexes) COMMIT;")
    }

    private static func row(_ line: JSONValue, of chat: ArchiveSource.Chat) -> [PlainFile.Value] {
        let type = MessageKind(MessageType(localType: line["localType"]?.wholeNumber ?? 0)).name.rawValue
        let media = line["media"]
        return [
            .text(chat.id), .init(line["localId"]), .init(line["serverId"]), .init(line["localType"]), .text(type),
            .init(line["createTime"]), .init(line["sortSeq"]), .init(line["isSend"]), .init(line["senderUsername"]),
            .init(line["senderName"]), .init(line["content"]), .init(line["rawContent"]), .init(line["parsedContent"]),
            .init(line["detail"]), .init(line["replyToMessageId"]), .init(line["quote"]), .init(media?["path"]),
            .init(media?["sha256"]), .init(media?["bytes"]), .init(media?["type"]), .init(line["mediaError"]),
            .init(line["gone"]), .init(line["recalled"]), .init(line["edited"]),
        ]
    }
}

/// A plain SQLite file that is being filled. For one thread.
final class PlainFile {
    /// A value of a column.
    enum Value {
        case null
        case number(Int64)
        case real(Double)
        case text(String)

        /// A member of a line: lists and objects stand as JSON.
        init(_ value: JSONValue?) {
            switch value {
            case nil, .null?: self = .null
            case .bool(let flag)?: self = .number(flag ? 1 : 0)
            case .string(let text)?: self = .text(text)
            case .number(let text)?: self = Int64(text).map(Value.number) ?? Double(text).map(Value.real) ?? .text(text)
            case .some(let nested): self = .text(String(decoding: nested.json, as: UTF8.self))
            }
        }
    }

    private let connection: OpaquePointer
    private let name: String

    /// Opens a file that is there.
    ///
    /// - Throws: `.system` where SQLite cannot.
    init(_ path: String, name: String) throws(WeFlowError) {
        self.name = name
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw WeFlowError(.system, "\(name) cannot be written: \(String(cString: sqlite3_errstr(code)))")
        }
        connection = handle
    }

    deinit { sqlite3_close_v2(connection) }

    /// Runs statements that give no rows.
    ///
    /// - Throws: `.system` with what SQLite says.
    func execute(_ sql: String) throws(WeFlowError) {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    /// Prepares a statement that puts a row into a table.
    ///
    /// - Throws: `.system` with what SQLite says.
    func prepare(_ sql: String) throws(WeFlowError) -> Insertion {
        var handle: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &handle, nil) == SQLITE_OK, let handle else { throw failure }
        return Insertion(handle, of: self)
    }

    fileprivate var failure: WeFlowError {
        WeFlowError(.system, "\(name) cannot be written: \(String(cString: sqlite3_errmsg(connection)))")
    }

    /// A statement that puts rows into a table.
    final class Insertion {
        private let statement: OpaquePointer
        private let file: PlainFile

        fileprivate init(_ statement: OpaquePointer, of file: PlainFile) {
            (self.statement, self.file) = (statement, file)
        }

        deinit { sqlite3_finalize(statement) }

        /// Puts in a row.
        ///
        /// - Throws: `.system` with what SQLite says.
        func insert(_ row: [Value]) throws(WeFlowError) {
            for (index, value) in row.enumerated() { bind(value, Int32(index + 1)) }
            guard sqlite3_step(statement) == SQLITE_DONE, sqlite3_reset(statement) == SQLITE_OK else {
                throw file.failure
            }
        }

        private func bind(_ value: Value, _ place: Int32) {
            switch value {
            case .null: sqlite3_bind_null(statement, place)
            case .number(let number): sqlite3_bind_int64(statement, place, number)
            case .real(let number): sqlite3_bind_double(statement, place, number)
            case .text(var text):
                text.withUTF8 { bytes in
                    // A copy: the text is gone when the row is put in.
                    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                    let base = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
                    _ = sqlite3_bind_text(statement, place, base, Int32(clamping: bytes.count), transient)
                }
            }
        }
    }
}
