internal import WeFlowModel
internal import WeFlowQuery

/// A filter made ready to be asked of millions of rows: what can be told without a text is asked before there is one, and
/// what a text can never hold is not looked for in it (<doc:Searching#What-is-asked-first>).
struct PreparedFilter: Sendable {
    /// A word.
    struct Word: Sendable {
        let matcher: KeywordMatcher
        /// The part of it that the stored text holds where nothing in that tells that more can be shown; nil for none.
        let needle: KeywordMatcher?
        /// Bytes of which the stored text holds each one then.
        let bytes: [UInt8]
    }

    let words: [Word]
    let any: Bool
    /// Whether the bytes of a text can tell that it does not show the words.
    let hasBytes: Bool
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
        words = filter.words.map { word in
            let needle = StoredRuns.needle(of: word)
            return Word(
                matcher: KeywordMatcher(word), needle: needle.map { KeywordMatcher($0) },
                bytes: needle.map(StoredRuns.bytes) ?? [])
        }
        any = filter.any
        // Where a word has none of these bytes, they tell nothing.
        let told = words.count { !$0.bytes.isEmpty }
        hasBytes = any ? told == words.count && told > 0 : told > 0
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
        return enough { $0.needle?.matches(raw) ?? true } || !StoredRuns.areAll(in: raw, type)
    }

    /// Whether a message whose text is stored like this can show the words, as far as that tells before it is decompressed or
    /// taken apart.
    func admits(stored: UnsafeRawBufferPointer, _ type: MessageType) -> Bool {
        // A voice may have been turned into text.
        if type.base != MessageType.appBase, let isShown = label(type.kind) { return isShown || type.kind == .voice }
        guard ContentDecoder.isCompressed(stored) else { return !type.isText || admits(stored, type) }
        guard hasBytes, let bytes = FrameBytes(of: stored) else { return true }
        return enough { $0.bytes.allSatisfy(bytes.contains) } || !StoredRuns.areAll(from: bytes, type)
    }

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
