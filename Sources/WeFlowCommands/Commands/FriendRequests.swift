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
        let result = try FriendRequestsQuery(request).run(on: context.openAccount(values))
        try await context.deliver(request.format, values, output) {
            encodeFriendRequests(result.requests, form: $0)
        } table: {
            friendRequestsTable(result.requests, width: $0, style: $1)
        }
        if request.format == .table { context.report(unlisted: result.unlisted, "requests") }
        for notice in result.notices { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}
