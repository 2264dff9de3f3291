internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow sns delete`: deletes a post from the account's own database.
struct SnsDelete: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a post from the account's own database.",
        discussion: """
            weflow sns delete 14763951115626764890
            weflow sns delete -3682792958082786726 --yes

            The id is a post's id or tid in the timeline. Only the copy on this machine is deleted: WeChat shows the \
            post again when its server sends it again. WeChat must not be running meanwhile. A protection against \
            deletion is lifted for it and put back.
            """)

    // A tid begins with a minus sign, so what the parser knows no option for is taken here.
    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("The post's id, or its tid.", valueName: "id"))
    var post: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The id, as the argument.", valueName: "id"))
    var postId: String?

    @Flag(help: "Do not ask. Needed where there is no terminal to ask on.")
    var yes = false

    @OptionGroup
    var backup: BackupOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func validate() throws {
        for option in post where option.hasPrefix("-") && !option.dropFirst().allSatisfy(\.isNumber) {
            throw ValidationError("Unknown option '\(option)'")
        }
    }

    func run(in context: Context) async throws {
        let given = post + (postId.map { [$0] } ?? [])
        guard Set(given).count <= 1 else {
            throw WeFlowError(.usage, "several posts are named; give the id of one")
        }
        let request = try MomentDeletionRequest(
            postID: given.first ?? "", Parameters(commandLine: ["backup": backup.text]))
        guard yes || context.terminal.takesInput else {
            throw WeFlowError(
                .usage, "there is no terminal to ask on; pass --yes to delete the post without a question")
        }
        let change = try backup.momentsChange(account, in: context)
        if !yes {
            guard try change.contains(request.tid) else { throw MomentDeletionRequest.missing }
            guard context.asks("delete the post \(UInt64(bitPattern: request.tid)) from this account?") else {
                context.report("nothing was deleted")
                throw ExitCode.failure
            }
        }
        guard try change.delete(request.tid) else { throw MomentDeletionRequest.missing }
        try await context.deliver(encodeMomentsChanged(style: context.style(output)), output)
    }
}
