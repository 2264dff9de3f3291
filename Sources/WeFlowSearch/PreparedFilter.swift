internal import WeFlowModel
internal import WeFlowQuery

/// A filter made ready to be asked of millions of rows: what can be told without a text is asked before there is one, and
/// what a text can never hold is not looked for in it (<doc:Searching#What-is-asked-first>).
struct PreparedFilter: Sendable {
    /// What the shown text must hold.
    let words: SoughtWords
    /// Whether it must hold any.
    let hasWords: Bool
    /// The seconds that pass, nil where there is no bound.
    let times: ClosedRange<Int64>?
    /// Who is meant aside from the owner, UTF-8; nil where anybody is.
    let senders: Set<[UInt8]>?
    /// Whether the owner is among them.
    let isOwnMeant: Bool
    let mentions: Bool
    /// For each kind of message, whether it is meant.
    private let kinds: [Bool]
    /// Whether only some kinds are meant.
    let hasKinds: Bool
    /// Whether some app message can be meant, and some notice.
    private let (hasApps, hasNotices): (Bool, Bool)

    init(_ filter: SearchFilter, ownUsername: String) {
        words = SoughtWords(filter.words, any: filter.any)
        hasWords = !filter.words.isEmpty
        if filter.start == nil, filter.end == nil {
            times = nil
        } else {
            let first = filter.start ?? .min
            times = first...max(first, filter.end ?? .max)
        }
        let own = [UInt8](ownUsername.utf8)
        senders = filter.from.isEmpty ? nil : Set(filter.from.filter { $0 != "me" }.map { Array($0.utf8) })
        isOwnMeant = filter.from.contains("me") || senders?.contains(own) == true
        mentions = filter.mentions
        hasKinds = !filter.types.isEmpty
        let types = filter.types
        kinds = MessageKind.allCases.map { types.isEmpty || types.contains($0.name) }
        let isMeant = kinds
        hasApps = MessageKind.allCases.contains { kind in
            isMeant[Int(kind.rawValue)]
                && (!kind.appTypes.isEmpty || [.collection, .otherApp, .other].contains(kind))
        }
        hasNotices = [MessageKind.notice, .revoke, .pat].contains { isMeant[Int($0.rawValue)] }
    }

    /// Whether a message of this kind is meant.
    func admits(_ kind: MessageKind) -> Bool { kinds[Int(kind.rawValue)] }

    /// What a row's type tells of its kind.
    enum Verdict {
        case yes, no
        /// Its text tells.
        case open
    }

    /// Whether a row of this type is of a kind that is meant.
    @inline(__always)
    func verdict(_ type: MessageType) -> Verdict {
        guard hasKinds else { return .yes }
        if type.base == MessageType.appBase { return hasApps ? .open : .no }
        let kind = MessageKind(type)
        if kind == .notice { return hasNotices ? .open : .no }
        return kinds[Int(kind.rawValue)] ? .yes : .no
    }
}
