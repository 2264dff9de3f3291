internal import CTextLanes

/// The words of a search, made ready to be looked for in millions of stored texts
/// (<doc:MessageBodies#What-can-be-shown>).
///
/// What most texts are asked lies side by side as plain bytes, in the module that asks it: over a million texts that
/// saves 40 ms of 290 for which references to matchers were counted, and calls into another module.
public final class SoughtWords: Sendable {
    /// The words as they were given.
    public let matchers: [KeywordMatcher]
    /// Whether one of them is enough.
    public let any: Bool
    /// What a stored text must hold of each word, nil where that cannot be told.
    private let needles: [KeywordMatcher?]
    /// Whether the words are in the label of a kind.
    private let labels: [Bool]
    private nonisolated(unsafe) let tests: UnsafeMutablePointer<Test>
    private let count: Int
    /// Bytes of which a compressed text needs each one to show what is looked for.
    private let needed: ByteSet
    /// What is asked of a row of each type below 128.
    private nonisolated(unsafe) let shapes: UnsafeMutablePointer<Shape>
    private static let shapeCount: UInt32 = 128

    /// Each character of the words, by itself.
    private let characters: [FoldedRun]
    private nonisolated(unsafe) let marks: UnsafeMutablePointer<weflow_run>

    /// What is asked for one word.
    private struct Test {
        /// Bytes that a text has side by side where it holds the word, none where that cannot be told.
        var run: weflow_run
        /// The same of what a stored text must hold.
        var needle: weflow_run
        /// Bytes that a compressed text is made of where it shows the word.
        var bytes: ByteSet
        /// Which of `marks` are its characters.
        var characters: Range<Int>
    }

    /// What is asked of a row.
    private enum Shape: UInt8 {
        /// Its text is shown as it is stored.
        case text
        /// Its kind shows a label and nothing else: it tells all.
        case shown, hidden
        /// A compressed text is looked at.
        case other
    }

    /// - Parameters:
    ///   - words: the words.
    ///   - any: whether one of them is enough.
    public init(_ words: [String], any: Bool) {
        self.any = any
        let texts = words.map { StoredRuns.needle(of: $0) }
        let bytes = texts.map { $0.map(StoredRuns.bytes) ?? ByteSet() }
        matchers = words.map { KeywordMatcher($0) }
        needles = texts.map { $0.map { KeywordMatcher($0) } }
        let (matchers, count) = (matchers, words.count)
        self.count = count
        labels = MessageKind.allCases.map { kind in
            let label = "\(kind.placeholder)"
            return Self.enough(count, of: any) { matchers[$0].matches(label) }
        }
        tests = .allocate(capacity: max(1, count))
        let none = weflow_run(bytes: nil, fold: nil, count: 0, first: 0, second: 0)
        var characters: [FoldedRun] = []
        for place in matchers.indices {
            let own = matchers[place].characters.map { FoldedRun(CollectionOfOne($0)) }
            (tests + place).initialize(
                to: Test(
                    run: matchers[place].run?.run ?? none, needle: needles[place]?.run?.run ?? none,
                    bytes: bytes[place], characters: characters.count..<characters.count + own.count))
            characters += own
        }
        self.characters = characters
        marks = .allocate(capacity: max(1, characters.count))
        for place in characters.indices { (marks + place).initialize(to: characters[place].run) }
        needed =
            any
            ? bytes.dropFirst().reduce(bytes.first ?? ByteSet()) { $0.intersection($1) }
            : bytes.reduce(ByteSet()) { $0.union($1) }
        shapes = .allocate(capacity: Int(Self.shapeCount))
        shapes.initialize(repeating: .other, count: Int(Self.shapeCount))
        for base in 0..<Self.shapeCount {
            let kind = MessageType(base: base).kind
            if kind == .text { shapes[Int(base)] = .text }
            guard base != MessageType.appBase, let isShown = label(kind) else { continue }
            // A voice may have been turned into text.
            shapes[Int(base)] = isShown || kind == .voice ? .shown : .hidden
        }
    }

    deinit {
        tests.deallocate()
        marks.deallocate()
        shapes.deallocate()
    }

    /// Whether nothing is looked for.
    public var isEmpty: Bool { count == 0 }

    /// Whether the words are in the label of a kind, where all that its messages show is that; nil where they show more.
    public func label(_ kind: MessageKind) -> Bool? {
        switch kind {
        case .image, .voice, .video, .sticker:
            return labels[Int(kind.rawValue)]
        default: return nil
        }
    }

    /// Whether the words are in a text.
    public func areIn(_ text: UnsafeRawBufferPointer) -> Bool { enough { matchers[$0].matches(text) } }

    /// Whether each word that is needed is in one of two texts.
    public func areIn(_ text: UnsafeRawBufferPointer, or other: String) -> Bool {
        enough { matchers[$0].matches(text) || matchers[$0].matches(other) }
    }

    /// Whether a message whose stored text is `raw` can show the words: one that can never is refused.
    public func mayBeShown(by raw: UnsafeRawBufferPointer, _ type: MessageType) -> Bool {
        if shape(of: type) == .text { return mayBeIn(text: raw) }
        return enough { isFound(tests[$0].needle, needles[$0], in: raw) } || !StoredRuns.areAll(in: raw, type)
    }

    /// What a page tells of all texts that lie on it as they are shown.
    public enum PageHolds: Sendable {
        /// A word may stand on it.
        case words
        /// The words do not, but their characters: what is taken out of a text that is not clean may stand between them.
        case characters
        /// None of these texts shows the words.
        case nothing
    }

