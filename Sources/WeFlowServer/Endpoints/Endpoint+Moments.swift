import WeFlowMedia
import WeFlowMoments
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// The moments.
extension Endpoint {
    static let timeline = Endpoint(
        "/api/v1/sns/timeline", [.get],
        operation: Operation(
            name: "snsTimeline", summary: "Posts of the moments, newest first.",
            declared: TimelineRequest.parameters,
            content: [.json(AnswerSchemas.timeline)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try TimelineRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: MomentsTable.database)
        let address = "http://\(call.host.text)"
        return Answer { writer in
            let query = TimelineQuery(request, hosts: context.moments.network.hosts, proxyBase: address)
            let result = try query.run(on: try context.account())
            try damage.judge(result.damage, writer)
            var items = result.items
            if case .resolved(replace: _, inline: true) = request.media {
                items = try await TimelineInliner(cache: context.moments.cache).inlining(items)
            }
            try await writer.write(encodeTimeline(items, media: request.media, form: .json(.compact)))
        }
    }

    static let momentUsernames = Endpoint(
        "/api/v1/sns/usernames", [.get],
        operation: Operation(
            name: "snsUsernames", summary: "Whose posts there are, those with the most first.",
            declared: [CommonParameters.partial.declaration],
            content: [.json(AnswerSchemas.momentUsernames)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let damage = try Damage(call.parameters, context, of: MomentsTable.database)
        return Answer { writer in
            let census = try context.moments.census.census(of: try context.account())
            try damage.judge(census.damage, writer)
            try await writer.write(encodeMomentUsernames(census, form: .json(.compact)))
        }
    }

    static let momentStats = Endpoint(
        "/api/v1/sns/export/stats", [.get],
        operation: Operation(
            name: "snsStats", summary: "How many posts there are.",
            description: "Numbers are kept until the database changes, so that fast makes no difference.",
            declared: MomentsStatsRequest.parameters,
            content: [.json(AnswerSchemas.momentStats)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        _ = try MomentsStatsRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: MomentsTable.database)
        return Answer { writer in
            let census = try context.moments.census.census(of: try context.account())
            try damage.judge(census.damage, writer)
            try await writer.write(encodeMomentStats(census, style: .compact))
        }
    }

    static let momentMedia = Endpoint(
        "/api/v1/sns/media/proxy", [.get],
        operation: Operation(
            name: "snsMedia", summary: "A picture or video of the moments, decrypted.",
            description:
                "Only hosts of WeChat's media network are asked, and those of mediaHosts in the configuration.",
            declared: MomentsMediaRequest.parameters,
            content: MediaFormat.allCases.map { .bytes($0.contentType) }.uniqued(), refusals: [.badGateway])
    ) { call, context in
        let request = try MomentsMediaRequest(call.parameters)
        return Answer { writer in
            let file = try await context.moments.cache.file(request.url, key: request.key)
            writer.isCompressible = false
            writer.head.headerFields[.contentType] = file.format.contentType
            writer.head.headerFields[.contentLength] = "\(file.size)"
            guard writer.wantsBody else { return }
            try await file.read { try await writer.write($0) }
        }
    }

    static let momentExport = Endpoint(
        "/api/v1/sns/export", [.post],
        operation: Operation(
            name: "snsExport", summary: "Writes posts, and the files they show, into a folder.",
            description: "The answer comes when the export is complete. Files that are there already are not fetched "
                + "again. filePath is empty where no post matches.",
            declared: MomentsExportRequest.parameters,
            content: [.json(AnswerSchemas.momentExport)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try MomentsExportRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: MomentsTable.database)
        guard Paths.isAbsolute(request.outputDir) else {
            throw WeFlowError(
                .usage, "outputDir must be an absolute path; the server's own folder means nothing to you")
        }
        return Answer { writer in
            let exporter = MomentsExporter(request, network: context.moments.network)
            let outcome = try await exporter.run(on: try context.account(), now: Clock.seconds * 1000) { _ in }
            try damage.judge(outcome.damage, writer)
            try await writer.write(encodeMomentsExport(outcome, style: .compact))
        }
    }
}

extension Array where Element == Operation.Content {
    /// Each content type once.
    fileprivate func uniqued() -> [Operation.Content] {
        var seen: Set<String> = []
        return filter { seen.insert($0.type).inserted }
    }
}
