import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// What an answer does about damaged pages and shards (<doc:StatusCodes#Damage>): it fails with the sentence that names
/// them, or, with `partial=1`, goes out with the rest and says so in `WeFlow-Partial`.
struct Damage: Sendable {
    /// Whether `partial` was asked for.
    let isTolerated: Bool

    /// - Throws: `.usage` where `partial` is not a switch.
    init(_ parameters: Parameters) throws(WeFlowError) {
        isTolerated = try parameters[CommonParameters.partial]
    }

    /// Judges what is missing from a list.
    ///
    /// - Throws: the first cause, where damage is not tolerated.
    func judge(_ pages: [PageFailure], _ writer: AnswerWriter) throws(WeFlowError) {
        guard let first = pages.first else { return }
        guard isTolerated else { throw first.error }
        note(pages.map(\.database), writer)
    }

    /// Judges what is missing from messages.
    ///
    /// - Throws: the first cause, where damage is not tolerated.
    func judge(_ losses: MessageLosses, _ writer: AnswerWriter) throws(WeFlowError) {
        // Sentences of shards begin with their names. What a shard holds and nobody can be given is no damage.
        let (shards, leftOut) = (losses.shards, losses.notes.filter { $0.kind == .partial })
        let names = (shards + leftOut).map { String($0.sentence.prefix { $0 != ":" && $0 != " " }) }
        if losses.isPartial, !isTolerated, let error = losses.error { throw error }
        let all = names + losses.pages.map(\.database)
        if !all.isEmpty { note(all, writer) }
    }

    private func note(_ names: [String], _ writer: AnswerWriter) {
        var unique: [String] = []
        for name in names where !unique.contains(name) { unique.append(name) }
        guard let field = HTTPField.Name("WeFlow-Partial") else { return }
        // A file's name may hold what a header cannot.
        writer.head.headerFields[field] = unique.map(\.inOneLine).joined(separator: ", ")
    }
}
