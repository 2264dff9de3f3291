internal import CTextLanes

/// Which kinds of characters a text holds that somebody treats apart. It is looked through once, in blocks, and then
/// most texts need no second look, neither by `CleanText` nor for their JSON escapes.
public struct TextMarks: OptionSet, Sendable {
    /// One bit for each kind.
    public let rawValue: UInt32

    /// Makes a set of kinds.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// It is no well-formed UTF-8.
    public static let broken = TextMarks(rawValue: 1)
    /// A control character but tab, line feed and carriage return: U+0000-001F, U+007F-009F.
    public static let control = TextMarks(rawValue: 2)
    /// U+2028 or U+2029.
    public static let separator = TextMarks(rawValue: 4)
    /// A quote, a backslash, a tab, a line feed or a carriage return.
    public static let escaped = TextMarks(rawValue: 8)

    /// Looks through `text`.
    @inline(__always)
    public init(of text: UnsafeRawBufferPointer) {
        rawValue = weflow_text_marks(text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
    }

    /// Whether a person may read all of it: see `CleanText`.
    @inline(__always)
    var isClean: Bool { rawValue & 3 == 0 }
}
