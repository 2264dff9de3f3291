internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowRendering

/// `weflow archive render`: an archive as pages, texts, tables or a database.
enum ArchiveRender: Command {
    static let name = "render"
    static let abstract = "Make readable forms of an archive: pages for a browser, texts, tables, a database."
    static let examples = [
        "weflow archive render ~/wechat-archive --output-dir ~/wechat-pages",
        "weflow archive render ~/wechat-archive --format markdown --output-dir ~/wechat-notes",
    ]
    static let discussion = """
        Neither key nor account is needed. Run it again after the archive was brought up to date: only what changed is \
        written anew. Open index.html in a browser; the pages load nothing from anywhere. Pictures, voices and files are \
        second names of those in the archive where both lie on one disk, else copies. html and markdown, text, csv and \
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
        let outcome = try Rendering(request).run { progress in
            line.show(
                Double(progress.done), of: Double(progress.total), rate: { "\(Int($0.rounded())) messages/s" }, progress.chat)
        }
        line.clear()
        for error in outcome.damage { context.report("error: \(error.sentence)") }
        try await context.deliver(encodeRendering(outcome, style: context.style(output)), output)
        if let error = outcome.damage.first { throw ExitCode(error.kind.exitCode) }
    }
}
