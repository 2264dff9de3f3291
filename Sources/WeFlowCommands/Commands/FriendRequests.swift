internal import WeFlowCollections
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery

/// `weflow friend-requests`: who asked whom.
enum FriendRequests: Command {
    static let name = "friend-requests"
    static let abstract = "List the requests for friendship, the newest first."
    static let examples = ["weflow friend-requests --format table", "weflow friend-requests --start 2026-01-01"]

    @ParameterList static var parameters: [ParameterDeclaration] {
        FriendRequestsRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try FriendRequestsRequest(values)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        let list = try await context.deliver(friendRequestsLayout, request.format, values, output) {
            try FriendRequestsQuery(request).open(on: account)
        } table: {
            friendRequestsTable($0, width: $1, style: $2)
        }
        if request.format == .table { context.report(unlisted: list.unlisted, "requests") }
        for notice in list.notices { context.warn(notice.sentence) }
        try context.report(list.damage)
    }
}
