internal import Foundation

/// The parts of the benchmark, in the order of the table.
enum Suite: String, CaseIterable, Sendable {
    case start
    case export
    case growth
    case cold
    case account
    case offset
    case middle
    case keyword
    case search
    case stats
    case members
    case lists
    case collections
    case archive
    case pictures
    case voices
    case sql
    case http
    case push

    /// Runs it.
    func lines(in workshop: Workshop) throws -> [Line] {
        switch self {
        case .start: return try Field(workshop).start()
        case .export: return try Field(workshop).export()
        case .growth: return try Field(workshop).growth()
        case .cold: return try Field(workshop).cold()
        case .account: return try Field(workshop).accountKey()
        case .offset: return try Field(workshop).offset()
        case .middle: return try Field(workshop).middle()
        case .keyword: return try Field(workshop).keyword()
        case .search: return try Field(workshop).search()
        case .stats: return try Field(workshop).stats()
        case .members: return try Field(workshop).members()
        case .lists: return try Field(workshop).lists()
        case .collections: return try CollectionsField(workshop).lines()
        case .pictures: return [try MediaField(workshop).pictures()]
        case .voices: return [try MediaField(workshop).voices()]
        case .archive: return try Field(workshop).archive()
        case .sql: return try Field(workshop).sql()
        case .http: return try ServerField(workshop).lines()
        case .push: return try PushField(workshop).lines()
        }
    }
}
