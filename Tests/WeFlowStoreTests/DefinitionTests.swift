import Testing

@testable import WeFlowStore

@Suite("Definitions")
struct DefinitionTests {
    @Test(
        "columns are read in order, constraints are none",
        arguments: [
            ("CREATE TABLE t(a INTEGER, b TEXT DEFAULT 'x,y', c)", ["a", "b", "c"]),
            (
                "create table [Msg_1]([Local Id] INTEGER PRIMARY KEY, \"Q\"\"x\" TEXT, `k` BLOB)",
                ["local id", "q\"x", "k"]
            ),
            ("CREATE TABLE t(a VARCHAR(20), b DECIMAL(10, 2), PRIMARY KEY(a, b))", ["a", "b"]),
            (
                "CREATE TABLE DeleteInfo(chat_name_id INTEGER, n TEXT, CONSTRAINT U UNIQUE(chat_name_id, n), CHECK(n > ','))",
                ["chat_name_id", "n"]
            ),
            ("CREATE TABLE t(a, -- the first, of two\n b /* and, last */)", ["a", "b"]),
            ("CREATE TABLE sqlite_sequence(name,seq)", ["name", "seq"]),
            ("CREATE INDEX i ON [t](b, a DESC)", ["b", "a"]),
            ("CREATE INDEX i ON t(lower(b), a)", ["", "a"]),
        ])
    func readsColumns(sql: String, columns: [String]) throws {
        #expect(try #require(Definition(sql)).names == columns)
    }

    @Test(
        "only INTEGER PRIMARY KEY is the row id",
        arguments: [
            ("CREATE TABLE t(x, local_id INTEGER PRIMARY KEY AUTOINCREMENT)", 1),
            ("CREATE TABLE t(tid INTEGER PRIMARY KEY DESC, c)", -1), ("CREATE TABLE t(a TEXT PRIMARY KEY)", -1),
            ("CREATE TABLE t(a INT PRIMARY KEY)", -1), ("CREATE TABLE t(_rowid_ INTEGER PRIMARY KEY ASC)", 0),
            ("CREATE TABLE t(a, tid INTEGER, PRIMARY KEY(tid DESC))", 1),
            ("CREATE TABLE t(a, \"Tid\" INTEGER NOT NULL, CONSTRAINT k PRIMARY KEY([tid] AUTOINCREMENT))", 1),
            ("CREATE TABLE t(a, tid BIGINT, PRIMARY KEY(tid))", -1),
            ("CREATE TABLE t(a INTEGER, tid INTEGER, PRIMARY KEY(a, tid))", -1),
            ("CREATE TABLE t(a INTEGER, UNIQUE(a))", -1), ("CREATE TABLE t(a INTEGER, CHECK(a > 0))", -1),
        ])
    func findsTheRowID(sql: String, column: Int) throws {
        #expect(try #require(Definition(sql)).rowIDColumn == column)
    }

    @Test("tables without row ids and partial indexes are told")
    func tellsSpecialForms() throws {
        #expect(try #require(Definition("CREATE TABLE t(a PRIMARY KEY, b) WITHOUT ROWID")).isWithoutRowID)
        #expect(try #require(Definition("CREATE INDEX i ON t(a) WHERE a > 0")).hasCondition)
        #expect(try #require(Definition("CREATE INDEX i ON t(a desc, b)")).ordered == 0)
        #expect(try #require(Definition("CREATE INDEX i ON t(a ASC, b DESC)")).ordered == 1)
        #expect(try #require(Definition("CREATE TABLE n(user_name TEXT PRIMARY KEY)")).uniqueColumns == "user_name")
        #expect(try #require(Definition("CREATE TABLE n(a TEXT COLLATE NOCASE UNIQUE)")).uniqueColumns == "")
        #expect(try #require(Definition("CREATE INDEX i ON t(a COLLATE NOCASE)")).ordered == 0)
        #expect(try #require(Definition("CREATE INDEX i ON t(\"desc\", b DESC)")).ordered == 1)
    }

    @Test("what is no definition is none", arguments: ["", "CREATE", "CREATE TABLE t AS SELECT 1", "((((", "'", "["])
    func refusesOthers(sql: String) {
        #expect(Definition(sql) == nil)
    }
}
