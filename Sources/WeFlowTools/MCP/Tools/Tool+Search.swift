import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowSearch

extension Tool {
    static let searchMessages = Tool(
        name: "search_messages", title: "Search all chats",
        description: """
            Messages of all chats that hold all the words of q, the newest first; also by sender, kind, time or chat. \
            context adds what was said before and after each. counts tells how many each chat has instead. read_messages \
            with around shows more around a hit.
            """,
        declared: SearchRequest.parameters,
        answers: .any(of: [AnswerSchemas.search, AnswerSchemas.searchCounts])
    ) { call in
        let asked = try SearchRequest(call.values, areIDs: false)
        let chats = call.visibility.included(asked.filter.chats)
        let others = call.visibility.excluded(asked.filter.exclude)
        var request = try SearchRequest(
            call.with([
                "in": .array(chats.map(JSONValue.string)), "exclude": .array(others.map(JSONValue.string)),
            ]))
        if request.counts { return try await counts(request, call) }
        var isCut = false
        // A page that is too long is searched again for as many hits as fit, for the cursor behind these.
        while true {
            let (whole, losses) = try await hits(request, call)
            let found = call.withOpenNames(whole["messages"]?.elements ?? [])
            var budget = Budget(most: call.mostBytes, envelope: whole.with(["messages": []]), cursor: 200)
            for item in found where !budget.add(item) { break }
            guard budget.items.count < found.count else {
                let next = whole["hasMore"] == true ? whole["cursor"]?.text : nil
                return ToolAnswer(
                    body: whole.page("messages", budget.items, isCut: isCut, next: next), losses: losses)
            }
            isCut = true
            request.limit = budget.items.count
            try Task.checkCancellation()
        }
    }

    private static func hits(
        _ request: SearchRequest, _ call: ToolCall
    ) async throws -> (JSONValue, [String]) {
        try await SearchQuery(request, in: call.account).retrying { query in
            let found = try await query.page()
            let answer = SearchAnswer(query)
            let page = try await answer.encode(found)
            var bytes: [UInt8] = []
            try await answer.write(page) { bytes += $0.array() }
            return (try JSONValue(answer: bytes).withoutPrivateMembers, page.losses.sentences)
        }
    }

    private static func counts(_ request: SearchRequest, _ call: ToolCall) async throws -> ToolAnswer {
        try await SearchQuery(request, in: call.account).retrying { query in
            let (counts, losses) = try await query.counts()
            let whole = try JSONValue(answer: encodeSearchCounts(counts, form: .json(.compact)).array())
            let found = whole["sessions"]?.elements ?? []
            var budget = Budget(most: call.mostBytes, envelope: whole.with(["sessions": []]), cursor: 0)
            for item in found where !budget.add(item) { break }
            let isCut = budget.items.count < found.count
            return ToolAnswer(
                body: whole.with(["sessions": .array(budget.items), "truncated": .bool(isCut)]),
                losses: losses.sentences)
        }
    }
}
