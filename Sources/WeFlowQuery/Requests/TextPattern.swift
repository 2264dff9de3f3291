/// The regular expressions of texts that are not free, exact where an expression can be.
public enum TextPattern {
    /// The id of a post, or its tid.
    public static let postID = "^-?[0-9]{1,20}$"

    /// The key over a file of the moments: a number below 2^64, a word for none, or nothing.
    public static let momentKey: String = {
        let top = Array("\(UInt64.max)")
        let alternatives = top.indices.compactMap { place -> String? in
            guard let digit = top[place].wholeNumberValue, digit > 0 else { return nil }
            return "\(String(top[..<place]))[0-\(digit - 1)][0-9]{\(top.count - 1 - place)}"
        }
        let numbers = ["[0-9]{1,\(top.count - 1)}"] + alternatives + [String(top)]
        return "^(\((numbers + [anyCase("none")]).joined(separator: "|")))?$"
    }()

    /// A path that begins at the root.
    public static let absolutePath = #"^/[^\u0000]*$"#

    /// An address of WeChat's media network, at the port of its scheme. Which hosts the configuration adds is not known
    /// here.
    public static let mediaURL: String = {
        let hosts = MediaHosts.standard.map { anyCase($0).replacing(".", with: #"\."#) }.joined(separator: "|")
        let host = #"[-_A-Za-z0-9]{1,63}(\.[-_A-Za-z0-9]{1,63})*(\#(hosts))"#
        let schemes = [("http", "0{0,3}80"), ("https", "0{0,2}443")].map { scheme, port in
            "\(anyCase(scheme))://\(host)(:(\(port))?)?"
        }
        return #"^(\#(schemes.joined(separator: "|")))([/?][!-\[\]-~]*)?(#[!-\[\]-~]*)?$"#
    }()

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
