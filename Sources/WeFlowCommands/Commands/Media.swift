internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// `weflow media`: exported media.
struct Media: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media",
        abstract: "Print exported media.",
        discussion: """
            weflow media get 123@chatroom/images/0123456789abcdef.jpg > picture.jpg
            """,
        subcommands: [MediaGet.self])
}

/// `weflow media get`: one exported file, as `/api/v1/media/…` gives it.
struct MediaGet: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print a file that weflow messages --media exported.",
        discussion: """
            weflow media get 123@chatroom/images/0123456789abcdef.jpg > picture.jpg
            weflow media get wxid_abc123/voices/voice_7.wav --output voice.wav
            """)

    @Argument(
        help: ArgumentHelp(
            "The file's path below the folder of exported media: <talker>/images|voices|videos|emojis/<file>.",
            valueName: "path"))
    var path: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to a file, whole or not at all.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp("The folder of exported media. [WEFLOW_EXPORT_PATH]", valueName: "dir"),
        completion: .directory)
    var exportPath: String?

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        let settings = try Settings(account, exportPath: exportPath, in: context)
        let file = try MediaFile(path, in: settings.absoluteExportPath)
        try await context.writing(to: output) { sink in
            try file.read(0..<file.size) { try sink.write($0) }
        }
    }
}
