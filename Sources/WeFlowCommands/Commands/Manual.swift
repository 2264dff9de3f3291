internal import ArgumentParser
internal import WeFlowOutput

/// `weflow manual`: the manual page.
struct Manual: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page, in the language of man.",
        discussion: """
            weflow manual > ~/.local/share/man/man1/weflow.1 && man weflow

            The same lies ready in man/weflow.1.
            """)

    func run(in context: Context) async throws {
        let text = try ManualPage(CommandTree().root).text
        try await context.writing(to: nil) { try $0.write(text) }
    }
}
