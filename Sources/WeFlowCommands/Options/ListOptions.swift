internal import ArgumentParser
internal import WeFlowQuery

/// Which part of a list (contract section 5).
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