    /// Looks through a page of texts at once, which costs less than a look through each of them: a seventh of the time of
    /// a search for a word that is on no page.
    ///
    /// - Parameters:
    ///   - page: the bytes of a page, with texts among them.
    ///   - rarest: kept from page to page, 0 at first: the character that was missing last, which is looked for first.
    /// - Returns: what it holds.
    public func look(through page: UnsafeRawBufferPointer, rarest: inout Int) -> PageHolds {
        var last = rarest
        let areThere = enough { word in
            let own = tests[word].characters
            for step in 0..<own.count {
                let character = own.lowerBound + (last + step) % own.count
                if !isFound(marks[character], nil, in: page) {
                    last = character - own.lowerBound
                    return false
                }
            }
            return true
        }
        rarest = last
        guard areThere else { return .nothing }
        return enough { tests[$0].run.count == 0 || isFound(tests[$0].run, nil, in: page) } ? .words : .characters
    }

    /// Whether a message whose text is stored like this can show the words, as far as that tells before it is decompressed
    /// or taken apart.
    ///
    /// - Parameters:
    ///   - stored: the text, all of which is on the page.
    ///   - type: the message's type.
    ///   - page: what the page holds.
    /// - Returns: false where it cannot.
    public func mayBeShown(
        byStored stored: UnsafeRawBufferPointer, _ type: MessageType, on page: PageHolds = .words
    ) -> Bool {
        let shape = shape(of: type)
        switch shape {
        case .shown: return true
        case .hidden: return false
        case .text, .other: break
        }
        guard !ContentDecoder.isCompressed(stored) else { return mayBeShown(byFrame: stored, type) }
        guard shape == .text else { return true }
        switch page {
        case .words: return mayBeIn(text: stored)
        case .characters: return !TextMarks(of: stored).isClean
        case .nothing: return false
        }
    }

    @inline(__always)
    private func shape(of type: MessageType) -> Shape {
        type.base < Self.shapeCount ? shapes[Int(type.base)] : .other
    }

    /// The text is shown as it is stored, but for what is taken out of it where it is not clean.
    @inline(__always)
    private func mayBeIn(text: UnsafeRawBufferPointer) -> Bool {
        enough { isFound(tests[$0].run, matchers[$0], in: text) } || !TextMarks(of: text).isClean
    }

    private func mayBeShown(byFrame frame: UnsafeRawBufferPointer, _ type: MessageType) -> Bool {
        // Where a word has no such bytes, they tell nothing.
        guard !any ? !needed.isEmpty : Self.enough(count, of: false, { !tests[$0].bytes.isEmpty }) else { return true }
        guard let bytes = FrameBytes(of: frame, needed: needed) else { return true }
        return enough { tests[$0].bytes.isSubset(of: bytes.set) } || !StoredRuns.areAll(from: bytes, type)
    }

    /// Whether a text can hold what a run stands for.
    @inline(__always)
    private func isFound(
        _ run: weflow_run, _ matcher: @autoclosure () -> KeywordMatcher?, in text: UnsafeRawBufferPointer
    ) -> Bool {
        guard run.count > 0 else { return matcher()?.matches(text) ?? true }
        guard let base = text.baseAddress else { return false }
        return withUnsafePointer(to: run) {
            weflow_text_find(base.assumingMemoryBound(to: UInt8.self), text.count, 0, $0) >= 0
        }
    }

    /// Whether a test holds of all words, or of one where that is enough.
    @inline(__always)
    private func enough(_ test: (Int) -> Bool) -> Bool { Self.enough(count, of: any, test) }

    @inline(__always)
    private static func enough(_ count: Int, of any: Bool, _ test: (Int) -> Bool) -> Bool {
        for place in 0..<count where test(place) == any { return any }
        return !any || count == 0
    }
}

/// Some of the 256 bytes that there are.
struct ByteSet: Sendable, Equatable {
    /// A bit for each, the first in the lowest.
    var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// None.
    init() {}

    /// Some bytes.
    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            let bit = UInt64(1) << UInt64(byte & 63)
            switch byte >> 6 {
            case 0: bits.0 |= bit
            case 1: bits.1 |= bit
            case 2: bits.2 |= bit
            default: bits.3 |= bit
            }
        }
    }

    var isEmpty: Bool { bits.0 | bits.1 | bits.2 | bits.3 == 0 }

    func contains(_ byte: UInt8) -> Bool { ByteSet(CollectionOfOne(byte)).isSubset(of: self) }

    @inline(__always)
    func isSubset(of other: ByteSet) -> Bool {
        bits.0 & ~other.bits.0 | bits.1 & ~other.bits.1 | bits.2 & ~other.bits.2 | bits.3 & ~other.bits.3 == 0
    }

    func union(_ other: ByteSet) -> ByteSet {
        var both = self
        both.bits = (
            bits.0 | other.bits.0, bits.1 | other.bits.1, bits.2 | other.bits.2, bits.3 | other.bits.3
        )
        return both
    }

    func intersection(_ other: ByteSet) -> ByteSet {
        var both = self
        both.bits = (
            bits.0 & other.bits.0, bits.1 & other.bits.1, bits.2 & other.bits.2, bits.3 & other.bits.3
        )
        return both
    }

    static func == (a: ByteSet, b: ByteSet) -> Bool { a.bits == b.bits }
}
