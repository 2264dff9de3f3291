internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow media`: exported media.
enum Media: Command {
    static let name = "media"
    static let abstract = "Print exported media."
    static let examples = ["weflow media get wxid_tombakesbread4/voices/voice_6.wav > voice.wav"]
    static let subcommands: [any Command.Type] = [MediaGet.self]
}

/// `weflow media get`: one exported file, as `/api/v1/media/…` gives it.
enum MediaGet: Command {
    static let name = "get"
    static let abstract = "Print a file that weflow messages --media exported."
    static let examples = [
        "weflow messages 'Tom Baker' --limit 0 --media --output tom.json",
        "weflow media get wxid_tombakesbread4/voices/voice_6.wav > voice.wav",
    ]
    private static let exportPath = CommonOptions.exportPath.with(.group(.options))

    @ParameterList static var parameters: [ParameterDeclaration] {
        MediaFile.parameters
        OutputOptions.bytes
        exportPath
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let path = try values[MediaFile.path]
        let output = try values[OutputOptions.bytes]
        let settings = try Settings(AccountOptions(values), exportPath: values[exportPath], in: context)
        let file = try MediaFile(path, in: settings.absoluteExportPath)
        try await context.writing(to: output) { sink in
            try file.read(0..<file.size) { try sink.write($0) }
        }
    }
}
