import Synchronization
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

/// Which chats there are for a model. One that is hidden is answered exactly as one that nobody has
/// (<doc:ModelContext#Hidden-chats>).
struct Visibility: Sendable {
    /// The only chats that are there; nil is all.
    let only: Set<String>?
    /// The chats that are not there.
    let hidden: Set<String>

    /// Everything is there.
    static let everything = Visibility(only: nil, hidden: [])

    /// Whether nothing is hidden.
    var isOpen: Bool { only == nil && hidden.isEmpty }

    /// Whether a chat, and the contact of that id, is there.
    func shows(_ id: String) -> Bool { only?.contains(id) ?? true && !hidden.contains(id) }

    /// The chats that a query over all of them is to look at; empty is all.
    ///
    /// - Parameter asked: those that were asked for, which are there all.
    /// - Returns: their ids.
    func included(_ asked: [String]) -> [String] {
        guard asked.isEmpty, let only else { return asked }
        let shown = only.subtracting(hidden).sorted()
        // An empty list is all chats, so where none is there the list names one that nobody can have.
        return shown.isEmpty ? ["\u{1}"] : shown
    }

    /// The chats that it is to leave out.
    func excluded(_ asked: [String]) -> [String] { asked + hidden.subtracting(asked).sorted() }
}

/// What the user said of the chats that a model may see: ids, names, and labels of contacts.
public struct VisibilityRules: Sendable, Equatable {
    /// The only chats that are there; empty is all.
    public let only: [String]
    /// The chats that are not there.
    public let hide: [String]

    /// Puts them together.
    ///
    /// - Parameters:
    ///   - only: ids, names, `label:NAME`; several in one text have commas between them.
    ///   - hide: the same.
    public init(only: [String] = [], hide: [String] = []) { (self.only, self.hide) = (only, hide) }

    /// Whether all chats are there.
    var isOpen: Bool { only.isEmpty && hide.isEmpty }
}

/// The rules of one run. What a name meant when it was first looked up stays what it means, whatever is renamed afterwards;
/// who has a label is looked up for every call.
final class VisibleChats: Sendable {
    private struct Pinned {
        var only: Set<String>
        var hidden: Set<String>
        var onlyLabels: Set<String>
        var hiddenLabels: Set<String>
    }

    private let rules: VisibilityRules
    private let pinned = Mutex<Pinned?>(nil)

    init(_ rules: VisibilityRules) { self.rules = rules }

    /// Which chats are there now.
    ///
    /// - Throws: `.usage` where several have a name, `.notFound` where nobody has it or no label is called so; why contacts
    ///   cannot be read, for what cannot be told to be hidden must not be shown.
    func visibility(in account: Account) throws(WeFlowError) -> Visibility {
        if rules.isOpen { return .everything }
        let rules = try pinnedRules(account)
        var (only, hidden) = (rules.only, rules.hidden)
        if !rules.onlyLabels.isEmpty || !rules.hiddenLabels.isEmpty {
            let labels = try LabelMembers(account)
            for label in rules.onlyLabels { only.formUnion(labels.members(of: label) ?? []) }
            for label in rules.hiddenLabels { hidden.formUnion(labels.members(of: label) ?? []) }
            // Whoever had the label once is not shown for having lost it.
            pinned.withLock { $0?.hidden.formUnion(hidden) }
        }
        return Visibility(only: self.rules.only.isEmpty ? nil : only, hidden: hidden)
    }

    private func pinnedRules(_ account: Account) throws(WeFlowError) -> Pinned {
        if let known = pinned.withLock({ $0 }) { return known }
        let only = try Self.resolve(rules.only, "--only", account)
        let hide = try Self.resolve(rules.hide, "--hide", account)
        let found = Pinned(only: only.ids, hidden: hide.ids, onlyLabels: only.labels, hiddenLabels: hide.labels)
        return pinned.withLock { known in
            if known == nil { known = found }
            return known ?? found
        }
    }

    private static let labelPrefix = "label:"

    private static func resolve(
        _ given: [String], _ option: String, _ account: Account
    ) throws(WeFlowError) -> (ids: Set<String>, labels: Set<String>) {
        var ids: Set<String> = []
        var labels: Set<String> = []
        var doubt: String?
        let lookup = NameLookup(account) { doubt = doubt ?? $0 }
        for text in given {
            let parts = text.split(separator: ",").map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
            // A text without a label may be one name that holds commas.
            let isOne = !parts.contains { $0.hasPrefix(labelPrefix) }
            for part in isOne ? [text] : parts {
                guard part.hasPrefix(labelPrefix) else {
                    ids.formUnion(try lookup.ids(of: part, as: .chat))
                    continue
                }
                let name = String(part.dropFirst(labelPrefix.count)).trimmingBlanks
                guard try LabelMembers(account).members(of: name) != nil else {
                    throw WeFlowError(.notFound, "\(option): no label is called \(name); weflow labels lists them")
                }
                labels.insert(name)
            }
        }
        if let doubt { throw WeFlowError(.unavailable, "\(option): \(doubt)") }
        return (ids, labels)
    }
}
