internal import WeFlowPages
internal import WeFlowQuery

/// The commands that scripts ask often and that answer at once; their plain lines are read without the parser.
enum PlainCommand: String, CaseIterable, Sendable {
    case messages
    case sessions
    case contacts

    /// The command that a command line calls, and the rest of its line; nil where it is one for the parser.
    static func read(_ arguments: [String]) -> (command: PlainCommand, line: PlainLine)? {
        guard let name = arguments.first, let command = PlainCommand(rawValue: name),
            let line = PlainLine(arguments.dropFirst(), command.words)
        else { return nil }
        return (command, line)
    }

    /// What may stand on the command's line.
    var words: PlainLine.Words {
        switch self {
        case .messages:
            PlainLine.Words(
                values: ["talker", "limit", "offset", "order", "start", "end", "keyword", "format", "export-path"],
                switches: [
                    ("chatlab", nil), ("detail", nil), ("media", "meiti"), ("image", "tupian"), ("voice", "vioce"),
                    ("video", nil), ("emoji", nil),
                ],
                hasArgument: true, subcommands: ["of", "new", "help"])
        case .sessions, .contacts: PlainLine.Words(values: ["keyword", "limit", "offset", "format"])
        }
    }

    /// Whether the answer to a line takes a few milliseconds: whole chats and media take more.
    func isBrief(_ line: PlainLine) -> Bool {
        self != .messages || line["limit"] != "0" && line["media"] == nil && line["keyword"] == nil
    }

    /// Does the command's work.
    ///
    /// - Throws: as `run(in:)` of the command that the parser makes.
    func run(_ line: PlainLine, in context: Context) async throws {
        switch self {
        case .messages:
            try await SessionMessages.run(
                Self.messages(line), exportPath: line["export-path"], line, line, in: context)
        case .sessions:
            try await Sessions.run(Self.list(line), format: line["format"], line, line, in: context)
        case .contacts:
            try await Contacts.run(Self.list(line), format: line["format"], line, line, in: context)
        }
    }

    /// The parameters of a list, as ``ListOptions`` has them.
    static func list(_ line: PlainLine) -> Parameters {
        Parameters(commandLine: ["keyword": line["keyword"], "limit": line["limit"], "offset": line["offset"]])
    }

    /// The parameters of messages, as ``MessageOptions`` and ``MediaOptions`` have them.
    static func messages(_ line: PlainLine) throws(WeFlowError) -> Parameters {
        var parameters = Parameters(commandLine: [
            "talker": try Talker.given(line.argument, line["talker"], option: "--talker")
        ])
        for name in [
            "limit", "offset", "order", "start", "end", "keyword", "format", "chatlab", "detail", "media", "image",
            "voice", "video", "emoji",
        ] { parameters.set(name, to: line[name]) }
        return parameters
    }
}
