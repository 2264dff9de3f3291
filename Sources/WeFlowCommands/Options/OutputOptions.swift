internal import ArgumentParser

/// Where the answer goes and how it is laid out (<doc:CommandLine#Output>).
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to a file, whole or not at all; gzip where the name ends in .gz.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Indent the JSON, as on a terminal.")
    var pretty = false

    @Option(help: ArgumentHelp("Colours in what is for reading: auto, always or never.", valueName: "when"))
    var color = ColourMode.auto
}

/// When colours are used.
enum ColourMode: String, CaseIterable, ExpressibleByArgument {
    /// On a terminal, unless `NO_COLOR` or `TERM=dumb` says otherwise.
    case auto
    /// In a pipe and a file too.
    case always
    /// Nowhere.
    case never
}
