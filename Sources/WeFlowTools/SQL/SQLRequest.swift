import WeFlowOutput
public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery

/// What `weflow sql` asks for.
public struct SQLRequest: Sendable, Equatable {
    /// The forms in which rows are given.
    public enum Format: String, ParameterChoice {
        /// One object with an envelope.
        case json
        /// A row a line.
        case jsonl
        /// Comma-separated values.
        case csv
        /// For reading.
        case table

        /// What is said of it where the words are listed.
        public var note: String { self == .table ? ", which is for reading" : "" }
    }

    /// What is asked.
    public enum Subject: Sendable, Equatable {
        /// Which databases and tables there are.
        case list
        /// One statement.
        case query(String)
    }

    static let query = Parameter.text("query", "One statement of SQL that reads.", .argument)
    static let database = Parameter.text(
        "database", "The database, as --list names it: contact, session, message_0 …", .value("name"))
    static let list = Parameter.mark("list", "Print the databases, their tables and how many rows these have.")
    static let format = Parameter.choice("format", default: Format.json, "", .group(.output))
    static let bom = Parameter.mark(
        "bom", "With csv: put a byte order mark in front, which Excel needs.", .group(.output))
    static let raw = Parameter.mark(
        "raw", "With csv: leave texts alone that a spreadsheet would run as a formula.", .group(.output))

    /// What it takes; the command line alone asks it.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        query
        database
        list
        format
        bom
        raw
    }

    /// What is asked.
    public let subject: Subject
    /// The database by its name; nil where none is given.
    public let database: String?
    /// The form of the answer.
    public let format: Format
    /// With a byte order mark, and with texts as they stand.
    private let (hasMark, isRaw): (Bool, Bool)

    /// How comma-separated values are written.
    func csv(isShown: Bool) -> CSVWriter.Options { .init(hasMark: hasMark, isRaw: isRaw, isShown: isShown) }

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage` where there is neither a query nor `list`, or both.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        let query = try parameters[Self.query]
        switch (query, try parameters[Self.list]) {
        case (let query?, false): subject = .query(query)
        case (nil, true): subject = .list
        case (nil, false):
            throw WeFlowError(.usage, "<query> is missing; give a statement of SQL, or --list for what there is to ask")
        case (_?, true): throw WeFlowError(.usage, "a query and --list are both given; give one of them")
        }
        database = try parameters[Self.database]
        format = try parameters[Self.format]
        hasMark = try parameters[Self.bom]
        isRaw = try parameters[Self.raw]
    }
}
