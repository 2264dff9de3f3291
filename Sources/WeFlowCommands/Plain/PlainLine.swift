/// A command line that says everything in the plainest way: every option once, as `--name value` or `--switch`, and at
/// most one argument.
///
/// Such a line means the same to anybody, so it is read here: the parser takes longer to get ready than the program to
/// look into the store. A line that is written in any other way, or that holds a word which is not known here, is left
/// to the parser, and so is every mistake.
struct PlainLine: Equatable, Sendable {
    /// What may stand on the line of a command.
    struct Words: Sendable {
        /// Options with a value, by their long names without the dashes.
        var values: [String] = []
        /// Switches that `--no-` turns off, with their other names.
        var switches: [(name: String, other: String?)] = []
        /// Whether one argument may stand there.
        var hasArgument = false
        /// Words that are no argument in this command.
        var subcommands: [String] = []

        /// Options with a value that every command has which reads the store.
        static let commonValues = ["account", "key-file", "key", "image-key", "image-xor-key", "output", "color"]
        /// Flags without a negation of these commands.
        static let commonFlags = ["pretty", "no-key-cache"]
    }

    private struct Option: Equatable {
        var name: String
        var value: String
    }

    private var options: [Option] = []
    /// The argument.
    private(set) var argument: String?

    /// Reads a line without the command's name; nil where it is one for the parser.
    init?(_ line: ArraySlice<String>, _ words: Words) {
        var line = line
        while let word = line.popFirst() {
            guard word.hasPrefix("-") else {
                guard words.hasArgument, argument == nil, !word.isEmpty, !words.subcommands.contains(word) else {
                    return nil
                }
                argument = word
                continue
            }
            let option: Option
            if let name = Self.value(word, words) {
                guard let value = line.popFirst(), !value.isEmpty, !value.hasPrefix("-") else { return nil }
                option = Option(name: name, value: value)
            } else if let flag = Self.flag(word, words) {
                option = flag
            } else {
                return nil
            }
            guard self[option.name] == nil else { return nil }
            options.append(option)
        }
        if let given = self["color"], ColourMode(rawValue: given) == nil { return nil }
    }

    /// The value of an option, `1` or `0` for a switch; nil where it is not given.
    subscript(name: String) -> String? {
        for option in options where option.name == name { return option.value }
        return nil
    }

    private static func value(_ word: String, _ words: Words) -> String? {
        if word == "-o" { return "output" }
        guard word.hasPrefix("--") else { return nil }
        let name = String(word.dropFirst(2))
        return Words.commonValues.contains(name) || words.values.contains(name) ? name : nil
    }

    private static func flag(_ word: String, _ words: Words) -> Option? {
        guard word.hasPrefix("--") else { return nil }
        let name = String(word.dropFirst(2))
        if Words.commonFlags.contains(name) { return Option(name: name, value: true.parameterText) }
        let isOff = name.hasPrefix("no-")
        let positive = isOff ? String(name.dropFirst(3)) : name
        for known in words.switches where known.name == positive || known.other == positive {
            return Option(name: known.name, value: (!isOff).parameterText)
        }
        return nil
    }
}

extension PlainLine: AccountChoice, OutputChoice {
    var account: String? { self["account"] }
    var keyFile: String? { self["key-file"] }
    var key: String? { self["key"] }
    var imageKey: String? { self["image-key"] }
    var imageXorKey: String? { self["image-xor-key"] }
    var noKeyCache: Bool { self["no-key-cache"] != nil }
    var output: String? { self["output"] }
    var pretty: Bool { self["pretty"] != nil }
    var color: ColourMode { self["color"].flatMap(ColourMode.init) ?? .auto }
}
