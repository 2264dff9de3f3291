internal import WeFlowArchive
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSearch

/// `weflow archive read`: the messages of a chat out of an archive.
enum ArchiveReadCommand: Command {
    static let name = "read"
    static let abstract =
        "Print the messages of a chat out of an archive, as weflow messages prints those of the account."
    static let examples = [
        "weflow archive read ~/wechat-archive 蛋糕会 --format text",
        "weflow archive read ~/wechat-archive 妈妈 --start 2026-01-01",
    ]
    static let discussion = """
        Neither the account nor its key is needed. Messages that were recalled or are gone at the source are marked.
        """

    @ParameterList static var parameters: [ParameterDeclaration] {
        Archive.folder
        MessagesRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        var request = try MessagesRequest(values)
        let output = try OutputOptions(values)
        let csv = try CSVOptions.options(values, isCSV: request.format == .csv, isShown: context.shows(output))
        guard !request.media.isEnabled else {
            throw WeFlowError(
                .usage, "--media exports nothing here: the archive has the files, and each message names its own")
        }
        let archive = try ReadArchive(values[Archive.folder])
        request.talker = try archive.chat(request.talker)
        // A page for reading ends with the newest, where a reader begins.
        let isPage = request.format == .text && values["order"] == nil && request.around == nil
        let reading = ArchiveReading(request, in: archive, isReversed: isPage)
        let layout = ArchiveReading.Layout(
            style: context.style(output), text: context.textStyle(output), csv: csv, zone: .system, now: context.seconds
        )
        let hasMore = try await context.writing(to: output.output) { sink in
            let hasMore = try await reading.write(layout) { bytes in try bytes.withBytes { try sink.write($0) } }
            if [.json, .chatlab].contains(request.format) { try sink.write("\n") }
            return hasMore
        }
        if hasMore, request.format == .text {
            context.report("more messages follow; --limit 0 prints all of them, --offset goes on")
        }
    }
}

/// `weflow archive search`: messages of all chats of an archive.
enum ArchiveSearchCommand: Command {
    static let name = "search"
    static let abstract = "Find messages in all chats of an archive, as weflow search finds those of the account."
    static let examples = [
        "weflow archive search ~/wechat-archive 猫 --format text -C 2",
        "weflow archive search ~/wechat-archive 奶茶 --in 妈妈 --count",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        Archive.folder
        SearchRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        var request = try SearchRequest(values, areIDs: false)
        let output = try OutputOptions(values)
        let csv = try CSVOptions.options(values, isCSV: request.format == .csv, isShown: context.shows(output))
        let archive = try ReadArchive(values[Archive.folder])
        request.filter.chats = try archive.chats(request.filter.chats)
        request.filter.exclude = try archive.chats(request.filter.exclude)
        var cursor: String?
        if case .string(let text)? = values["cursor"] { cursor = text }
        let search = try ArchiveSearching(request, cursor: cursor, in: archive)
        let form: ListForm? =
            switch request.format {
            case .json: .json(context.style(output))
            case .jsonl: .lines
            case .csv: .csv(csv)
            case .text, .table: nil
            }
        let (width, style) = (context.screenWidth(output), context.textStyle(output))
        guard !request.counts else {
            let counts = try await search.counts()
            guard let form else {
                return try await context.deliver(searchCountsTable(counts, width: width, style: style), output)
            }
            return try await context.deliver(encodeSearchCounts(counts, form: form), form, output)
        }
        let found = try await search.find()
        if request.format == .table {
            try await context.deliver(try search.table(found, width: width, style: style), output)
        } else {
            try await context.writing(to: output.output) { sink in
                let put: ByteSink = { bytes in try bytes.withBytes { try sink.write($0) } }
                if let form {
                    try await search.write(found, form: form, to: put)
                } else {
                    try await search.writeText(found, zone: .system, style: style, to: put)
                }
                if form?.isDocument == true { try sink.write("\n") }
            }
        }
        if found.hasMore, request.format != .json {
            context.report("more messages follow; --limit 0 prints all, --cursor \(found.cursor ?? "") goes on")
        }
    }
}
