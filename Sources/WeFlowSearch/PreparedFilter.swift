internal import WeFlowModel
internal import WeFlowQuery

/// A filter made ready to be asked of millions of rows: what can be told without a text is asked before there is one, and
/// what a text can never hold is not looked for in it (<doc:Searching#What-is-asked-first>).
struct PreparedFilter: Sendable {
    /// A word.
    struct Word: Sendable {
        let matcher: KeywordMatcher
        /// Characters without case of which no label has one: a text made of XML that shows the word holds all of them.
        let needed: [KeywordMatcher]
    }

    let words: [Word]
    let any: Bool
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
    /// Whether a word, or all of them, are in the label that is all that such a message shows; by kind.
    private let labels: [Bool]

    init(_ filter: SearchFilter, ownUsername: String) {
        let labelled = Self.labelScalars
        words = filter.words.map { word in
            let matcher = KeywordMatcher(word)
            let needed = matcher.caselessScalars.filter {
                $0.value >= 0x2E80 && $0.value != 0xFFFD && !labelled.contains($0)
            }
            return Word(matcher: matcher, needed: needed.map { KeywordMatcher(String($0)) })
        }
        any = filter.any
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
        let matchers = words.map(\.matcher)
        let isAny = any
        labels = MessageKind.allCases.map { kind in
            let label = "\(kind.placeholder)"
            return isAny ? matchers.contains { $0.matches(label) } : matchers.allSatisfy { $0.matches(label) }
        }
    }

    /// All characters that the program itself puts into the text of an app message.
    private static let labelScalars: Set<Unicode.Scalar> = {
        var scalars: Set<Unicode.Scalar> = []
        for kind in MessageKind.allCases {
            scalars.formUnion("\(kind.placeholder)".unicodeScalars)
            if let label = kind.label { scalars.formUnion("\(label)".unicodeScalars) }
        }
        return scalars
    }()

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

    /// Whether a row of this kind can show the words, where all that such a message shows is its label.
    ///
    /// - Returns: nil where it shows more.
    @inline(__always)
    func label(_ kind: MessageKind) -> Bool? {
        switch kind {
        case .image, .voice, .video, .sticker: labels[Int(kind.rawValue)]
        default: nil
        }
    }

    /// Whether a message whose stored text is `raw` can show the words: one that can never is refused.
    func admits(_ raw: UnsafeRawBufferPointer, _ type: MessageType) -> Bool {
        if type.isText {
            // The text is shown as it is stored, but for what is taken out of it where it is not clean.
            return enough { $0.matcher.matches(raw) } || MessageContent.text.marksOfDisplayed(raw) == nil
        }
        guard type.base == MessageType.appBase else { return true }
        if enough({ word in word.needed.allSatisfy { $0.matches(raw) } }) { return true }
        // Characters can be written as numbers, and names stand in the place of people's ids.
        return Self.references.contains { $0.matches(raw) }
    }

    /// What brings in characters that the stored text does not hold.
    private static let references = ["&#", "&amp;", "${", "patinfo", "patMsg"].map { KeywordMatcher($0) }

    /// Whether a test holds of all words, or of one where that is enough.
    @inline(__always)
    func enough(_ test: (Word) -> Bool) -> Bool {
        if any {
            for word in words where test(word) { return true }
            return words.isEmpty
        }
        for word in words where !test(word) { return false }
        return true
    }
}
