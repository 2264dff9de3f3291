internal import WeFlowCollections
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSystem

/// `weflow articles`: what official accounts pushed.
enum Articles: Command {
    static let name = "articles"
    static let abstract = "List the articles that official accounts pushed, the newest first."
    static let examples = [
        "weflow articles --unread --format table", "weflow articles --account 每日一只猫 --start 2026-01-01",
        "weflow articles --keyword 猫 --limit 0 --format jsonl",
    ]
    static let discussion = """
        --account names the account folder, as everywhere, or official accounts by their ids or names: what is a folder is \
        the former.
        """

    /// The two meanings that `account` has here, in one option.
    private static let either = Parameter.list(
        "account",
        "Only articles of these official accounts, by ids or names; or, where it is a folder, the account folder, the one "
            + "that holds db_storage. [WEFLOW_ACCOUNT]", .value("account"), .only(.commandLine), .group(.filters))

    @ParameterList static var parameters: [ParameterDeclaration] {
        either
        ArticlesRequest.parameters.filter { $0.name != ArticlesRequest.account.declaration.name }
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters.filter { $0.name != either.declaration.name }
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let (values, accounts) = try divided(values)
        var request = try ArticlesRequest(values)
        let output = try OutputOptions(values)
        let account = try context.openAccount(values)
        let lookup = context.names(in: account)
        var unknown: WeFlowError?
        for given in accounts {
            do throws(WeFlowError) {
                request.accounts += try lookup.ids(of: given, as: .chat)
            } catch {
                // An account that no list knows has its name in its pushes.
                guard error.kind == .notFound else { throw error }
                unknown = unknown ?? error
                request.accountNames.insert(given)
            }
        }
        let query = ArticlesQuery(request)
        if let unknown, request.offset == 0, try query.open(on: account).next() == nil { throw unknown }
        let list = try await context.deliver(articlesLayout, request.format, values, output) {
            try query.open(on: account)
        } table: {
            articlesTable($0, width: $1, style: $2)
        }
        if request.format == .table, try list.hasMore() {
            context.report("more articles follow; --limit 0 lists all of them, --offset goes on")
        }
        for notice in list.notices { context.warn(notice.sentence) }
        try context.report(list.losses)
    }

    /// The values with the account folder alone under `account`, and what else was given there.
    ///
    /// - Throws: `.usage` where two folders are given.
    private static func divided(_ values: Parameters) throws(WeFlowError) -> (Parameters, [String]) {
        let name = either.declaration.name
        let given: [String] =
            switch values[name] {
            case .string(let text)?: [text]
            case .array(let items)?: items.compactMap { if case .string(let text) = $0 { text } else { nil } }
            default: []
            }
        var rest = values
        rest.set(name, to: nil)
        let folders = given.filter { $0.contains("/") || Folders.exists($0) }
        guard folders.count < 2 else { throw WeFlowError(.usage, "--account names two folders; give one of them") }
        if let folder = folders.first { rest.set(name, to: .string(folder)) }
        return (rest, given.filter { !folders.contains($0) })
    }
}
