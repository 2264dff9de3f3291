import WeFlowOutput
import WeFlowParameters
import WeFlowQuery
import WeFlowSystem

extension Endpoint {
    static let messages = Endpoint(
        "/api/v1/messages",
        operation: Operation(
            name: "messages", summary: "Messages of one chat.",
            description: "A chat that the store does not know has none.",
            declared: MessagesRequest.parameters, rules: MessagesRequest.rules,
            content: [.json(.any(of: [AnswerSchemas.messages, .reference("ChatLab")]))],
            refusals: [.notFound, .internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try MessagesRequest(call.parameters)
        let damage = try Damage(call.parameters, context)
        return Answer { writer in
            let account = try context.account()
            let media = MediaEnvelope(
                enabled: request.media.isEnabled, exportPath: context.media.exportPath,
                baseURL: "http://\(call.host.text)")
            let exporter = request.media.kinds.isEmpty ? nil : context.exporter(for: account)
            // A document of ChatLab's bears its time.
            let key = exporter == nil && request.format == .json ? call.key : nil
            try await context.answers.answer(key, from: account, to: writer) { sink in
                let query = try MessagesQuery(request, in: account, media: exporter)
                let answer = MessagesAnswer(
                    query, in: account, style: .compact, exportedAt: Clock.seconds, media: media)
                let page = try await answer.page()
                try damage.judge(page.losses, writer)
                try await page.write(to: sink)
                return page.losses.sentences.isEmpty
            }
        }
    }

    static let pull = Endpoint(
        "/api/v1/sessions/{id}/messages", [.get],
        operation: Operation(
            name: "pull", summary: "Messages of one chat for ChatLab's pull, oldest first.",
            description: "The answer is ChatLab's whatever format says. sync.nextSince repeats since, and "
                + "sync.nextOffset is offset and count, so that a client may apply both or one.",
            declared: PullRequest.parameters,
            content: [.json(AnswerSchemas.pull)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let pull = try PullRequest(call.parameters, id: try call.pathValue("id"))
        let damage = try Damage(call.parameters, context)
        return Answer { writer in
            let account = try context.account()
            let query = try MessagesQuery(MessagesRequest(pull), in: account)
            let now = Clock.seconds
            let sync = ChatLabSync(since: pull.since, offset: pull.offset, watermark: pull.end ?? now)
            let answer = MessagesAnswer(
                query, in: account, style: .compact, exportedAt: now, media: nil, sync: sync)
            let page = try await answer.page()
            try damage.judge(page.losses, writer)
            try await page.write { bytes in try await writer.write(bytes) }
        }
    }
}
