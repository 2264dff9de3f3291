import WeFlowMoments
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

/// The changes of the moments.
extension Endpoint {
    static let protectionStatus = Endpoint(
        "/api/v1/sns/block-delete/status", [.get],
        operation: Operation(
            name: "snsBlockDeleteStatus", summary: "Whether posts are protected against deletion.",
            content: [.json(AnswerSchemas.protectionStatus)], refusals: [.internalServerError, .serviceUnavailable])
    ) { _, context in
        Answer { writer in
            let change = try MomentsChange(try context.account(), keeping: nil)
            try await writer.write(encodeProtectionStatus(change.isProtected(), style: .compact))
        }
    }

    static let protectionInstall = Endpoint(
        "/api/v1/sns/block-delete/install", [.post],
        operation: Operation(
            name: "snsBlockDeleteInstall", summary: "Protects the posts: WeChat keeps what it would delete.",
            description: changesTheStore, declared: MomentsProtectionRequest.parameters,
            content: [.json(AnswerSchemas.protectionInstalled)], refusals: changeRefusals)
    ) { call, context in
        let request = try MomentsProtectionRequest(call.parameters)
        return Answer { writer in
            let change = try context.momentsChange(keeping: request.backup)
            try await writer.write(encodeProtectionInstalled(try !change.protect(), style: .compact))
        }
    }

    static let protectionUninstall = Endpoint(
        "/api/v1/sns/block-delete/uninstall", [.post],
        operation: Operation(
            name: "snsBlockDeleteUninstall", summary: "Lifts the protection, where there is one.",
            description: changesTheStore, declared: MomentsProtectionRequest.parameters,
            content: [.json(AnswerSchemas.momentsChanged)], refusals: changeRefusals)
    ) { call, context in
        let request = try MomentsProtectionRequest(call.parameters)
        return Answer { writer in
            let change = try context.momentsChange(keeping: request.backup)
            _ = try change.unprotect()
            try await writer.write(encodeMomentsChanged(style: .compact))
        }
    }

    static let momentDeletion = Endpoint(
        "/api/v1/sns/post/{postId}", [.delete],
        operation: Operation(
            name: "snsDeletePost", summary: "Deletes a post from this account's database.",
            description:
                "A protection is lifted for it and put back. WeChat shows the post again when its server sends "
                + "it again. " + changesTheStore,
            declared: MomentDeletionRequest.parameters, content: [.json(AnswerSchemas.momentsChanged)],
            refusals: [.notFound] + changeRefusals)
    ) { call, context in
        let request = try MomentDeletionRequest(call.parameters, place: try call.pathValue("postId"))
        return Answer { writer in
            let change = try context.momentsChange(keeping: request.backup)
            guard try change.delete(request.tid) else { throw MomentDeletionRequest.missing }
            try await writer.write(encodeMomentsChanged(style: .compact))
        }
    }

    private static let changesTheStore =
        "It changes the account's own database, which no other process may have open meanwhile."

    private static let changeRefusals: [HTTPResponse.Status] = [.conflict, .internalServerError, .serviceUnavailable]
}

extension ServerContext {
    /// The moments of the account as they may be changed; the database is kept first where `backup` says so.
    fileprivate func momentsChange(keeping backup: Bool) throws -> MomentsChange {
        try MomentsChange(try account(), keeping: backup ? moments.backups : nil)
    }
}
