internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow group-members`: who is in a group.
enum GroupMembers: Command {
    static let name = "group-members"
    static let abstract = "List the members of a group, the owner and friends first."
    static let examples = [
        "weflow group-members 123@chatroom", "weflow group-members 家人群 --include-message-counts --format table",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        GroupMembersRequest.parameters
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
        switch request.format {
        case .table:
            let table = groupMembersTable(
                result.members, hasCounts: request.includeMessageCounts, width: context.screenWidth(output),
                style: context.textStyle(output))
            try await context.deliver(table, output)
        case .json:
            try await context.deliver(
                encodeGroupMembers(
                    result.members, chatroomID: request.chatroomID, fromCache: false,
                    updatedAt: now, style: context.style(output)),
                output)
        }
        try context.report(result.losses)
    }
}
