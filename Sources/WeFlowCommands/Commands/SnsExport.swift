internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow sns export`: posts and their files into a folder.
struct SnsExport: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write posts, and the pictures and videos they show, into a folder.",
        discussion: """
            weflow sns export --output-dir moments --format html --export-media
            weflow sns export --output-dir moments --usernames wxid_a --export-images

            Pictures and videos come from WeChat's media network, five at a time; those that lie in the folder already \
            are not fetched again. Ctrl-C stops it; the same command goes on where it was. Where files could not be \
            had, the exit code is 75.
            """)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The folder to write into; made where it is not there.", valueName: "dir"),
        completion: .directory)
    var outputDir: String?

    @Option(
        help: "json, html (one page for reading) or arkmejson. (default: json)",
        completion: .list(MomentsExportRequest.Format.allCases.map(\.rawValue)))
    var format: String?

    @OptionGroup(title: "Filters")
    var selection: MomentsOptions

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Fetch pictures, Live Photos and videos.")
    var exportMedia: Bool?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Fetch pictures; then only the kinds that are named.")
    var exportImages: Bool?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Fetch the clips of Live Photos.")
    var exportLivePhotos: Bool?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Fetch videos.")
    var exportVideos: Bool?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        var parameters = Parameters(commandLine: [
            "outputDir": outputDir, "format": format, "exportMedia": exportMedia?.parameterText,
            "exportImages": exportImages?.parameterText, "exportLivePhotos": exportLivePhotos?.parameterText,
            "exportVideos": exportVideos?.parameterText,
        ])
        selection.add(to: &parameters)
        var request = try MomentsExportRequest(parameters)
        let settings = try Settings(account, in: context)
        let account = try settings.openAccount()
        request.filter.usernames = try context.names(in: account).ids(of: selection.usernames, as: .person)
        let named = request
        let outcome = try await settings.withMediaNetwork { network in
            let progress = ProgressLine(context)
            defer { progress.clear() }
            let now = context.milliseconds
            let work = Task {
                try await MomentsExporter(named, network: network).run(on: account, now: now) { step in
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
