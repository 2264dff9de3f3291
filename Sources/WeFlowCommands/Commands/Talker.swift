internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// A chat that may stand in two places of a command line.
enum Talker {
    /// The session that stands as the argument or as the option; both may, where they agree.
    ///
    /// - Throws: `.usage` where they differ.
    static func given(_ argument: String?, _ value: String?, option: String) throws(WeFlowError) -> String? {
        guard let argument, let value, argument != value else { return argument ?? value }
        throw WeFlowError(.usage, "the argument and \(option) name two sessions; give one of them")
    }
}

extension Context {
    /// What finds out whom this command line means by ids and names.
    func names(in account: Account) -> NameLookup { NameLookup(account) { warn($0) } }
}
