import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowSearch

extension Tool {
    static let chatStats = Tool(
        name: "chat_stats", title: "Count messages",
        description: """
            How many messages there are by chat, sender, day, week, month, year, hour, weekday or type, with how many of them \
            were sent and received; for all chats or some, with the filters of a search.
            """,
        declared: StatsRequest.parameters + [cursor.declaration], answers: AnswerSchemas.stats
    ) { call in
        var request = try StatsRequest(call.values)
        request.filter.chats = call.visibility.included(request.filter.chats)
        request.filter.exclude = call.visibility.excluded(request.filter.exclude)
        let limit = request.limit
        (request.offset, request.limit) = (0, Parameters.all)
        let query = try StatsQuery(request, in: call.account)
        let result = try await query.retrying { try await $0.run() }
        let encoded = encodeStats(result, by: request.by, form: .json(.compact)).array()
        var whole = try JSONValue(answer: encoded)
        if let place = request.by.firstIndex(of: .sender), !call.visibility.isOpen {
            let rows = (whole["rows"]?.elements ?? []).map { call.withOpenName($0, at: place) }
            whole = whole.with(["rows": .array(rows)])
        }
        return ToolAnswer(body: try call.list("rows", limit: limit, of: whole), losses: result.losses.sentences)
    }
}

extension ToolCall {
    /// A row in which a sender who is hidden has the name that they gave themselves.
    fileprivate func withOpenName(_ row: JSONValue, at place: Int) -> JSONValue {
        var names = row["names"]?.elements ?? []
        let keys = row["keys"]?.elements ?? []
        guard place < names.count, place < keys.count, let sender = keys[place].text, let name = openName(of: sender)
        else { return row }
        names[place] = .string(name)
        return row.with(["names": .array(names)])
    }
}
