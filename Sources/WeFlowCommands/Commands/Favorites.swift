internal import WeFlowCollections
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow favorites`: what the owner collected.
enum Favorites: Command {
    static let name = "favorites"
    static let abstract = "List the favourites (收藏) with their parts and tags, the newest first."
    static let examples = [
        "weflow favorites --type note --format markdown", "weflow favorites --tag 旅行 --keyword 路线 --format table",
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
        var result = try FavoritesQuery(request).run(on: account)
        if request.media {
            try await context.exporting(media: settings, of: account) { exporter in
                let files = FavoriteFiles(account, exporter: exporter)
                try await files.export(for: &result.favorites)
                result.notices += files.notes
            }
        }
        if let format = request.format.list {
            let baseURL = request.media ? context.serverAddress : ""
            try await context.deliver(format, values, output) {
                encodeFavorites(result.favorites, baseURL: baseURL, form: $0)
            } table: {
                favoritesTable(result.favorites, width: $0, style: $1)
            }
        } else {
            _ = try CSVOptions.options(values, isCSV: false)
            try await context.deliver(favoritesMarkdown(result.favorites), output)
        }
        if request.format == .table || request.format == .markdown {
            context.report(unlisted: result.unlisted, "favourites")
        }
        for notice in result.notices { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}
