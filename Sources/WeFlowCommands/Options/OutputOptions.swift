internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// Where the answer goes and how it is laid out.
struct OutputOptions: Sendable {
    private static let file = Parameter.file(
        "output", "Write to a file, whole or not at all; gzip where the name ends in .gz.", .letter("o"),
        .value("file"), .group(.output))
    private static let pretty = Parameter.mark(
        "pretty", "Indent the JSON, as on a terminal.", .group(.output))
    private static let color = Parameter.choice(
        "color", default: ColourMode.auto, "Colours in what is for reading: auto, always or never.", .value("when"),
        .group(.output))

    /// What they are.
    @ParameterList static var parameters: [ParameterDeclaration] {
        file
        pretty
        color
    }

    /// The option of a command whose output is the bytes of a file.
    static let bytes = file.with(.help("Write to a file, whole or not at all."), .group(.options))
    /// The option of a command whose output is a secret.
    static let secret = file.with(.help("Write to a file that nobody else can read."), .group(.options))

    /// The file to write to, nil for the standard output.
    var output: String?
    /// Whether JSON is indented in a pipe and a file too.
    var pretty = false
    /// When colours are used.
    var color = ColourMode.auto

    /// Those of a command line.
    ///
    /// - Throws: `.usage` where one has a value that it does not take.
    init(_ values: Parameters) throws(WeFlowError) {
        output = try values[Self.file]
        pretty = try values[Self.pretty]
        color = try values[Self.color]
    }
}

/// When colours are used.
enum ColourMode: String, ParameterChoice {
    /// On a terminal, unless `NO_COLOR` or `TERM=dumb` says otherwise.
    case auto
    /// In a pipe and a file too.
    case always
    /// Nowhere.
    case never
}
