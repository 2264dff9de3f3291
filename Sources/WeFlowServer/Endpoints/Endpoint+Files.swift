import WeFlowFiles
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// What an account holds beside messages.
extension Endpoint {
    static let files = Endpoint(
        "/api/v1/files",
        operation: Operation(
            name: "files", summary: "The files of messages over all chats, newest first.",
            description:
                "Files inside forwarded records count. Each is present, absent or mismatch; the network is never asked.",
            declared: FilesRequest.parameters,
            content: [.json(AnswerSchemas.files)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try FilesRequest(call.parameters)
        let damage = try Damage(call.parameters, context)
        return Answer { writer in
            let result = try FilesQuery(request).run(on: try context.account())
            try damage.judge(result.losses, writer)
            try await writer.write(filesLayout.encoded(result.files, form: .json(.compact)))
        }
    }

    static let avatars = Endpoint(
        "/api/v1/avatars", [.get],
        operation: Operation(
            name: "avatars", summary: "The pictures that the client keeps of people, groups and accounts.",
            declared: AvatarsRequest.parameters,
            content: [.json(AnswerSchemas.avatars)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try AvatarsRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: HeadImages.database)
        return Answer { writer in
            let result = try AvatarsQuery(request).run(on: try context.account())
            try damage.judge(result.damage, writer)
            try await writer.write(avatarsLayout.encoded(result.avatars, form: .json(.compact)))
        }
    }

    static let avatar = Endpoint(
        "/api/v1/avatars/{username}", [.get],
        operation: Operation(
            name: "avatar", summary: "The picture of a person, a group or an account.",
            declared: AvatarRequest.parameters,
            content: ["image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "application/octet-stream"]
                .map(Operation.Content.bytes),
            refusals: [.notFound, .internalServerError, .serviceUnavailable])
    ) { call, context in
        let username = try call.pathValue("username")
        return Answer { writer in
            let picture = try AvatarPicture(of: username, in: try context.account())
            writer.isCompressible = false
            writer.head.headerFields = [
                .contentType: picture.contentType, .contentLength: "\(picture.bytes.count)",
                .xContentTypeOptions: "nosniff", .cacheControl: "private, no-cache",
            ]
            if writer.wantsBody { try await writer.write(picture.bytes) }
        }
    }

    static let unread = Endpoint(
        "/api/v1/unread",
        operation: Operation(
            name: "unread", summary: "Chats with unread messages, and these messages.",
            description:
                "By the client's own list where the store has one, else the newest messages of each chat. Entries that "
                + "hold other chats are left out.",
            declared: UnreadRequest.parameters,
            content: [.json(AnswerSchemas.unread)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try UnreadRequest(call.parameters)
        let damage = try Damage(call.parameters, context) { $0 == SessionTables.database || Shard.isShard($0) }
        return Answer { writer in
            let answer = UnreadAnswer(UnreadQuery(request), form: .json(.compact))
            let result = try answer.run(on: try context.account())
            try damage.judge(result.losses, writer)
            try await writer.write(answer.layout.encoded(result.sessions, form: .json(.compact)))
        }
    }
}
