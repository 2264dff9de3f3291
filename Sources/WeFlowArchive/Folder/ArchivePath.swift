import WeFlowCrypto

/// Names within an archive.
enum ArchivePath {
    static let state = "state"
    static let info = "archive.json"

    /// The most bytes of a chat's name in the name of its folder.
    private static let longest = 100

    /// Names the folder of a chat: by its name of today, made safe, and by eight digits of its id.
    static func chatFolder(_ name: String, id: String) -> String {
        "\(safe(name, fallback: "chat"))~\(idDigits(id))"
    }

    /// Eight hex digits of the SHA-256 of a chat's id.
    static func idDigits(_ id: String) -> String {
        HexDigits.text(SHA256.hash(Array(id.utf8)).prefix(4))
    }

    /// A name that every file system takes: no separator, nothing that is forbidden somewhere, no control, no dot at its
    /// start, neither dot nor blank at its end.
    static func safe(_ name: String, fallback: String) -> String {
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in name.unicodeScalars {
            let isForbidden: Bool
            switch scalar {
            case "/", "\\", ":", "*", "?", "\"", "<", ">", "|", "\u{2028}", "\u{2029}", "\u{FEFF}": isForbidden = true
            // Marks that turn the writing around make a name look like another.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}": isForbidden = true
            default: isForbidden = scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value
            }
            let next: Unicode.Scalar = isForbidden ? "_" : scalar
            bytes += UTF8.width(next)
            guard bytes <= longest else { break }
            kept.append(next)
        }
        while let last = kept.last, last == "." || last.properties.isWhitespace { kept.removeLast() }
        while let first = kept.first, first.properties.isWhitespace { kept.removeFirst() }
        guard let first = kept.first else { return fallback }
        if first == "." { kept.replaceSubrange(kept.startIndex...kept.startIndex, with: ["_"]) }
        return String(kept)
    }

    /// The file of a chat's month.
    static func month(_ month: Month, of folder: String) -> String { "chats/\(folder)/\(month.name).jsonl" }

    /// The chat's folder and month that a path names; nil where it names another file.
    ///
    /// By bytes: a name may begin with a mark that makes one character of itself and the slash before it.
    static func month(_ path: String) -> (folder: String, month: Month)? {
        guard path.utf8.starts(with: "chats/".utf8), path.utf8.reversed().starts(with: ".jsonl".utf8.reversed()),
            let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
            slash > path.utf8.index(path.startIndex, offsetBy: 5)
        else { return nil }
        let folder = path[path.utf8.index(path.startIndex, offsetBy: 6)..<slash]
        let name = path[path.utf8.index(after: slash)..<path.utf8.index(path.endIndex, offsetBy: -6)]
        guard !folder.utf8.contains(UInt8(ascii: "/")), let month = Month(name: name) else { return nil }
        return (String(folder), month)
    }

    /// What is said of a chat.
    static func chat(_ folder: String) -> String { "chats/\(folder)/chat.json" }

    /// A file of the archive by its content.
    static func media(_ digest: Digest256, ending: String) -> String {
        let hex = digest.hex
        return "media/\(hex.prefix(2))/\(hex).\(ending)"
    }

    /// Whether it names a file by its content.
    static func isMedia(_ path: String) -> Bool { path.utf8.starts(with: "media/".utf8) }

    /// Whether a path out of a manifest stays below the archive's folder.
    static func isSafe(_ path: String) -> Bool {
        !path.isEmpty
            && path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) && !$0.contains(0)
            }
    }

    /// Whether it is the name of one folder.
    static func isName(_ name: String) -> Bool { isSafe(name) && !name.utf8.contains(UInt8(ascii: "/")) }
}
