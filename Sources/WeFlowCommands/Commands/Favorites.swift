internal import WeFlowCollections
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow favorites`: what the owner collected.
enum Favorites: Command {
    static let name = "favorites"
    static let abstract = "List favourites (收藏) with parts and tags, the newest first."
    static let examples = [
        "weflow favorites --type note --format markdown", "weflow favorites --tag 周末 --keyword 山 --format table",
        "weflow favorites --media --limit 0 -o favorites.json",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        FavoritesRequest.parameters
        CommonOptions.exportPath
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try FavoritesRequest(values)
        let output = try OutputOptions(values)
        let settings = try Settings(AccountOptions(values), exportPath: values[CommonOptions.exportPath], in: context)
        let account = try context.openAccount(settings)
        let query = FavoritesQuery(request)
        if request.media {
            try await context.exporting(media: settings, of: account) { exporter in
                let files = FavoriteFiles(account, exporter: exporter)
                let list = try await deliver(request, values, output, context, baseURL: context.serverAddress) {
                    FavoritesWithFiles(try query.open(on: account), files)
                }
                for note in files.notes { context.warn(note.sentence) }
                try finish(list.list, request, context)
            }
        } else {
            let list = try await deliver(request, values, output, context, baseURL: "") {
                try query.open(on: account)
            }
            try finish(list, request, context)
        }
    }

    /// Writes the list in the form that was asked for.
    private static func deliver<List: ListItems<Favorite>>(
        _ request: FavoritesRequest, _ values: Parameters, _ output: OutputOptions, _ context: Context,
        baseURL: String, opening open: () throws -> List
    ) async throws -> List {
        if let format = request.format.list {
            return try await context.deliver(
                favoritesLayout(baseURL: baseURL), format, values, output, opening: open
            ) {
                favoritesTable($0, width: $1, style: $2)
            }
        }
        _ = try CSVOptions.options(values, isCSV: false)
        let list = try open()
        try await context.deliver(list, output) { favoriteMarkdown($0, isFirst: $1) }
        return list
    }

    /// Says what the list lacks.
    private static func finish(_ list: FavoritesList, _ request: FavoritesRequest, _ context: Context) throws {
        if request.format == .table || request.format == .markdown {
            context.report(unlisted: try list.unlisted(), "favourites")
        }
        for notice in list.notices { context.warn(notice.sentence) }
        try context.report(list.damage)
    }
}
