internal import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow sns export`: posts and their files into a folder.
enum SnsExport: Command {
    static let name = "export"
    static let abstract = "Write posts, and the pictures and videos they show, into a folder."
    static let examples = [
        "weflow sns export --output-dir moments --format html --export-media",
        "weflow sns export --output-dir moments --usernames 'Tom Baker' --export-images",
    ]
    static let discussion = """
        Pictures and videos come from WeChat's media network, five at a time; those that lie in the folder already are \
        not fetched again. Ctrl-C stops it; the same command goes on where it was. Where files could not be had, the exit \
        code is 75.
        """

    @ParameterList static var parameters: [ParameterDeclaration] {
        MomentsExportRequest.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        _ = try MomentsExportRequest(values)
        let output = try OutputOptions(values)
        let settings = try Settings(AccountOptions(values), in: context)
        let account = try context.openAccount(settings)
        let request = try MomentsExportRequest(context.named(values, in: account))
        let outcome = try await settings.withMediaNetwork { network in
            let progress = ProgressLine(context)
            defer { progress.clear() }
            let now = context.milliseconds
            let work = Task {
                try await MomentsExporter(request, network: network).run(on: account, now: now) { step in
                    switch step {
                    case .posts(let count): progress.show("\(count) posts")
                    case .files(let done, let all):
                        progress.show(
                            Double(done), of: Double(all), rate: { "\(Int($0.rounded())) files/s" },
                            "file \(done) of \(all)")
                    }
                }
            }
            let signals = await StopSignals.watch { work.cancel() }
            defer { signals.cancel() }
            return try await work.value
        }
        try await context.deliver(encodeMomentsExport(outcome, style: context.style(output)), output)
        if let notice = outcome.notice { context.warn(notice.sentence) }
        if let report = outcome.reportPath {
            let count = outcome.missing.count
            context.warn(
                "\(count) \(count == 1 ? "file" : "files") could not be had; \(report) says which and why; the same "
                    + "command asks again")
        }
        if outcome.isStopped {
            context.report("stopped before the document was written; the same command goes on where it was")
            throw ExitCode(130)
        }
        try context.report(outcome.damage)
        if !outcome.missing.isEmpty { throw ExitCode(WeFlowError.Kind.partial.exitCode) }
    }
}
