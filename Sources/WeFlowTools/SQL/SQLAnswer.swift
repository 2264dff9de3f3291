public import WeFlowOutput
public import WeFlowPages
import WeFlowQuery
public import WeFlowStore

/// The answer to a statement: its rows, read and written one after another (<doc:ReadOnlySQL>).
public struct SQLAnswer: Sendable {
    /// How an answer is laid out.
    public struct Layout: Sendable {
        let style: JSONWriter.Style
        let text: TerminalStyle
        let screen: Int?
        let isShown: Bool

        /// Puts it together.
        ///
        /// - Parameters:
        ///   - style: of one JSON object.
        ///   - text: of a table.
        ///   - screen: the columns of the screen, nil where there is none.
        ///   - isShown: whether a terminal shows it.
        public init(
            style: JSONWriter.Style, text: TerminalStyle = .plain, screen: Int? = nil, isShown: Bool = false
        ) {
            (self.style, self.text, self.screen, self.isShown) = (style, text, screen, isShown)
        }
    }

    private let query: String
    private let database: DatabaseFile
    private let request: SQLRequest
    private let layout: Layout

    /// So many bytes of rows are kept before the first one is written; where the answer ends before, its count is known.
    private static let mostHeld = 4 << 20
    private static let piece = 64 << 10

    /// Prepares an answer; nothing is read yet.
    ///
    /// - Throws: `.usage` where no database is named, or none that there is.
    public init(_ request: SQLRequest, _ query: String, in account: Account, _ layout: Layout) throws(WeFlowError) {
        database = account.database(try DatabaseNames(account).path(request.database))
        (self.request, self.query, self.layout) = (request, query, layout)
    }

    /// Runs the statement and writes its rows.
    ///
    /// - Parameters:
    ///   - sink: takes the bytes; nothing before it is sure that there are some.
    ///   - interrupt: ends it from another thread.
    /// - Returns: the damage that the rows end at; nil where all were written.
    /// - Throws: `.usage` for what is no statement that reads; why the database cannot be read; what `sink` throws.
    public func write(to sink: any OutputSink, _ interrupt: QueryInterrupt) throws -> WeFlowError? {
        for _ in 0..<4 {
            var run = Run(sink: sink)
            do {
                return try write(&run, interrupt)
            } catch let error as WeFlowError where error.isTransient && !run.hasWritten {
                continue
            }
        }
        var run = Run(sink: sink)
        return try write(&run, interrupt)
    }

    /// What became of one attempt.
    private struct Run {
        let sink: any OutputSink
        var hasWritten = false
        var found = 0
        var damage: WeFlowError?

        /// Goes on to the next row; false behind the last that can be read.
        mutating func step(_ statement: QueryStatement) throws(WeFlowError) -> Bool {
            do throws(WeFlowError) {
                guard try statement.step() else { return false }
                found += 1
                return true
            } catch {
                guard error.kind == .storeFailed, found > 0 else { throw error }
                damage = error
                return false
            }
        }

        mutating func write(_ text: String) throws {
            hasWritten = true
            try sink.write(text)
        }

        mutating func flush(_ rows: any RowWriter) throws {
            hasWritten = true
            try rows.flush(to: sink)
        }
    }

    private func write(_ run: inout Run, _ interrupt: QueryInterrupt) throws -> WeFlowError? {
        let statement = try QueryDatabase(database, interrupt).prepare(query)
        let rows = writer()
        rows.begin(statement.columns)
        if request.format == .json {
            try writeDocument(of: statement, rows, &run)
        } else {
            while try run.step(statement) {
                rows.add(statement)
                if rows.count >= Self.piece { try run.flush(rows) }
            }
            try run.flush(rows)
        }
        return run.damage
    }

    private func writeDocument(of statement: QueryStatement, _ rows: any RowWriter, _ run: inout Run) throws {
        var isDone = false
        while !isDone, rows.count < Self.mostHeld {
            if try run.step(statement) { rows.add(statement) } else { isDone = true }
        }
        let total = isDone ? run.found : try count(statement, &run)
        try run.write(head(statement.columns, count: total))
        try run.flush(rows)
        while !isDone, run.damage == nil, try run.step(statement) {
            rows.add(statement)
            if rows.count >= Self.piece { try run.flush(rows) }
        }
        try run.flush(rows)
        let isPretty = layout.style == .pretty
        try run.write(isPretty && run.found > 0 ? "\n  ]\n}\n" : isPretty ? "]\n}\n" : "]}\n")
        guard run.found != total, run.damage == nil else { return }
        run.damage = WeFlowError(
            .partial,
            "count says \(total), but there are \(run.found) rows: the query gives something else each time it runs; "
                + "use --format jsonl")
    }

    /// How many rows there are; where the database is damaged so many as were read before that was found.
    private func count(_ statement: QueryStatement, _ run: inout Run) throws(WeFlowError) -> Int {
        do throws(WeFlowError) {
            return try statement.count()
        } catch {
            guard error.kind == .storeFailed else { throw error }
            run.damage = error
            return run.found
        }
    }

    private func writer() -> any RowWriter {
        switch request.format {
        case .json: JSONRows(layout.style, isLines: false)
        case .jsonl: JSONRows(.compact, isLines: true)
        case .csv: CSVRows(request.csv(isShown: layout.isShown))
        case .table: TableRows(screen: layout.screen, style: layout.text)
        }
    }

    /// The envelope up to its list of rows.
    private func head(_ columns: [String], count: Int) -> String {
        var writer = JSONWriter(style: layout.style)
        writer.beginObject()
        writer.bool("success", true)
        writer.integer("count", count)
        writer.beginArray("columns")
        for column in columns { writer.string(column) }
        writer.endArray()
        writer.beginArray("rows")
        return String(decoding: writer.bytes.array(), as: UTF8.self)
    }
}
