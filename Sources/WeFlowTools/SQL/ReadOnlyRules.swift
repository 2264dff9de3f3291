import CSQLite

/// What a statement of others' making may do: read, and nothing else (<doc:ReadOnlySQL#What-is-refused>).
///
/// SQLite asks while it compiles, of every table, function and pragma, also of those in views and triggers of the database
/// itself. What is not known to read is refused, so that a statement which a later SQLite adds is, too.
final class ReadOnlyRules {
    /// What was refused first since it was last asked for, in a word or two.
    private var refused: String?
    /// Whether a pragma was let through, which SQLite may count as a statement that writes although it does not.
    private(set) var hasPragma = false

    /// Forgets the statement before.
    func begin() { (refused, hasPragma) = (nil, false) }

    /// What the statement may not do; nil where nothing was refused.
    var refusal: String? { refused }

    /// Judges one action, as the authorizer of a connection.
    func judge(_ action: Int32, _ first: String?, _ second: String?) -> Int32 {
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_FUNCTION:
            guard let name = second?.lowercased(), Self.functions.contains(name) else { return SQLITE_OK }
            return refuse("the function \(name)")
        case SQLITE_PRAGMA:
            let name = first?.lowercased() ?? ""
            guard Self.readingPragmas.contains(name) || second == nil && Self.barePragmas.contains(name) else {
                return refuse("PRAGMA \(name)")
            }
            hasPragma = true
            return SQLITE_OK
        case SQLITE_UPDATE where first == "sqlite_master":
            // SQLite asks this of itself where a virtual table declares its columns; of others it takes no change of the
            // schema, since no pragma lets them.
            return SQLITE_OK
        case SQLITE_INSERT where Self.schemas.contains(first ?? ""),
            SQLITE_DELETE where Self.schemas.contains(first ?? ""):
            return refuse("a change of the schema")
        default: return refuse(Self.names[action] ?? "such a statement")
        }
    }

    private func refuse(_ what: String) -> Int32 {
        refused = refused ?? what
        return SQLITE_DENY
    }

    private static let schemas: Set<String> = ["sqlite_master", "sqlite_temp_master"]
    /// Functions that reach beyond the database.
    private static let functions: Set<String> = ["load_extension", "fts3_tokenizer"]
    /// Pragmas that read, with an argument too.
    private static let readingPragmas: Set<String> = [
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
        "foreign_key_check", "integrity_check", "quick_check",
    ]
    /// Pragmas that tell something where they get no argument; with one they set it.
    private static let barePragmas: Set<String> = [
        "application_id", "auto_vacuum", "cache_size", "collation_list", "compile_options", "data_version",
        "database_list", "encoding", "freelist_count", "function_list", "journal_mode", "max_page_count", "module_list",
        "page_count", "page_size", "pragma_list", "query_only", "schema_version", "user_version",
    ]

    private static let names: [Int32: String] = [
        SQLITE_INSERT: "INSERT", SQLITE_UPDATE: "UPDATE", SQLITE_DELETE: "DELETE", SQLITE_ATTACH: "ATTACH",
        SQLITE_DETACH: "DETACH", SQLITE_ALTER_TABLE: "ALTER TABLE", SQLITE_REINDEX: "REINDEX",
        SQLITE_ANALYZE: "ANALYZE", SQLITE_TRANSACTION: "a transaction", SQLITE_SAVEPOINT: "a savepoint",
        SQLITE_CREATE_TABLE: "CREATE TABLE", SQLITE_CREATE_INDEX: "CREATE INDEX", SQLITE_CREATE_VIEW: "CREATE VIEW",
        SQLITE_CREATE_TRIGGER: "CREATE TRIGGER", SQLITE_CREATE_VTABLE: "CREATE VIRTUAL TABLE",
        SQLITE_CREATE_TEMP_TABLE: "CREATE TEMP TABLE", SQLITE_CREATE_TEMP_INDEX: "CREATE INDEX",
        SQLITE_CREATE_TEMP_VIEW: "CREATE TEMP VIEW", SQLITE_CREATE_TEMP_TRIGGER: "CREATE TEMP TRIGGER",
        SQLITE_DROP_TABLE: "DROP TABLE", SQLITE_DROP_INDEX: "DROP INDEX", SQLITE_DROP_VIEW: "DROP VIEW",
        SQLITE_DROP_TRIGGER: "DROP TRIGGER", SQLITE_DROP_VTABLE: "DROP TABLE", SQLITE_DROP_TEMP_TABLE: "DROP TABLE",
        SQLITE_DROP_TEMP_INDEX: "DROP INDEX", SQLITE_DROP_TEMP_VIEW: "DROP VIEW",
        SQLITE_DROP_TEMP_TRIGGER: "DROP TRIGGER",
    ]
}
