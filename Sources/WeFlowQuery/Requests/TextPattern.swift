/// The regular expressions of texts that are not free, exact where an expression can be.
public enum TextPattern {
    /// A path that begins at the root.
    public static let absolutePath = #"^/[^\u0000]*$"#

    /// A text without control characters but for white space.
    public static let shown = "^\(shownCharacter)*$"

    /// Such a text that holds more than white space and quotes.
    public static let shownWord =
        "^\(shownCharacter)*[^\(controls)" + #"\s"\u0085\u200B\uFEFF]"# + "\(shownCharacter)*$"

    private static let controls = #"\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F"#
    private static let shownCharacter = "[^\(controls)]"

    /// Items between commas of which one at least is not blank.
    public static let someItem = #"[^\s,\u001C-\u001F\u0085\uFEFF]"#

    /// Items between commas, blanks around them, any of them left out.
    public static func list(of item: String) -> String { "^ *(\(item))? *(, *(\(item))? *)*$" }

    /// Such items, of which one at least is there.
    public static func someOf(_ item: String) -> String { "^[ ,]*(\(item)) *(, *(\(item))? *)*$" }

    /// None of the items between bars, one of them, or two different ones.
    public static func pair(of items: String) -> String {
        let all = items.split(separator: "|")
        let pairs = all.map { first in
            "\(first)( *,[ ,]*(\(all.filter { $0 != first }.joined(separator: "|")))?)?"
        }
        return "^[ ,]*(\(pairs.joined(separator: "|")))?[ ,]*$"
    }

    /// Any of the words of a type, in any case.
    public static func words<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type) -> String {
        type.allCases.map { anyCase($0.rawValue) }.joined(separator: "|")
    }

    /// The word of which a pattern takes any case, in small letters.
    public static func plain(_ pattern: some StringProtocol) -> String {
        pattern.split(separator: "[").map { String($0.prefix(1)) }.joined()
    }

    /// A word in any case.
    public static func anyCase(_ word: String) -> String {
        word.map { $0.isLetter ? "[\($0)\($0.uppercased())]" : "\($0)" }.joined()
    }
}
