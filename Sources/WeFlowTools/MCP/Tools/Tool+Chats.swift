import WeFlowModel
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

extension Tool {
    static let listChats = Tool(
        name: "list_chats", title: "List chats",
        description: """
            The chats of the account, the one with the newest message first: private chats, groups, official accounts. \
            Start here to learn what there is. keyword finds chats by a part of their name or id.
            """,
        declared: SessionsRequest.parameters + [cursor.declaration], answers: AnswerSchemas.sessions
    ) { call in
        var request = try SessionsRequest(call.values)
        let limit = request.limit
        var losses: [String] = []
        let body = try call.list("sessions", limit: limit, isShown: { call.shows($0, "username") }) { offset, limit in
            (request.offset, request.limit) = (offset, limit)
            let result = try SessionsQuery(request).run(on: call.account)
            losses = result.damage.map(\.error.sentence) + [result.notice?.sentence].compactMap(\.self)
            return try JSONValue(
                answer: encodeSessions(result.sessions, form: .json(.compact)).array())
        }
        return ToolAnswer(body: body, losses: losses)
    }

    static let findContact = Tool(
        name: "find_contact", title: "Find a contact",
        description: """
            People, groups and official accounts of the address book whose remark, nickname, alias or id holds the keyword. \
            Their username is the id by which the other tools take them.
            """,
        declared: ContactsRequest.parameters + [cursor.declaration], answers: AnswerSchemas.contacts,
        required: ["keyword"]
    ) { call in
        var request = try ContactsRequest(call.values)
        let limit = request.limit
        var losses: [String] = []
        let body = try call.list("contacts", limit: limit, isShown: { call.shows($0, "username") }) { offset, limit in
            (request.offset, request.limit) = (offset, limit)
            let result = try ContactsQuery(request).run(on: call.account)
            losses = result.damage.map(\.error.sentence) + [result.notice?.sentence].compactMap(\.self)
            return try JSONValue(answer: encodeContacts(result.contacts, form: .json(.compact)).array())
        }
        return ToolAnswer(body: body, losses: losses)
    }

    static let groupMembers = Tool(
        name: "group_members", title: "List the members of a group",
        description: """
            Who is in a group: the owner and friends first, with the names they have in the group. includeMessageCounts \
            counts what each has written there.
            """,
        declared: GroupMembersRequest.parameters + [cursor.declaration], answers: AnswerSchemas.groupMembers,
        changeable: []
    ) { call in
        let request = try GroupMembersRequest(call.values)
        var losses: [String] = []
        let body = try call.list("members", isShown: { _ in true }) { offset, _ in
            let result = try GroupMembersQuery(request).run(on: call.account)
            losses = result.losses.sentences
            let whole = try JSONValue(
                answer: encodeGroupMembers(
                    Array(result.members.dropFirst(offset)), chatroomID: request.chatroomID, fromCache: false,
                    updatedAt: Clock.milliseconds, form: .json(.compact)
                ).array())
            let members = (whole["members"]?.elements ?? []).map {
                call.shows($0, "wxid") || $0["wxid"]?.text == call.account.owner.username ? $0 : $0.withoutContact
            }
            return whole.with(["members": .array(members)])
        }
        return ToolAnswer(body: body, losses: losses)
    }
}

extension ToolCall {
    /// Whether the chat or contact that an item names is there.
    func shows(_ item: JSONValue, _ key: String) -> Bool { visibility.shows(item[key]?.text ?? "") }
}

extension JSONValue {
    /// A member of a group whose contact is hidden: what the group itself shows of them.
    fileprivate var withoutContact: JSONValue {
        let names = ["groupNickname", "nickname", "wxid"].compactMap { self[$0]?.text }
        return with([
            "displayName": .string(names.first { !$0.isEmpty } ?? ""), "remark": "", "alias": "", "avatarUrl": "",
            "isFriend": false,
        ])
    }
}
