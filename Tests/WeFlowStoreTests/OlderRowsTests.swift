import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

/// Rows and columns as SQLite itself reads them: rows that end before a column, columns that are in no row, and all the
/// ways to write a definition.
@Suite("Rows older than their columns")
struct OlderRowsTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    private func cache() throws -> PageCache {
        PageCache(try DatabaseFile(path: scratch.file("a.db"), name: "a.db", keys: KeyRing(.none)).snapshot())
    }

    private func table(_ name: String, in cache: PageCache) throws -> TableSchema {
        var damage: [PageFailure] = []
        return try #require(try Schema.tables([name], in: cache, damage: &damage)[name])
    }

    private static let types = [
        "", "INTEGER", "INT", "BIGINT UNSIGNED", "TEXT", "VARCHAR(20)", "BLOB", "REAL", "DOUBLE PRECISION", "NUMERIC",
        "DECIMAL(10, 5)", "BOOLEAN", "\"INTEGER\"", "DATETIME",
    ]
    private static let defaults = [
        "7", "-7", "+7", "- 7", "(7)", "(-7)", "((7))", "0x1F", "7.5", "-.5", "1e3", "1E-3", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "'7'", "' 7 '", "'7x'", "''", "'it''s, (here)'", "\"word\"",
        "word", "NULL", "TRUE", "false", "x'00ff41'", "X''", "-'5'", "'1e2'", "'早上好'",
    ]

    @Test("a column that was added holds what its DEFAULT says, in every type", arguments: types)
    func readsDefaults(type: String) throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, s TEXT); INSERT INTO t VALUES(1, 'old')")
        for (place, value) in Self.defaults.enumerated() {
            try database.run("ALTER TABLE t ADD COLUMN c\(place) \(type) DEFAULT \(value) /* , */ CHECK (1 < 2)")
        }
        try database.run("INSERT INTO t(id, s) VALUES(2, 'new')")
        let cache = try cache()
        let cursor = TableCursor(cache, of: try table("t", in: cache))
        for id in 1...2 {
            #expect(try cursor.next())
            for (place, value) in Self.defaults.enumerated() {
                let column = "c\(place)"
                let said = try database.rows(
                    """
                    SELECT typeof(\(column)), CAST(\(column) AS INTEGER), hex(CAST(\(column) AS TEXT)), \(column) IS NULL
                    FROM t WHERE id = \(id)
                    """)[0]
                let record = cursor.record
                let index = place + 2
                let kind =
                    switch record.value(index) {
                    case .null: "null"
                    case .integer: "integer"
                    case .real: "real"
                    case .text: "text"
                    case .blob: "blob"
                    }
                // A real without a fraction is stored as an integer; and versions of SQLite differ in what type the words
                // for one and zero have in a column of texts.
                let isStoredReal = kind == "integer" && said[0] == "real"
                let isTruth = ["TRUE", "false"].contains(value)
                #expect(kind == said[0] || isStoredReal || isTruth, "row \(id), \(type) DEFAULT \(value)")
                #expect(record.isNull(index) == (said[3] == "1"), "row \(id), \(type) DEFAULT \(value)")
                if kind != "null" { #expect(String(record.int(index)) == said[1], "\(type) DEFAULT \(value)") }
                if !isTruth, kind == "text" || kind == "blob" {
                    let hex = record.bytes(index).copy.map { byte in
                        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                    }
                    #expect(hex.joined() == said[2], "row \(id), \(type) DEFAULT \(value)")
                }
            }
        }
        #expect(try !cursor.next() && cursor.damage.isEmpty)
    }

    @Test("a column that is computed is in no row and moves none, and is said where it is asked for")
    func passesOverComputedColumns() throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try database.run(
            """
            CREATE TABLE t(id INTEGER PRIMARY KEY, v AS (id * 2), w TEXT GENERATED ALWAYS AS (upper(s)) VIRTUAL, s TEXT,
                k INTEGER AS (id + 1) STORED, n INTEGER);
            INSERT INTO t(id, s, n) VALUES(1, 'a', 5), (2, 'b', 6)
            """)
        let cache = try cache()
        let table = try table("t", in: cache)
        #expect(table.columns == ["id", "s", "k", "n"] && table.rowIDColumn == 0)
        let cursor = TableCursor(cache, of: table)
        var rows: [String] = []
        while try cursor.next() {
            rows.append(try ["s", "k", "n"].map { cursor.record.text(try table.column($0)) }.joined(separator: " "))
        }
        #expect(rows == ["a 2 5", "b 3 6"])
        for name in ["v", "w"] {
            let error = #expect(throws: WeFlowError.self) { try table.column(name) }
            #expect(error?.kind == .unavailable && error?.sentence.contains("column \(name) of table t") == true)
        }
        #expect(try table.column("other") == -1)
    }

    @Test("what has a table's name and is none with rows is said, never taken for nothing")
    func tellsStrangeTables() throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try database.run(
            """
            CREATE TABLE a(id INTEGER PRIMARY KEY, s TEXT) WITHOUT ROWID; CREATE TABLE whole(s TEXT);
            CREATE VIEW b AS SELECT * FROM whole; CREATE TABLE "C"(x, PRIMARY KEY(x)) /* (, */ WITHOUT  ROWID, STRICT;
            """.replacing(", STRICT", with: ""))
        let cache = try cache()
        var damage: [PageFailure] = []
        let tables = try Schema.tables(["a", "b", "c", "whole", "none"], in: cache, damage: &damage)
        for (name, kind) in [("a", "without row ids"), ("b", "a view"), ("c", "without row ids")] {
            let error = #expect(throws: WeFlowError.self) { _ = try tables[name] }
            #expect(error?.kind == .unavailable && error?.sentence.contains(kind) == true)
        }
        #expect(try tables["whole"] != nil)
        #expect(try tables["none"] == nil)
    }

    @Test("a table of more columns than any of the client's is read to its last one")
    func readsManyColumns() throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        let columns = (0..<300).map { "c\($0) INTEGER" }.joined(separator: ", ")
        try database.run("CREATE TABLE t(\(columns)); INSERT INTO t(c0, c70, c299) VALUES(1, 71, 300)")
        let cache = try cache()
        let cursor = TableCursor(cache, of: try table("t", in: cache))
        #expect(try cursor.next())
        #expect([0, 1, 70, 299, 300].map(cursor.record.int) == [1, 0, 71, 300, 0])
    }

    @Test("numbers are made of texts and reals as SQLite makes them")
    func convertsNumbers() throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        let values = [
            "'12abc'", "' 12'", "'-5 '", "'+7'", "'abc'", "''", "'99999999999999999999'", "'-99999999999999999999'",
            "1e300",
            "-1e300", "0.9", "-0.9", "9.2e18", "x'3132'", "'\t3'", "'- 3'", "NULL", "9223372036854775807",
        ]
        try database.run("CREATE TABLE t(v); INSERT INTO t VALUES \(values.map { "(\($0))" }.joined(separator: ", "))")
        let cache = try cache()
        let cursor = TableCursor(cache, of: try table("t", in: cache))
        for (value, said) in zip(values, try database.rows("SELECT CAST(v AS INTEGER) FROM t")) {
            #expect(try cursor.next())
            #expect(String(cursor.record.int(0)) == (said[0] == "NULL" ? "0" : said[0]), "\(value)")
        }
    }

    @Test(
        "the row id is the column that SQLite takes for it",
        arguments: [
            "a INTEGER PRIMARY KEY", "a integer primary key asc", "a INTEGER PRIMARY KEY DESC", "a INT PRIMARY KEY",
            "a INTEGER(4) PRIMARY KEY", "a INTEGER UNSIGNED PRIMARY KEY", "a \"INTEGER\" PRIMARY KEY",
            "a \"x\" INTEGER PRIMARY KEY", "a INTEGER, PRIMARY KEY(a)", "a INTEGER, PRIMARY KEY(a DESC)",
            "a INTEGER, PRIMARY KEY(\"A\" ASC)", "[a] INTEGER CONSTRAINT k PRIMARY KEY AUTOINCREMENT",
            "a INTEGER DEFAULT 'primary' NOT NULL PRIMARY KEY", "a INTEGER, PRIMARY KEY(a, s)",
        ])
    func knowsTheRowID(columns: String) throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        let parts = columns.split(separator: ", PRIMARY", maxSplits: 1)
        let rest = parts.count > 1 ? ", PRIMARY" + parts[1] : ""
        try database.run("CREATE TABLE t(\(parts[0]), s TEXT\(rest))")
        try database.run("INSERT INTO t(rowid, s) VALUES(77, 'x')")
        // An alias has the row's id for its value.
        let isAlias = try database.rows("SELECT a FROM t WHERE s = 'x'") == [["77"]]
        let cache = try cache()
        #expect((try table("t", in: cache).rowIDColumn == 0) == isAlias)
    }

    @Test("an index on an expression, or in the order of a collation, is none that is searched byte by byte")
    func passesOverOtherOrders() throws {
        let database = try PlainDatabase(scratch.file("a.db"), wal: false)
        try database.run(
            """
            CREATE TABLE t(s TEXT COLLATE NOCASE, n INTEGER, b TEXT COLLATE BINARY);
            CREATE INDEX t1 ON t(s); CREATE INDEX t2 ON t(n / 1000); CREATE INDEX t3 ON t(b); CREATE INDEX t4 ON t(-n);
            """)
        for text in ["B", "a", "C", "b", "A"] { try database.run("INSERT INTO t VALUES('\(text)', 1, '\(text)')") }
        let cache = try cache()
        let table = try table("t", in: cache)
        #expect(table.index(on: "s") == nil && table.index(on: "n") == nil && table.index(on: "b") != nil)
        for column in ["s", "b"] {
            for text in ["A", "B", "C", "a", "b"] {
                #expect(try table.holds(text, in: column, of: cache.snapshot))
            }
            #expect(try !table.holds("c", in: column, of: cache.snapshot))
        }
    }
}
