internal import ArgumentParser
internal import WeFlowQuery

/// Which posts of the moments.
struct MomentsOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Only posts of these people: ids or names, with commas between them.", valueName: "person,…"),
        completion: .talkers)
    var usernames: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only posts whose text or link holds this, in any case.", valueName: "text"))
    var keyword: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Only from this time on.", valueName: "time"))
    var start: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only up to this time; a bare date means the whole day.", valueName: "time"))
    var end: String?

    /// Adds the filters to a request's parameters.
    func add(to parameters: inout Parameters) {
        for (name, value) in [("usernames", usernames), ("keyword", keyword), ("start", start), ("end", end)] {
            parameters.set(name, to: value)
        }
    }
}
