internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow group-members`: who is in a group.
enum GroupMembers: Command {
    static let name = "group-members"
    static let abstract = "List the members of a group, the owner and friends first."
    static let examples = [
        "weflow group-members 48201337003@chatroom", "weflow group-members 蛋糕会 --include-message-counts --format table",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        GroupMembersRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        var request = try GroupMembersRequest(values)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        request = try GroupMembersRequest(context.named(values, in: account))
        let now = context.milliseconds
        let result = try GroupMembersQuery(request).run(on: account)
        try await context.deliver(request.format, values, output) {
            encodeGroupMembers(
                result.members, chatroomID: request.chatroomID, fromCache: false, updatedAt: now, form: $0)
        } table: {
            groupMembersTable(result.members, hasCounts: request.includeMessageCounts, width: $0, style: $1)
        }
        try context.report(result.losses)
    }
}
