import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

/// What the databases of an account are called by those who ask them: by the file alone, `message_0`.
struct DatabaseNames {
    /// Path below `db_storage` and name of each, in order.
    let all: [(path: String, name: String)]

    /// Those of an account; an empty file is none.
    init(_ account: Account) {
        let paths = account.databaseNames().filter { account.hasDatabase($0) }
        let stems = paths.map(Self.stem)
        all = zip(paths, stems).map { path, stem in
            // Two of one name in two folders are told apart by these.
            (path, stems.count { $0 == stem } == 1 ? stem : String(path.dropLast(3)))
        }
    }

    private static func stem(_ path: String) -> String {
        String((path.split(separator: "/").last ?? Substring(path)).dropLast(3))
    }

    /// The path of the database that is meant.
    ///
    /// - Parameter given: a name, also with its folder and its ending.
    /// - Returns: its path below `db_storage`.
    /// - Throws: `.usage` where none is given or there is none such; `.unavailable` where there are no databases at all.
    func path(_ given: String?) throws(WeFlowError) -> String {
        guard !all.isEmpty else {
            throw WeFlowError(.unavailable, "the account has no databases; copy the whole db_storage folder")
        }
        let list = all.map(\.name).joined(separator: ", ")
        guard let given else { throw WeFlowError(.usage, "--database is missing; give one of \(list)") }
        let bare = given.hasSuffix(".db") ? String(given.dropLast(3)) : given
        if let found = all.first(where: { $0.name == bare || $0.path == bare + ".db" }) { return found.path }
        if let nearest = Nearest.word(to: bare, among: all.map(\.name)) {
            throw WeFlowError(.usage, "there is no database \(given); did you mean \(nearest)? There are \(list)")
        }
        throw WeFlowError(.usage, "there is no database \(given); there are \(list)")
    }
}
