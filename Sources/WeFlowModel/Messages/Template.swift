/// Sentences with names to be put in.
enum Template {
    /// `text` with every `${username}` replaced by that person's name (facts: messages 5.20).
    static func people(_ text: String, _ names: MessageDecoder.Names) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            let username = String(rest[start.upperBound..<end])
            result += rest[..<start.lowerBound]
            result += names(username) ?? username
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// `text` with every `$name$` replaced by what `value` gives; what it does not know stays.
    static func links(_ text: String, value: (String) -> String?) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "$") {
            let inside = rest.index(after: start)
            guard let end = rest[inside...].firstIndex(of: "$") else { break }
            if let replacement = value(String(rest[inside..<end])) {
                result += rest[..<start]
                result += replacement
                rest = rest[rest.index(after: end)...]
            } else {
                // The second `$` may begin a placeholder.
                result += rest[..<end]
                rest = rest[end...]
            }
        }
        return result + rest
    }
}

extension String {
    /// True where `other` occurs in it byte for byte, which is quicker than asking by characters.
    func containsBytes(_ other: StaticString) -> Bool {
        var text = self
        return text.withUTF8 { UnsafeRawBufferPointer($0).firstOffset(of: other) != nil }
    }

    /// Without blanks, tabs and line breaks at both ends.
    var trimmingBlanks: String {
        var rest = unicodeScalars[...]
        while let first = rest.first, first == " " || first == "\t" || first == "\n" || first == "\r" {
            rest.removeFirst()
        }
        while let last = rest.last, last == " " || last == "\t" || last == "\n" || last == "\r" { rest.removeLast() }
        return String(rest)
    }
}
