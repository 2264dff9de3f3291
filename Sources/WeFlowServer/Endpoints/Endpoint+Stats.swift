import WeFlowOutput
import WeFlowQuery
import WeFlowSearch

extension Endpoint {
    static let stats = Endpoint(
        "/api/v1/stats",
        operation: Operation(
            name: "stats", summary: "How many messages there are of each chat, sender, time or kind.",
            description: "Times are local. Times ascend, others come by number.", declared: StatsRequest.parameters,
            content: [.json(AnswerSchemas.stats)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try StatsRequest(call.parameters)
        let damage = try Damage(call.parameters, context)
        return Answer { writer in
            let account = try context.account()
            try await context.answers.answer(call.key, from: account, to: writer) { sink in
                let result = try await StatsQuery(request, in: account).retrying { try await $0.run() }
                try damage.judge(result.losses, writer)
                try await sink(encodeStats(result, by: request.by, form: .json(.compact)))
                return result.losses.sentences.isEmpty
            }
        }
    }
}
