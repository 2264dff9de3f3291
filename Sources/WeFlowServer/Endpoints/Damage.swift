import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

/// What an answer does about damaged pages and shards (<doc:StatusCodes#Damage>): it fails with the sentence that names
/// them, or, with `partial=1`, goes out with the rest and says so in `WeFlow-Partial`.
struct Damage: Sendable {
    /// Whether `partial` was asked for.
    let isTolerated: Bool
    private let context: ServerContext
    private let counts: @Sendable (String) -> Bool

    /// Judges an answer made of some databases.
    ///
    /// - Parameters:
    ///   - parameters: the request's.
    ///   - context: has the account.
    ///   - databases: which databases' logs may lack what belongs into the answer, by their names; the shards.
    /// - Throws: `.usage` where `partial` is not a switch.
    init(
        _ parameters: Parameters, _ context: ServerContext,
        of databases: @escaping @Sendable (String) -> Bool = Shard.isShard
    ) throws(WeFlowError) {
        isTolerated = try parameters[CommonParameters.partial]
        (self.context, counts) = (context, databases)
    }

    /// Judges an answer made of one database.
    ///
    /// - Throws: `.usage` where `partial` is not a switch.
    init(_ parameters: Parameters, _ context: ServerContext, of database: String) throws(WeFlowError) {
        try self.init(parameters, context) { $0 == database }
    }

    /// The field that says what is missing.
    private static let field = HTTPField.Name("WeFlow-Partial")

    /// Whether an answer says that something is missing from it.
    static func isSaid(in head: AnswerHead) -> Bool { field.map { head.headerFields[$0] != nil } ?? false }

    /// Judges what is missing from a list.
    ///
    /// - Throws: the first cause, where damage is not tolerated.
    func judge(_ pages: [PageFailure], _ writer: AnswerWriter) throws(WeFlowError) {
        if let first = pages.first, !isTolerated { throw first.error }
        try note(pages.map(\.database), writer)
    }

    /// Judges what is missing from messages.
    ///
    /// - Throws: the first cause, where damage is not tolerated.
    func judge(_ losses: MessageLosses, _ writer: AnswerWriter) throws(WeFlowError) {
        // Sentences of shards begin with their names. What a shard holds and nobody can be given is no damage.
        let (shards, leftOut) = (losses.shards, losses.notes.filter { $0.kind == .partial })
        let names = (shards + leftOut).map { String($0.sentence.prefix { $0 != ":" && $0 != " " }) }
        if losses.isPartial, !isTolerated, let error = losses.error { throw error }
        try note(names + losses.pages.map(\.database), writer)
    }

    /// Says which files the answer lacks something of, logs that break off among them.
    private func note(_ names: [String], _ writer: AnswerWriter) throws(WeFlowError) {
        let breaks = try context.account().logBreaks(of: counts)
        if let first = breaks.first, !isTolerated { throw first }
        let names = names + breaks.map { String($0.sentence.prefix { $0 != ":" }) }
        guard !names.isEmpty else { return }
        var unique: [String] = []
        for name in names where !unique.contains(name) { unique.append(name) }
        guard let field = Self.field else { return }
        // A file's name may hold what a header cannot.
        writer.head.headerFields[field] = unique.map(\.inOneLine).joined(separator: ", ")
    }
}
