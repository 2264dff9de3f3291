internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowRendering
internal import WeFlowSystem

/// `weflow archive render`: an archive as pages, texts, tables or a database.
enum ArchiveRender: Command {
    static let name = "render"
    static let abstract = "Make readable forms of an archive: pages for a browser, texts, tables, a database."
    static let examples = [
        "weflow archive render ~/wechat-archive --output-dir ~/wechat-pages",
        "weflow archive render ~/wechat-archive --format text --output-dir ~/notes",
    ]
    static let discussion = """
        Neither key nor account is needed. Run it again after the archive was brought up to date: only what changed is \
        written anew. Open index.html in a browser; the pages load nothing from anywhere. Pictures, voices and videos \
        are second names of those in the archive where both lie on one disk, else copies. html and markdown, text, csv and \
        sqlite can go into one folder. Where part of the archive is damaged, the rest is written and the exit code is 65.
        """

    @ParameterList static var parameters: [ParameterDeclaration] {
        RenderRequest.parameters
        OutputOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try RenderRequest(values)
        let output = try OutputOptions(values)
        let line = ProgressLine(context)
        defer { line.clear() }
        let rendering = Rendering(request)
        if let zone = try rendering.zoneName { try Self.takeOn(zone, in: context) }
        let outcome = try rendering.run { progress in
            line.show(
                Double(progress.done), of: Double(progress.total), rate: { "\(Int($0.rounded())) messages/s" },
                progress.chat)
        }
        line.clear()
        for error in outcome.damage { context.report("error: \(error.sentence)") }
        try await context.deliver(encodeRendering(outcome, style: context.style(output)), output)
        if let error = outcome.damage.first { throw ExitCode(error.kind.exitCode) }
    }

    /// Makes the zone of the archive's first run that of the process: its months are cut by it, and its days shall be, too.
    ///
    /// - Throws: `.unavailable` where this machine does not know it.
    private static func takeOn(_ zone: String, in context: Context) throws(WeFlowError) {
        guard zone != context.environment["TZ"] else { return }
        guard LocalZone.doubt({ $0 == "TZ" ? zone : context.environment[$0] }) == nil else {
            throw WeFlowError(
                .unavailable,
                "the archive's times are those of \(zone), a time zone that this machine does not know; install the time zones "
                    + "(tzdata)")
        }
        System.setZone(zone)
    }
}
