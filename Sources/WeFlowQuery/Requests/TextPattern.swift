/// The regular expressions of texts that are not free, exact where an expression can be.
public enum TextPattern {
    /// A path that begins at the root.
    public static let absolutePath = #"^/[^\u0000]*$"#

    /// A text without control characters but for white space.
    public static let shown = #"^[^\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F]*$"#

    /// Items between commas, blanks around them, any of them left out.
    public static func list(of item: String) -> String { "^ *(\(item))? *(, *(\(item))? *)*$" }

    /// Any of the words of a type, in any case.
    public static func words<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type) -> String {
        type.allCases.map { anyCase($0.rawValue) }.joined(separator: "|")
    }

    /// A word in any case.
    public static func anyCase(_ word: String) -> String {
        word.map { $0.isLetter ? "[\($0)\($0.uppercased())]" : "\($0)" }.joined()
    }
}
