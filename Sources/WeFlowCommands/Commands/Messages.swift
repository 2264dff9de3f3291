internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow messages`: the messages of one session, or what is new in all of them.
enum Messages: Command {
    static let name = "messages"
    static let abstract = "Print the messages of a chat, the newest first, or what is new in all chats."
    static let examples = [
        "weflow messages filehelper --limit 20",
        "weflow messages 妈妈 --start 2026-04-01 --end 2026-04-30 --format text",
        "weflow messages 蛋糕会 --limit 0 --format jsonl -o chat.jsonl.gz",
        "weflow messages new --state mail.cursor --format jsonl",
    ]
    static let discussion = """
        Times are 20260131, 2026-01-31, 2026-01-31T08:30:00+08:00 or Unix seconds, in local time where there is no zone. \
        A switch such as --media may also be written --no-media, --media=1 or --media=off.
        """
    static let subcommands: [any Command.Type] = [MessagesNew.self]

    @ParameterList static var parameters: [ParameterDeclaration] {
        MessagesRequest.parameters
        CommonOptions.exportPath
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool {
        do {
            let request = try MessagesRequest(values)
            return (request.limit ?? .max) <= 10_000 && !request.media.isEnabled && request.keyword == nil
        } catch {
            // What is wrong is said by the run.
            return true
        }
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try MessagesRequest(values)
        let output = try OutputOptions(values)
        let csv = try CSVOptions.options(values, isCSV: request.format == .csv, isShown: context.shows(output))
        let settings = try Settings(
            AccountOptions(values), exportPath: values[CommonOptions.exportPath], in: context)
        let account = try context.openAccount(settings)
        let names = context.names(in: account)
        let envelope = MediaEnvelope(
            enabled: request.media.isEnabled, exportPath: settings.absoluteExportPath,
            baseURL: request.media.isEnabled ? context.serverAddress : "")
        // A page for reading ends with the newest, where a reader begins.
        let isReversed = request.format == .text && values["order"] == nil && request.around == nil
        guard !request.media.kinds.isEmpty else {
            return try await context.deliver(
                names.messages(request), in: account, media: envelope, csv: csv, isReversed: isReversed, output)
        }
        try await context.exporting(media: settings, of: account) { exporter in
            let query = try names.messages(request, media: exporter)
            try await context.deliver(
                query, in: account, media: envelope, csv: csv, isReversed: isReversed, output)
        }
    }
}
