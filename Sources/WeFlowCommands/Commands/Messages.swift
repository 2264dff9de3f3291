internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// `weflow messages`: the messages of one session, or what is new in all of them.
struct Messages: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages",
        abstract: "Print the messages of a session, the newest first, or what is new in all sessions.",
        discussion: """
            weflow messages wxid_abc123 --limit 20
            weflow messages 家人群 --start 2026-01-01 --end 2026-01-31 --format text
            weflow messages 123@chatroom --limit 0 --format jsonl -o chat.jsonl.gz
            weflow messages new --state mail.cursor --format jsonl

            Times are 20260131, 2026-01-31, 2026-01-31T08:30:00+08:00 or Unix seconds, in local time where there is no \
            zone. A switch such as --media may also be written --no-media, --media=1 or --media=off.
            """,
        subcommands: [SessionMessages.self, MessagesNew.self], defaultSubcommand: SessionMessages.self)
}

/// `weflow messages ID`: the messages of one session.
struct SessionMessages: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "of",
        abstract: "Print the messages of a session, the newest first.",
        discussion: """
            weflow messages wxid_abc123 --limit 20
            weflow messages 家人群 --start 2026-01-01 --end 2026-01-31 --format text
            weflow messages 123@chatroom --limit 0 --format jsonl -o chat.jsonl.gz

            Times are 20260131, 2026-01-31, 2026-01-31T08:30:00+08:00 or Unix seconds, in local time where there is no \
            zone. A switch such as --media may also be written --no-media, --media=1 or --media=off.
            """)

    @OptionGroup(title: "Filters")
    var selection: MessageOptions

    @OptionGroup(title: "Media")
    var media: MediaOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        try await Self.run(
            try selection.parameters(media), exportPath: media.exportPath, output, account, in: context)
    }

    /// Does the command's work for the parser's options and for a plain line.
    ///
    /// - Throws: as `run(in:)`.
    static func run(
        _ parameters: Parameters, exportPath: String?, _ output: some OutputChoice, _ options: some AccountChoice,
        in context: Context
    ) async throws {
        let request = try MessagesRequest(parameters)
        let settings = try Settings(options, exportPath: exportPath, in: context)
        let account = try settings.openAccount()
        let names = context.names(in: account)
        let envelope = MediaEnvelope(
            enabled: request.media.isEnabled, exportPath: settings.absoluteExportPath,
            baseURL: request.media.isEnabled ? context.serverAddress : "")
        guard !request.media.kinds.isEmpty else {
            return try await context.deliver(names.messages(request), in: account, media: envelope, output)
        }
        try await context.exporting(media: settings, of: account) { exporter in
            let query = try names.messages(request, media: exporter)
            try await context.deliver(query, in: account, media: envelope, output)
        }
    }
}
