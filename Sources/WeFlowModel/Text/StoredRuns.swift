/// What is known of a message from its stored text before it is taken apart: whether a word that it does not hold can be
/// shown all the same (<doc:MessageBodies#What-can-be-shown>).
enum StoredRuns {
    /// The part of a word that can only be shown where the stored text holds it, in any case of its letters, side by side
    /// and as it is; nil where there is none.
    ///
    /// What a message shows is pieces of its text, with labels, blanks and colons of our own, and the five characters
    /// that XML has names for may be written by these.
    static func needle(of word: String) -> String? {
        let parts = word.unicodeScalars.split { scalar in
            scalar.properties.isWhitespace || scalar == "\u{FFFD}" || "&<>\"':".unicodeScalars.contains(scalar)
                || labels.contains(scalar)
        }
        return parts.max { $0.count < $1.count }.map { String($0) }
    }

    /// All characters that the program itself puts into a text.
    private static let labels: Set<Unicode.Scalar> = {
        var scalars: Set<Unicode.Scalar> = []
        for kind in MessageKind.allCases {
            scalars.formUnion("\(kind.placeholder)".unicodeScalars)
            if let label = kind.label { scalars.formUnion("\(label)".unicodeScalars) }
        }
        return scalars
    }()

    /// The bytes of a needle that a text must hold somewhere to show it: those of characters beyond ASCII without case.
    static func bytes(of needle: String) -> ByteSet {
        let caseless = needle.unicodeScalars.filter {
            $0.value >= 0x80 && CaseFolding.scalars(foldingTo: $0.value) == [$0.value]
        }
        return ByteSet(caseless.flatMap { Unicode.UTF8.encode($0).map(Array.init) ?? [] })
    }

    /// False where a message of this type shows characters that its text, made of these bytes, does not hold.
    ///
    /// Pieces that are put together and markup within markup change nothing about that; numbers of characters and names in
    /// the place of ids do.
    static func areAll(from bytes: FrameBytes, _ type: MessageType) -> Bool {
        switch type.kind {
        case .image, .voice, .video, .sticker, .notice, .revoke, .pat: return false
        case .text: return true
        default:
            return !numbers.isSubset(of: bytes.set) && !template.isSubset(of: bytes.set)
        }
    }

    /// What a character that is written as a number has, and what a name that stands for an id.
    private static let numbers = ByteSet("&#".utf8)
    private static let template = ByteSet("${".utf8)

    /// True where all that a message of this type shows, aside from what ``needle(of:)`` leaves out, stands in its stored
    /// text as it is: no character is written as a number or taken out, nothing is put together from several pieces, no
    /// markup lies within markup, and no name stands for an id.
    ///
    /// What cannot be told is false.
    static func areAll(in raw: UnsafeRawBufferPointer, _ type: MessageType) -> Bool {
        guard TextMarks(of: raw).isClean else { return false }
        switch type.kind {
        case .text: return true
        case .image, .voice, .video, .sticker, .notice, .revoke, .pat, .announcement: return false
        default: break
        }
        guard !Mark.template.isIn(raw), !hasNumbers(raw) else { return false }
        return hasPlainMarkup(raw, type)
    }

    /// What brings in more than stands in the text.
    private enum Mark {
        static let template = FoldedRun("${")
        static let section = FoldedRun("<!")
        static let instruction = FoldedRun("<?")
        static let announcement = FoldedRun("announcement")
        static let record = FoldedRun("recorditem")
        /// The sub-type of announcements.
        static let announcementType = FoldedRun("87")
    }

    /// True where a character may be written as a number, `&` perhaps by its name.
    private static func hasNumbers(_ raw: UnsafeRawBufferPointer) -> Bool {
        var at = 1
        while at < raw.count - 1, let hash = raw.firstOffset(of: UInt8(ascii: "#"), in: at..<raw.count - 1) {
            let next = raw[hash + 1]
            if raw[hash - 1] == UInt8(ascii: "&") || raw[hash - 1] == UInt8(ascii: ";"),
                next.isASCIIDigit || next | 0x20 == UInt8(ascii: "x")
            {
                return true
            }
            at = hash + 1
        }
        return false
    }

    /// True where no text of an element has several pieces, and no document lies within the document whose text is shown.
    private static func hasPlainMarkup(_ raw: UnsafeRawBufferPointer, _ type: MessageType) -> Bool {
        let all = 0..<raw.count
        guard var at = raw.firstOffset(of: UInt8(ascii: "<"), in: all) else {
            // Markup may be written by names as a whole.
            return raw.firstOffset(of: UInt8(ascii: "&"), in: all) == nil
        }
        guard raw.firstOffset(of: UInt8(ascii: "&"), in: 0..<at) == nil else { return false }
        if raw.matches("<?xml", at: at) {
            guard let end = raw.firstOffset(of: UInt8(ascii: ">"), in: at..<raw.count) else { return false }
            at = raw.trimmed(end + 1..<raw.count).lowerBound
        }
        guard at + 1 < raw.count, raw[at] == UInt8(ascii: "<"), XMLScanner.startsName(raw[at + 1]) else { return false }
        if type.base == MessageType.appBase {
            // Where the message itself does not stand at the top, it may stand within another document.
            guard raw.matches("<msg>", at: at) else { return false }
            let inner = raw.trimmed(at + 5..<raw.count).lowerBound
            guard raw.matches("<appmsg", at: inner), inner + 7 < raw.count,
                raw[inner + 7].isXMLBlank || raw[inner + 7] == UInt8(ascii: ">")
            else { return false }
            // An announcement may show what lies in a record.
            guard !Mark.announcement.isIn(raw), !Mark.record.isIn(raw) || !Mark.announcementType.isIn(raw) else {
                return false
            }
        }
        return isWhole(raw, from: at)
    }

    /// True where no piece of text follows another one in an element. A tag between them can be one that ends, or a
    /// section; those that begin an element end what is before, but for the markup that only looks so.
    private static func isWhole(_ raw: UnsafeRawBufferPointer, from start: Int) -> Bool {
        // Comments, declarations and document types can hold whatever looks like tags.
        var at = start
        while let mark = Mark.section.place(in: raw, from: at) {
            guard raw.matches("<![CDATA[", at: mark), mark > start else { return false }
            let before = raw[mark - 1]
            guard before.isXMLBlank || before == UInt8(ascii: ">") && beginsElement(raw, upTo: mark - 1, start) else {
                return false
            }
            at = mark + 9
        }
        guard Mark.instruction.place(in: raw, from: start) == nil else { return false }
        at = start
        while let end = raw.firstOffset(of: UInt8(ascii: ">"), in: at..<raw.count) {
            at = end + 1
            guard at < raw.count else { break }
            let next = raw[at]
            if next == UInt8(ascii: "<") || next.isXMLBlank { continue }
            guard beginsElement(raw, upTo: end, start) else { return false }
        }
        return true
    }

    /// Longer tags in front of a text are not looked through, so that a text of many `>` costs no more than its length.
    private static let longestTag = 256

    /// True where the tag that ends at `end` begins an element.
    private static func beginsElement(_ raw: UnsafeRawBufferPointer, upTo end: Int, _ start: Int) -> Bool {
        switch raw[end - 1] {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "]"), UInt8(ascii: "-"): return false
        default: break
        }
        var open = end
        let first = max(start, end - longestTag)
        while open > first, raw[open] != UInt8(ascii: "<") { open -= 1 }
        return raw[open] == UInt8(ascii: "<") && XMLScanner.startsName(raw[open + 1])
    }
}
