import Foundation
import TestSupport
import Testing

/// `weflow sql` as it is: what it refuses, how it ends, and that it sees what the client has committed.
struct SQLTests {
    static let writing = [
        "INSERT INTO contact(username) VALUES('x')", "REPLACE INTO contact(username) VALUES('x')",
        "UPDATE contact SET remark = 'x'", "DELETE FROM contact", "WITH a AS (SELECT 1) DELETE FROM contact",
        "INSERT INTO contact(username) SELECT 'x' RETURNING username", "CREATE TABLE t(a)", "CREATE TEMP TABLE t(a)",
        "CREATE TABLE t AS SELECT * FROM contact", "CREATE INDEX i ON contact(remark)", "CREATE VIEW v AS SELECT 1",
        "CREATE TEMP VIEW v AS SELECT 1", "CREATE TRIGGER g AFTER INSERT ON contact BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE f USING fts5(a)", "DROP TABLE contact", "DROP INDEX IF EXISTS i",
        "ALTER TABLE contact ADD COLUMN x", "ALTER TABLE contact RENAME TO c", "REINDEX", "ANALYZE", "VACUUM",
        "VACUUM INTO 'copy.db'", "ATTACH 'other.db' AS o", "ATTACH ':memory:' AS o", "DETACH main", "BEGIN",
        "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT s", "PRAGMA user_version = 7",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = 1", "PRAGMA query_only = 0", "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA incremental_vacuum", "PRAGMA optimize", "PRAGMA temp_store = FILE", "PRAGMA auto_vacuum(1)",
        "PRAGMA key = 'x'", "SELECT load_extension('x.so')", "SELECT fts3_tokenizer('simple', x'00')",
        "UPDATE sqlite_master SET sql = ''", "DELETE FROM sqlite_schema", "EXPLAIN DELETE FROM contact",
        "SELECT 1; DELETE FROM contact", "SELECT 1; SELECT 2", "SELECT writefile('x', 'y')", "SELECT edit('x')",
        "SELECT readfile('/etc/passwd')", ".shell ls", "", "-- nothing", "SELECT ?1", "SELECT FROM",
    ]

    @Test(arguments: ["none", "raw-wal"]) func whatDoesNotReadIsRefusedAndChangesNothing(name: String) throws {
        let account = try FixtureAccount(name)
        var program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        program.environment["WEFLOW_ACCOUNT"] = copy
        func bytes() throws -> [String: Data] {
            try Dictionary(
                uniqueKeysWithValues: FileManager.default.subpathsOfDirectory(atPath: copy).map { path in
                    (path, FileManager.default.contents(atPath: "\(copy)/\(path)") ?? Data())
                })
        }
        let before = try bytes()
        for query in Self.writing {
            let outcome = try program.run(["sql", "--database", "contact", "--", query])
            #expect(outcome.status == 64, "\(query): \(outcome.errors)")
            #expect(outcome.output.isEmpty && outcome.errors.hasPrefix("weflow: error: "), "\(query)")
        }
        #expect(try bytes() == before)
        #expect(try program.scratch.names.allSatisfy { !$0.hasSuffix(".db") })
    }

    @Test(arguments: [
        "PRAGMA table_info(contact)", "PRAGMA page_count", "PRAGMA integrity_check", "EXPLAIN SELECT * FROM contact",
        "EXPLAIN QUERY PLAN SELECT 1", "SELECT * FROM pragma_table_list", "VALUES (1), (2);",
        "SELECT 1; -- that is all",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n",
        "SELECT value FROM json_each('[1,2]')", "SELECT * FROM sqlite_schema",
    ])
    func whatReadsIsAnswered(query: String) throws {
        let outcome = try Program(FixtureAccount("none")).run(["sql", "--database", "contact", "--", query])
        let answer = try outcome.json()
        #expect(outcome.status == 0 && answer["success"] == .bool(true))
        #expect(answer["count"]?.int == answer["rows"]?.items.count)
        for row in answer["rows"]?.items ?? [] {
            #expect(Set(row.members.keys) == Set(answer["columns"]?.items.compactMap(\.text) ?? []))
        }
    }

