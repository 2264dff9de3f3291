internal import WeFlowFiles
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow files`: the files of messages over all chats.
enum Files: Command {
    static let name = "files"
    static let abstract = "List the files that were sent in chats, the newest first, and copy them."
    static let examples = [
        "weflow files --ext pdf,txt --format table", "weflow files --from 'Tom Baker' --start 2026-01-01",
        "weflow files --limit 0 --copy-to ~/wechat-files --max-file 50M",
    ]
    static let discussion = """
        Files inside forwarded records count. A file is present, absent where WeChat has not fetched it on this computer, or \
        a mismatch where what lies in its place is another; the network is never asked. Copies take the name of the file, \
        the same in every run, and the time of its oldest message.
        """

    @ParameterList static var parameters: [ParameterDeclaration] {
        FilesRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool { values[FilesRequest.copyTo.declaration.name] == nil }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try OutputOptions(values)
        // What is wrong with the words is said before anything is opened.
        _ = try context.listForm(FilesRequest(values).format, values, output)
        let account = try context.openAccount(values)
        let request = try FilesRequest(context.named(values, in: account))
        guard let folder = request.copyTo else {
            let list = try await context.deliver(filesLayout, request.format, values, output) {
                try FilesQuery(request).open(on: account)
            } table: {
                filesTable($0, width: $1, style: $2)
            }
            let hasMore = request.format == .table ? try list.hasMore() : false
            return try finish(request, hasMore: hasMore, list.notice, list.losses, context)
        }
        // All files that are meant decide about the names, those that are listed are copied.
        let result = try FilesQuery(request.ofAll).run(on: account)
        let page = request.page(of: result.files.count)
        let isWhole = try context.copy(page, of: result.files, to: folder, request, in: account)
        let files = Array(result.files[page])
        try await context.deliver(request.format, values, output) {
            filesLayout.encoded(files, form: $0)
        } table: {
            filesTable(files, width: $0, style: $1)
        }
        try finish(
            request, hasMore: page.upperBound < result.files.count, result.notice, result.losses, context)
        if !isWhole { throw ExitCode(WeFlowError.Kind.partial.exitCode) }
    }

    /// Says what follows the list, and what it lacks.
    private static func finish(
        _ request: FilesRequest, hasMore: Bool, _ notice: WeFlowError?, _ losses: MessageLosses, _ context: Context
    ) throws {
        if request.format == .table, hasMore {
            context.report("more files follow; --limit 0 lists all of them, --offset goes on")
        }
        if let notice { context.warn(notice.sentence) }
        try context.report(losses)
    }
}

extension Context {
    /// Copies files into a folder, and says what became of them.
    ///
    /// - Returns: whether everything that is there could be copied.
    fileprivate func copy(
        _ page: Range<Int>, of files: [FileEntry], to path: String, _ request: FilesRequest, in account: Account
    ) throws(WeFlowError) -> Bool {
        let folder = try CopyFolder(path)
        let interruption = Interruption(cleanUps) { folder.abandon() }
        defer { withExtendedLifetime(interruption) {} }
        let report = try FileCopies(to: folder, of: account, largest: request.largestFile).copy(page, of: files)
        var parts = ["\(report.written) \(report.written == 1 ? "file" : "files") copied to \(path)"]
        if report.alreadyThere > 0 { parts.append("\(report.alreadyThere) there already") }
        if report.tooLarge > 0 { parts.append("\(report.tooLarge) too large") }
        if report.absent > 0 { parts.append("\(report.absent) absent from the account") }
        if report.mismatch > 0 { parts.append("\(report.mismatch) of another size or with other bytes") }
        if report.unreadable > 0 { parts.append("\(report.unreadable) that cannot be read") }
        self.report(parts.joined(separator: ", "))
        return report.unreadable == 0
    }
}
