internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowQuery

/// `weflow group-members`: who is in a group.
struct GroupMembers: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "group-members",
        abstract: "List the members of a group, the owner and friends first.",
        discussion: """
            weflow group-members 123@chatroom
            weflow group-members 家人群 --include-message-counts --format table
            """)

    @Argument(
        help: ArgumentHelp("The group: its id, or a name that fits only one.", valueName: "chatroom-id"),
        completion: .talkers)
    var id: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The group, as the argument.", valueName: "chatroom-id"),
        completion: .talkers)
    var chatroomId: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The same as --chatroom-id.", valueName: "chatroom-id"),
        completion: .talkers)
    var talker: String?

    @Flag(
        name: [.customLong("include-message-counts"), .customLong("with-counts")], inversion: .prefixedNo,
        exclusivity: .exclusive, help: "Count each member's messages in the group.")
    var includeMessageCounts: Bool?

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Read the list anew, as the command line always does; a server may remember it.")
    var forceRefresh: Bool?

    @Option(
        help: "json or table, which is for reading. (default: json)",
        completion: .list(ListFormat.allCases.map(\.rawValue)))
    var format: String?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        var request = try GroupMembersRequest(
            Parameters(commandLine: [
                "chatroomId": try Talker.given(id, chatroomId, option: "--chatroom-id"), "talker": talker,
                "includeMessageCounts": includeMessageCounts?.parameterText,
                "forceRefresh": forceRefresh?.parameterText,
            ]))
        let format = try ListFormat(format)
        let account = try Settings(account, in: context).openAccount()
        request.chatroomID = try context.names(in: account).id(of: request.chatroomID, as: .group)
        let now = context.milliseconds
        let result = try GroupMembersQuery(request).run(on: account)
        if format == .table {
            let table = groupMembersTable(
                result.members, hasCounts: request.includeMessageCounts, width: context.screenWidth(output),
                style: context.textStyle(output))
            try await context.deliver(table, output)
        } else {
            try await context.deliver(
                encodeGroupMembers(
                    result.members, chatroomID: request.chatroomID, fromCache: false,
                    updatedAt: now, style: context.style(output)),
                output)
        }
        try context.report(result.losses)
    }
}
