import WeFlowArrivals
import WeFlowOutput
import WeFlowParameters
import WeFlowQuery

extension Endpoint {
    static let pushMessages = Endpoint(
        "/api/v1/push/messages",
        operation: Operation(
            name: "pushMessages", summary: "What arrives, as it arrives: server-sent events.",
            description: "The events are ready (first, without an id), message.new, message.revoke, and gap where the "
                + "journal does not reach back to the event to go on behind. The data of message.new and "
                + "message.revoke is a PushEvent in one line of JSON. A comment comes every 15 seconds. 403 while push is "
                + "disabled (weflow serve --push enables it).",
            declared: PushRequest.parameters,
            content: [
                Operation.Content(
                    type: "text/event-stream", schema: .anything.with("x-event-data", AnswerSchemas.pushEvent.json),
                    example: .string(
                        "id: 1760000123001\nevent: message.new\ndata: {\"event\":\"message.new\",…}\n\n"))
            ],
            refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try EventStreamRequest(call)
        guard try context.push.settings().push else { throw Refusal(.forbidden, "Message push is disabled") }
        let address = "http://\(call.host.text)/api/v1/push/messages"
        return Answer { writer in
            let watch = context.push.watch(of: try context.account())
            try await EventStream(
                request: request, leave: call.leave, push: context.push, watch: watch, address: address
            )
            .run(writer)
        }
    }
}
