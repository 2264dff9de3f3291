import WeFlowFiles
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

extension Tool {
    static let listUnread = Tool(
        name: "list_unread", title: "List what is unread",
        description: """
            The chats with unread messages and these messages, the chat with the newest one first; mentions leaves only \
            chats in which the user is mentioned. messages false leaves the texts out.
            """,
        declared: UnreadRequest.parameters + [cursor.declaration], answers: AnswerSchemas.unread
    ) { call in
        var request = try UnreadRequest(call.values)
        let limit = request.limit
        request.chats.included = Set(call.visibility.included(request.chats.included.sorted()))
        request.chats.excluded = Set(call.visibility.excluded(request.chats.excluded.sorted()))
        (request.offset, request.limit) = (0, Parameters.all)
        let answer = UnreadAnswer(UnreadQuery(request), form: .json(.compact))
        let result = try answer.run(on: call.account)
        let whole = try JSONValue(
            answer: answer.layout.encoded(result.sessions, form: .json(.compact)).array()
        ).withoutPrivateMembers
        let sessions = (whole["sessions"]?.elements ?? []).map { session in
            guard let messages = session["messages"]?.elements else { return session }
            return session.with(["messages": .array(call.withOpenNames(messages))])
                .withNewestMessages(atMost: call.mostBytes / 2)
        }
        let losses = result.losses.sentences + [result.notice?.sentence].compactMap(\.self)
        return ToolAnswer(
            body: try call.list("sessions", limit: limit, of: whole.with(["sessions": .array(sessions)])),
            losses: losses)
    }
}

extension JSONValue {
    /// A chat with so many of its newest messages as have room, and `shortened` where that is not all; read_messages gives
    /// the others.
    fileprivate func withNewestMessages(atMost most: Int) -> JSONValue {
        guard size > most, let messages = self["messages"]?.elements else { return self }
        var room = most - with(["messages": []]).size - 24
        var kept: [JSONValue] = []
        for message in messages.reversed() {
            room -= message.size + 1
            guard room >= 0 || kept.isEmpty else { break }
            kept.append(message)
        }
        guard kept.count < messages.count else { return self }
        return with(["messages": .array(kept.reversed()), "shortened": true])
    }
}
