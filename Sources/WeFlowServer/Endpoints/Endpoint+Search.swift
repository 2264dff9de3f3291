import WeFlowOutput
import WeFlowQuery
import WeFlowSearch

extension Endpoint {
    static let search = Endpoint(
        "/api/v1/search",
        operation: Operation(
            name: "search", summary: "Messages of all chats that hold words, or are of a sender, a kind, a time.",
            description: "Complete and as of now, in the order of times over all chats. With counts=1 only how many "
                + "messages each chat has.",
            declared: SearchRequest.parameters, rules: SearchRequest.rules,
            content: [.json(.any(of: [AnswerSchemas.search, AnswerSchemas.searchCounts]))],
            refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try SearchRequest(call.parameters)
        let damage = try Damage(call.parameters, context)
        return Answer { writer in
            let account = try context.account()
            try await context.answers.answer(call.key, from: account, to: writer) { sink in
                try await SearchQuery(request, in: account).retrying { query in
                    if request.counts {
                        let (counts, losses) = try await query.counts()
                        try damage.judge(losses, writer)
                        try await sink(encodeSearchCounts(counts, form: .json(.compact)))
                        return losses.sentences.isEmpty
                    }
                    let answer = SearchAnswer(query)
                    let page = try await answer.encode(query.page())
                    try damage.judge(page.losses, writer)
                    try await answer.write(page, to: sink)
                    return page.losses.sentences.isEmpty
                }
            }
        }
    }
}
