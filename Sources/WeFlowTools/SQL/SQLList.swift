public import WeFlowOutput
public import WeFlowPages
public import WeFlowStore

/// The databases of an account, their tables and how many rows these have.
public struct SQLList: Sendable {
    /// A table of a database.
    public struct Table: Sendable, Equatable {
        /// The database by the name that a query calls it.
        public let database: String
        /// The table's name.
        public let table: String
        /// How many rows it has; nil where SQLite cannot read it, as it is with an index for words of the client's own.
        public let rows: Int64?
    }

    /// All tables, by database and name.
    public let tables: [Table]
    /// Why databases cannot be read.
    public let losses: [WeFlowError]

    /// Reads the list.
    ///
    /// - Parameters:
    ///   - database: the only database to look into; nil is all of them.
    ///   - account: the account.
    ///   - interrupt: ends it from another thread.
    /// - Throws: `.usage` where there is no such database; why none at all can be read; `.system` where it was interrupted.
    public init(_ database: String?, in account: Account, _ interrupt: QueryInterrupt) throws(WeFlowError) {
        let names = DatabaseNames(account)
        let wanted = try database.map { name throws(WeFlowError) in try names.path(name) }
        if names.all.isEmpty { _ = try names.path(nil) }
        var tables: [Table] = []
        var losses: [WeFlowError] = []
        let looked = names.all.filter { wanted == nil || $0.path == wanted }
        account.keys.prepare(looked.compactMap { account.database($0.path).storedFirstPage() })
        for (path, name) in looked {
            do throws(WeFlowError) {
                let file = account.database(path)
                tables += try WeFlowError.retrying { () throws(WeFlowError) in
                    try Self.tables(of: QueryDatabase(file, interrupt), name)
                }
            } catch {
                if interrupt.isInterrupted { throw error }
                losses.append(error)
            }
        }
        if tables.isEmpty, let loss = losses.first { throw loss }
        (self.tables, self.losses) = (tables, losses)
    }

    private static func tables(of database: QueryDatabase, _ name: String) throws(WeFlowError) -> [Table] {
        let statement = try database.prepare(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        var tables: [Table] = []
        while try statement.step() {
            let table = statement.withBytes(0) { String(decoding: $0, as: UTF8.self) }
            tables.append(Table(database: name, table: table, rows: try rows(of: table, in: database)))
        }
        return tables
    }

    /// - Throws: where the database cannot be read.
    private static func rows(of table: String, in database: QueryDatabase) throws(WeFlowError) -> Int64? {
        do throws(WeFlowError) {
            let quoted = table.replacing("\"", with: "\"\"")
            let counting = try database.prepare("SELECT count(*) FROM \"\(quoted)\"")
            return try counting.step() ? counting.integer(0) : 0
        } catch {
            guard error.kind == .usage else { throw error }
            return nil
        }
    }

    /// The list in one of the forms.
    ///
    /// - Parameters:
    ///   - request: says in which.
    ///   - layout: how it is laid out.
    /// - Returns: the whole answer.
    public func encoded(_ request: SQLRequest, _ layout: SQLAnswer.Layout) -> OutputBytes {
        switch request.format {
        case .json: return json(layout.style)
        case .jsonl:
            var writer = JSONWriter()
            for table in tables {
                Self.write(table, &writer)
                writer.endLine()
            }
            return writer.finish()
        case .csv:
            var writer = CSVWriter(request.csv(isShown: layout.isShown))
            writer.header(["database", "table", "rows"] as [String])
            for table in tables {
                writer.text(table.database)
                writer.text(table.table)
                if let rows = table.rows { writer.integer(rows) } else { writer.empty() }
                writer.endRow()
            }
            return writer.finish()
        case .table:
            var bytes = OutputBytes()
            bytes.append(text(layout))
            return bytes
        }
    }

    private func json(_ style: JSONWriter.Style) -> OutputBytes {
        var writer = JSONWriter(style: style)
        writer.beginObject()
        writer.bool("success", true)
        writer.integer("count", tables.count)
        writer.beginArray("tables")
        for table in tables { Self.write(table, &writer) }
        writer.endArray()
        writer.endObject()
        writer.endLine()
        return writer.finish()
    }

    private static func write(_ table: Table, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.string("database", table.database)
        writer.string("table", table.table)
        writer.key("rows")
        if let rows = table.rows { writer.integer(rows) } else { writer.null() }
        writer.endObject()
    }

    private func text(_ layout: SQLAnswer.Layout) -> String {
        let rows =
            [("DATABASE", "TABLE", "ROWS")]
            + tables.map {
                ($0.database.inOneLine, $0.table.inOneLine, $0.rows.map(String.init) ?? "")
            }
        let widths = (
            rows.map(\.0.displayWidth).max() ?? 0, rows.map(\.1.displayWidth).max() ?? 0,
            rows.map(\.2.displayWidth).max() ?? 0
        )
        if let screen = layout.screen, widths.0 + widths.1 + widths.2 + 4 > screen {
            var lines = FieldLines(
                [.init("DATABASE"), .init("TABLE", canShrink: false), .init("ROWS")], width: screen, style: layout.text)
            return rows.dropFirst().reduce(into: "") { $0 += lines.lines(of: [$1.0, $1.1, $1.2]) }
        }
        return rows.enumerated().map { index, row in
            let line =
                "\(row.0.padded(to: widths.0))  \(row.1.padded(to: widths.1))  "
                + String(repeating: " ", count: widths.2 - row.2.displayWidth) + row.2
            return (index == 0 ? layout.text.paint(line, .heading) : line) + "\n"
        }.joined()
    }
}
