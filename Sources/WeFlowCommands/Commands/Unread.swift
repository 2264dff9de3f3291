internal import WeFlowFiles
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery

/// `weflow unread`: the chats with unread messages.
enum Unread: Command {
    static let name = "unread"
    static let abstract = "List the chats with unread messages, and these messages."
    static let examples = [
        "weflow unread --session-type private,group", "weflow unread --mentions", "weflow unread --format table",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        UnreadRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool { true }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try OutputOptions(values)
        let form = try context.listForm(UnreadRequest(values).format, values, output)
        let account = try context.openAccount(values)
        let request = try UnreadRequest(context.named(values, in: account))
        let answer = UnreadAnswer(UnreadQuery(request), form: form)
        let list = try await context.deliver(answer.layout, request.format, values, output) {
            try answer.open(on: account)
        } table: {
            unreadTable($0, width: $1, style: $2)
        }
        if form == nil { context.report(unlisted: try list.unlisted(), "chats") }
        if let notice = list.notice { context.warn(notice.sentence) }
        context.warnOfOwner(account)
        try context.report(list.losses)
    }
}
