internal import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow sns delete`: deletes a post from the account's own database.
enum SnsDelete: Command {
    static let name = "delete"
    static let abstract = "Delete a post from the account's own database."
    static let examples = [
        "weflow sns delete 14902430900665427640 --yes", "weflow sns delete -3558853981309923987 --yes",
    ]
    static let discussion = """
        The id is a post's id or tid in the timeline. Only the copy on this machine is deleted: WeChat shows the post \
        again when its server sends it again. WeChat must not be running meanwhile. A protection against deletion is \
        lifted for it and put back.
        """

    private static let yes = Parameter.mark("yes", "Do not ask. Needed where there is no terminal to ask on.")

    @ParameterList static var parameters: [ParameterDeclaration] {
        MomentDeletionRequest.parameters
        yes
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try MomentDeletionRequest(values)
        let output = try OutputOptions(values)
        let isAgreed = try values[yes]
        guard isAgreed || context.terminal.takesInput else {
            throw WeFlowError(
                .usage, "there is no terminal to ask on; pass --yes to delete the post without a question")
        }
        let change = try context.momentsChange(values, keeping: request.backup)
        if !isAgreed {
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
