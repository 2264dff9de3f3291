internal import ArgumentParser
internal import WeFlowOutput

/// `weflow completions`: the script that completes command lines in a shell.
struct Completions: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the script that completes commands, options and chats in a shell.",
        discussion: """
            weflow completions fish > ~/.config/fish/completions/weflow.fish

            The scripts lie ready in completions/: weflow.bash, _weflow for zsh, weflow.fish. They ask weflow what may \
            follow; chats are completed by id and by name where the account opens at once.
            """)

    @Argument(help: ArgumentHelp("bash, zsh or fish.", valueName: "shell"))
    var shell: CompletionScript

    func run(in context: Context) async throws {
        try await context.writing(to: nil) { try $0.write(shell.text) }
    }
}
