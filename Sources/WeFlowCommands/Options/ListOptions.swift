internal import ArgumentParser
internal import WeFlowPages
internal import WeFlowQuery

/// Which part of a list.
struct ListOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only those whose id or one of whose names holds this text, in any case.", valueName: "text")
    )
    var keyword: String?

    @Option(parsing: .unconditional, help: "How many, 1 to 10000. (default: 100)")
    var limit: String?

    @Option(parsing: .unconditional, help: "How many to skip after the filter.")
    var offset: String?

    /// The parameters as the endpoint knows them.
    var parameters: Parameters {
        Parameters(commandLine: ["keyword": keyword, "limit": limit, "offset": offset])
    }
}

/// The forms of a list: as the endpoint gives it, or for reading.
enum ListFormat: String, CaseIterable {
    case json
    case table

    /// Reads the value of `--format`.
    ///
    /// - Throws: `.usage` where it is neither.
    init(_ text: String?) throws(WeFlowError) {
        self = try Parameters(commandLine: ["format": text]).choice("format", of: Self.allCases) ?? .json
    }
}

extension CompletionKind {
    /// Sessions of the account, by id and by name. The parser's own scripts know of none; ours ask by another way.
    static var talkers: CompletionKind { .custom { _, _, _ in [] } }
}
