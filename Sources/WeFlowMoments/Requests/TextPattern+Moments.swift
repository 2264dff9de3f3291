public import WeFlowQuery

extension TextPattern {
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
}
