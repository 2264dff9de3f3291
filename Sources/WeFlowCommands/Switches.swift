internal import WeFlowQuery

/// The switches of the command line in all their forms: `--media`, `--no-media`, and `--media=1`, `--media=off` as the
/// API writes them (<doc:CommandLine#Options>).
///
/// The parser knows a flag and its negation only, so a value is turned into one of the two before it sees it. An empty
/// value is absent. Anything else is left for the parser to refuse.
enum Switches {
    /// The long names of all switches of all commands, without their dashes.
    static let names: Set<String> = [
        "backup", "chatlab", "detail", "emoji", "export-images", "export-live-photos", "export-media", "export-videos",
        "fast",
        "force-refresh", "image", "include-message-counts", "include-self", "inline", "media", "meiti", "push",
        "received", "replace", "resolve-media", "since-last", "tupian", "video", "vioce", "voice", "with-counts",
    ]

    /// The arguments with every switch as a flag.
    static func expanded(_ arguments: [String]) -> [String] {
        var expanded: [String] = []
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return expanded + arguments[index...] }
            if let flag = flag(argument) { expanded += flag } else { expanded.append(argument) }
        }
        return expanded
    }

    /// What stands for `--name=value`, nil where it is no switch or no value of one.
    private static func flag(_ argument: String) -> [String]? {
        guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else { return nil }
        let name = String(argument[argument.index(argument.startIndex, offsetBy: 2)..<equals])
        let value = String(argument[argument.index(after: equals)...])
        guard names.contains(name) else { return nil }
        if value.isEmpty { return [] }
        return Parameters.flag(value).map { [$0 ? "--\(name)" : "--no-\(name)"] }
    }
}

extension Bool {
    /// A switch as a parameter's text.
    var parameterText: String { self ? "1" : "0" }
}
