import WeFlowArrivals
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

extension Endpoint {
    static let newMessages = Endpoint(
        "/api/v1/messages/new",
        operation: Operation(
            name: "newMessages", summary: "What arrived in all chats since a cursor, in the order of arrival.",
            description:
                "At least once, nothing skipped, over restarts. Without cursor and since: the unread messages, "
                + "and a cursor for now.",
            declared: NewMessagesRequest.parameters,
            content: [.json(AnswerSchemas.newMessages)],
            refusals: [.notFound, .internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try NewMessagesRequest(call.parameters)
        let damage = try Damage(call.parameters, context)
        let baseURL = "http://\(call.host.text)"
        return Answer { writer in
            let account = try context.account()
            let watch = context.push.watch(of: account)
            let exporter = request.media.kinds.isEmpty ? nil : context.exporter(for: account)
            var request = request
            func page() async throws -> (answer: NewMessagesAnswer, page: NewMessagesAnswer.Page) {
                let answer = NewMessagesAnswer(
                    NewMessagesQuery(request, journal: watch.journal), style: .compact, baseURL: baseURL)
                let page =
                    if let exporter { try await answer.page(exporting: exporter) } else { try answer.page() }
                try damage.judge(page.summary.losses, writer)
                return (answer, page)
            }
            // What is written from here on calls, so nothing between it and the first look is missed.
            let listener = request.wait > 0 ? try watch.listen(toEvents: false) : nil
            var found = try await page()
            if let listener, found.page.summary.count == 0 {
                let number = context.push.openAnswers.add(call.leave, isStream: false) { listener.call.finish() }
                defer { context.push.openAnswers.remove(number) }
                let wait = Duration.seconds(request.wait)
                let timer = Task {
                    try await Task.sleep(for: wait)
                    listener.call.finish()
                }
                defer { timer.cancel() }
                for await _ in listener.calls {
                    try call.leave?.check()
                    request.beginning = .cursor(found.page.summary.cursor)
                    found = try await page()
                    if found.page.summary.count > 0 { break }
                }
                try Task.checkCancellation()
                try call.leave?.check()
            }
            listener?.call.finish()
            try await found.answer.write(found.page) { bytes in try await writer.write(bytes) }
        }
    }
}
