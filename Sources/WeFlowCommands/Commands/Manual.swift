internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow manual`: the manual page.
enum Manual: Command {
    static let name = "manual"
    static let abstract = "Print the manual page, in the language of man."
    static let examples = ["weflow manual > ~/.local/share/man/man1/weflow.1 && man weflow"]
    static let discussion = "The same lies ready in man/weflow.1."

    static func run(_ values: Parameters, in context: Context) async throws {
        try await context.writing(to: nil) { try $0.write(ManualPage(CommandTree().root).text) }
    }
}