    @Test func everyValueIsPrintedInEveryForm() throws {
        let program = try Program(FixtureAccount("none"))
        let query = """
            SELECT 9223372036854775807 AS i, 0.5 AS r, '=1+1' AS t, x'00Ff' AS b, NULL AS n, 'a' AS t \
            UNION ALL SELECT -1, 1e999, 'two' || char(10) || 'lines', x'', NULL, 'é'
            """
        func text(_ options: String...) throws -> String {
            try program.run(["sql", query, "--database", "message/message_0.db"] + options).text
        }
        #expect(
            try text() == """
                {"success":true,"count":2,"columns":["i","r","t","b","n","t_2"],"rows":[\
                {"i":9223372036854775807,"r":0.5,"t":"=1+1","b":"00ff","n":null,"t_2":"a"},\
                {"i":-1,"r":null,"t":"two\\nlines","b":"","n":null,"t_2":"é"}]}

                """)
        #expect(
            try text("--format", "jsonl") == """
                {"i":9223372036854775807,"r":0.5,"t":"=1+1","b":"00ff","n":null,"t_2":"a"}
                {"i":-1,"r":null,"t":"two\\nlines","b":"","n":null,"t_2":"é"}

                """)
        #expect(
            try text("--format", "csv") == "i,r,t,b,n,t_2\r\n9223372036854775807,0.5,'=1+1,00ff,,a\r\n"
                + "-1,,\"two\nlines\",,,é\r\n")
        #expect(
            try text("--format", "csv", "--bom", "--raw").hasPrefix(
                "\u{FEFF}i,r,t,b,n,t_2\r\n9223372036854775807,0.5,=1+1,"))
        #expect(try text("--format", "table").split(separator: "\n").count == 3)
        let pretty = try program.run(["sql", query, "--database", "message_0", "--pretty"])
        #expect(try pretty.json() == JSON(parsing: text().utf8))
        #expect(pretty.text.contains("\n  \"rows\": [\n    {\n      \"i\": 9223372036854775807,"))
    }

    @Test func functionsGiveTextsAndNamesOfTables() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let talker = try #require(account.truth()["messages"]?.members.keys.first { $0.hasPrefix("wxid_") })
        let named = try program.run([
            "sql", "--database", "message_0", "--format", "csv",
            "SELECT name FROM sqlite_master WHERE name = 'Msg_' || md5hex('\(talker)')",
        ])
        let table = named.text.split(separator: "\r\n").dropFirst().first ?? "none"
        #expect(table.hasPrefix("Msg_"))
        let compressed = try program.run([
            "sql", "--database", "message_0",
            "SELECT typeof(zstd(message_content)) AS t, hex(substr(message_content, 1, 4)) AS h FROM \(table)",
        ]).json()
        for row in compressed["rows"]?.items ?? [] where row["h"]?.text == "28B52FFD" {
            #expect(row["t"] == .string("text"))
        }
        let values = try program.run([
            "sql", "--database", "contact",
            "SELECT zstd(NULL) AS a, zstd('text') AS b, zstd(x'28B52FFD00') AS c, md5hex(NULL) AS d, md5hex(12) AS e",
        ]).json()["rows"]?.items.first
        #expect(values?["a"] == .null && values?["b"] == .string("text") && values?["c"] == .null)
        #expect(values?["d"] == .null && values?["e"] == .string("c20ad4d76fe97759aa27a0c99bff6710"))
    }

    @Test func aDatabaseHasToBeNamed() throws {
        let program = try Program(FixtureAccount("none"))
        let missing = try program.run(["sql", "SELECT 1"])
        #expect(missing.status == 64 && missing.errors.contains("contact") && missing.errors.contains("message_0"))
        let unknown = try program.run(["sql", "SELECT 1", "--database", "contacts"])
        #expect(unknown.status == 64 && unknown.errors.contains("did you mean contact?"))
        #expect(try program.run(["sql", "SELECT 1", "--list"]).status == 64)
        #expect(try program.run(["sql"]).status == 64)
    }

    @Test func theListNamesEveryTable() throws {
        let program = try Program(FixtureAccount("none"))
        let tables = try program.run(["sql", "--list"]).json()["tables"]?.items ?? []
        let contact = tables.first { $0["database"] == .string("contact") && $0["table"] == .string("contact") }
        let counted = try program.run(["sql", "SELECT count(*) AS n FROM contact", "--database", "contact"]).json()
        #expect(contact?["rows"] == counted["rows"]?.items.first?["n"])
        let one = try program.run(["sql", "--list", "--database", "contact", "--format", "jsonl"]).text
        #expect(one.split(separator: "\n").allSatisfy { $0.hasPrefix(#"{"database":"contact","table":""#) })
        #expect(try program.run(["sql", "--list", "--format", "table"]).text.hasPrefix("DATABASE"))
        #expect(try program.run(["sql", "--list", "--format", "csv"]).text.hasPrefix("database,table,rows\r\n"))
    }

    @Test func whatIsInTheLogIsSeen() throws {
        var program = try Program(FixtureAccount("none"))
        let copy = try FixtureAccount("none").copy(to: program.scratch)
        program.environment["WEFLOW_ACCOUNT"] = copy
        let writer = try PlainDatabase("\(copy)/db_storage/contact/contact.db")
        func count() throws -> Int? {
            try program.run(["sql", "SELECT count(*) AS n FROM contact", "--database", "contact"]).json()["rows"]?
                .items.first?["n"]?.int
        }
        let before = try #require(try count())
        try writer.run("INSERT INTO contact(username) VALUES('wxid_new')")
        #expect(try count() == before + 1)
    }

    @Test(arguments: ["json", "jsonl", "csv", "table"]) func anAnswerOfAnyLengthIsStreamed(form: String) throws {
        let program = try Program(FixtureAccount("none"))
        let count = form == "json" ? 60_000 : 30_000
        let outcome = try program.run([
            "sql", "--database", "contact", "--format", form,
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count)) \
            SELECT i, printf('%080d', i) AS text FROM n; -- a remark
            """,
        ])
        #expect(outcome.status == 0)
        guard form == "json" else {
            return #expect(outcome.output.count { $0 == 0x0A } == (form == "jsonl" ? count : count + 1))
        }
        let answer = try outcome.json()
        #expect(answer["count"]?.int == count && answer["rows"]?.items.count == count)
        #expect(answer["rows"]?.items.last?["i"]?.int == count)
    }

    @Test func anAnswerThatIsAnotherEachTimeSaysSo() throws {
        let outcome = try Program(FixtureAccount("none")).run([
            "sql", "--database", "contact",
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90000) \
            SELECT printf('%0100d', i) AS text FROM n WHERE random() % 2
            """,
        ])
        #expect(outcome.status == 75 && outcome.errors.contains("--format jsonl"))
        _ = try outcome.json()
    }

    @Test func ctrlCEndsIt() throws {
        let program = try Program(FixtureAccount("none"))
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        for (signal, status) in [("INT", 130), ("TERM", 143)] {
            let outcome = try program.shell(
                """
                "$WEFLOW" sql "\(endless)" --database contact --output out.json & pid=$!
                while [ -z "$(ls -A | grep '[.]weflow-.*part')" ]; do sleep 0.05; done
                sleep 0.2; kill -\(signal) $pid; wait $pid; echo $?; ls -A | grep weflow
                """)
            #expect(outcome.text == "\(status)\n", "\(outcome.errors)")
        }
    }

    @Test func damageEndsTheRowsAndIsNamed() throws {
        var program = try Program(FixtureAccount("none"))
        let account = program.scratch.file("wxid_me_0001")
        let folder = "\(account)/db_storage/contact"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try PlainDatabase("\(folder)/contact.db", wal: false).run(
            """
            CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            INSERT INTO contact SELECT i, printf('%0100d', i) FROM n;
            """)
        program.environment["WEFLOW_ACCOUNT"] = account
        let whole = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/contact.db"))
        try whole.prefix(30 * 4096).write(to: URL(fileURLWithPath: "\(folder)/contact.db"))
        for form in ["json", "jsonl"] {
            let outcome = try program.run(["sql", "SELECT id FROM contact", "--database", "contact", "--format", form])
            #expect(outcome.status == 75 && outcome.errors.contains("contact/contact.db"), "\(outcome.errors)")
            let rows = form == "json" ? try outcome.json()["count"]?.int : outcome.output.count { $0 == 0x0A }
            #expect(try #require(rows) > 100)
        }
    }
}
