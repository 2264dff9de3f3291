import WeFlowCollections
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowStore

extension Endpoint {
    static let favorites = Endpoint(
        "/api/v1/favorites",
        operation: Operation(
            name: "favorites", summary: "Favourites with their parts and tags, newest first.",
            description: "Files come from this machine alone; the network is never asked.",
            declared: FavoritesRequest.parameters,
            content: [.json(AnswerSchemas.favorites)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try FavoritesRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: FavoritesQuery.database)
        let baseURL = "http://\(call.host.text)"
        return Answer { writer in
            let account = try context.account()
            let exporter = request.media ? context.exporter(for: account) : nil
            var result = try FavoritesQuery(request).run(on: account)
            try damage.judge(result.damage, writer)
            if let exporter {
                try await FavoriteFiles(account, exporter: exporter).export(for: &result.favorites)
            }
            try await writer.write(favoritesLayout(baseURL: baseURL).encoded(result.favorites, form: .json(.compact)))
        }
    }

    static let articles = Endpoint(
        "/api/v1/articles",
        operation: Operation(
            name: "articles", summary: "Articles that official accounts pushed, newest first.",
            declared: ArticlesRequest.parameters,
            content: [.json(AnswerSchemas.articles)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try ArticlesRequest(call.parameters)
        let damage = try Damage(call.parameters, context)
        return Answer { writer in
            let account = try context.account()
            try await context.answers.answer(call.key, from: account, to: writer) { sink in
                let result = try ArticlesQuery(request).run(on: account)
                try damage.judge(result.losses, writer)
                try await sink(articlesLayout.encoded(result.articles, form: .json(.compact)))
                return result.losses.sentences.isEmpty && result.notices.isEmpty
            }
        }
    }

    static let labels = Endpoint(
        "/api/v1/labels",
        operation: Operation(
            name: "labels", summary: "Labels of contacts in the owner's order, with how many friends bear each.",
            declared: LabelsRequest.parameters,
            content: [.json(AnswerSchemas.labels)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try LabelsRequest(call.parameters)
        let damage = try Damage(call.parameters, context, of: ContactTables.database)
        return Answer { writer in
            let account = try context.account()
            try await context.answers.answer(call.key, from: account, to: writer) { sink in
                let result = try LabelsQuery(request).run(on: account)
                try damage.judge(result.damage, writer)
                try await sink(labelsLayout.encoded(result.labels, form: .json(.compact)))
                return result.damage.isEmpty
            }
        }
    }

    static let friendRequests = Endpoint(
        "/api/v1/friend-requests",
        operation: Operation(
            name: "friendRequests", summary: "Requests for friendship and what was said about them, newest first.",
            declared: FriendRequestsRequest.parameters,
            content: [.json(AnswerSchemas.friendRequests)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, context in
        let request = try FriendRequestsRequest(call.parameters)
        let damage = try Damage(call.parameters, context) { FriendRequestsQuery.databases.contains($0) }
        return Answer { writer in
            let account = try context.account()
            let result = try FriendRequestsQuery(request).run(on: account)
            try damage.judge(result.damage, writer)
            try await writer.write(friendRequestsLayout.encoded(result.requests, form: .json(.compact)))
        }
    }
}
