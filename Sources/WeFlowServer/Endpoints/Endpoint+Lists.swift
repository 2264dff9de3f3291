import WeFlowCollections
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

extension Endpoint {
    static let sessions = Endpoint(
        "/api/v1/sessions",
        operation: Operation(
            name: "sessions", summary: "Sessions, newest first.",
            declared: SessionsRequest.parameters,
            content: [.json(.any(of: [AnswerSchemas.sessions, AnswerSchemas.chatLabSessions]))],
            refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try SessionsRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: SessionTables.database)
        return Answer { writer in
            let account = try context.account()
            try await context.answers.answer(call.key, from: account, to: writer) { sink in
                let result = try SessionsQuery(request).run(on: account)
                try damage.judge(result.damage, writer)
                if request.format == .chatlab {
                    try await sink(encodeChatLabSessions(result.sessions, style: .compact))
                } else {
                    try await sink(encodeSessions(result.sessions, form: .json(.compact)))
                }
                return result.damage.isEmpty && result.notice == nil
            }
        }
    }

    static let contacts = Endpoint(
        "/api/v1/contacts",
        operation: Operation(
            name: "contacts", summary: "Friends, groups and official accounts.",
            declared: ContactsRequest.parameters,
            content: [.json(AnswerSchemas.contacts)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try ContactsRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: ContactTables.database)
        return Answer { writer in
            let account = try context.account()
            try await context.answers.answer(call.key, from: account, to: writer) { sink in
                let result = try DetailedContactsQuery(request).run(on: account)
                try damage.judge(result.damage, writer)
                if let contacts = result.details {
                    try await sink(detailedContactsLayout.encoded(contacts, form: .json(.compact)))
                } else {
                    try await sink(encodeContacts(result.list.contacts, form: .json(.compact)))
                }
                return result.damage.isEmpty
            }
        }
    }

    static let groupMembers = Endpoint(
        "/api/v1/group-members",
        operation: Operation(
            name: "groupMembers", summary: "The members of a group.",
            description: "Lists are cached; a list is dropped when a database under it changes.",
            declared: GroupMembersRequest.parameters,
            content: [.json(AnswerSchemas.groupMembers)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try GroupMembersRequest(call.parameters)
        let damage = try Damage(call.parameters, context) {
            $0 == ContactTables.database || request.includeMessageCounts && Shard.isShard($0)
        }
        return Answer { writer in
            let (entry, isCached) = try context.groups.members(request, of: try context.account()) {
                losses throws(WeFlowError) in
                try damage.judge(losses, writer)
                return !Damage.isSaid(in: writer.head)
            }
            try await writer.write(
                encodeGroupMembers(
                    entry.members, chatroomID: request.chatroomID, fromCache: isCached, updatedAt: entry.updatedAt,
                    form: .json(.compact)))
        }
    }
}
