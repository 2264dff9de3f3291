import WeFlowCollections
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

extension Tool {
    static let listFavorites = Tool(
        name: "list_favorites", title: "List favourites",
        description: """
            What the user has kept as favourites (收藏): texts, notes, links, files, records, with their tags; the newest \
            first.
            """,
        declared: FavoritesRequest.parameters + [cursor.declaration], answers: AnswerSchemas.favorites,
        offered: ["type", "tag", "keyword", "start", "end", "limit", "cursor"]
    ) { call in
        var request = try FavoritesRequest(call.values)
        var losses: [String] = []
        let body = try call.list("favorites", limit: request.limit, isShown: call.showsFavorite) { offset, limit in
            (request.offset, request.limit) = (offset, limit)
            let result = try FavoritesQuery(request).run(on: call.account)
            losses = (result.damage.map(\.error) + result.notices).map(\.sentence)
            return try JSONValue(
                answer: favoritesLayout(baseURL: "").encoded(result.favorites, form: .json(.compact)).array())
        }
        return ToolAnswer(body: body, losses: losses)
    }

    static let listArticles = Tool(
        name: "list_articles", title: "List articles of official accounts",
        description: """
            What official accounts have pushed: title, abstract, address and time of each article; the newest first. unread \
            leaves out what was seen.
            """,
        declared: ArticlesRequest.parameters + [cursor.declaration], answers: AnswerSchemas.articles
    ) { call in
        var request = try ArticlesRequest(call.values)
        var losses: [String] = []
        let body = try call.list("articles", limit: request.limit, isShown: { call.shows($0, "accountId") }) {
            offset, limit in
            (request.offset, request.limit) = (offset, limit)
            let result = try ArticlesQuery(request).run(on: call.account)
            losses = result.losses.sentences + result.notices.map(\.sentence)
            return try JSONValue(answer: articlesLayout.encoded(result.articles, form: .json(.compact)).array())
        }
        return ToolAnswer(body: body, losses: losses)
    }
}

extension ToolCall {
    /// Whether a favourite is there: neither the chat that it is from nor who sent it there is hidden. Where only some
    /// chats are there, one that is from none of them is not.
    fileprivate func showsFavorite(_ favorite: JSONValue) -> Bool {
        let (sender, chat) = (favorite["from"]?["id"]?.text ?? "", favorite["chat"]?["id"]?.text ?? "")
        let places = [chat, sender == account.owner.username ? "" : sender].filter { !$0.isEmpty }
        guard !places.contains(where: visibility.hidden.contains) else { return false }
        guard let only = visibility.only else { return true }
        return places.contains(where: only.contains)
    }
}
