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
    case members
    case lists
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
        case .members: return try Field(workshop).members()
        case .lists: return try Field(workshop).lists()
        case .http: return try ServerField(workshop).lines()
        case .push: return try PushField(workshop).lines()
        }
    }
}
