/// Sentences with names to be put in. They are taken apart by bytes: a name may begin with a mark that would combine
/// with the `"` or `$` before it.
enum Template {
    /// A filled sentence grows no longer than this, in bytes; what is behind stays as it is.
    private static let maximumSize = 1 << 20

    /// `text` with every `${username}` replaced by that person's name, and every `$name$` by its value
    /// (<doc:NoticesAndRevocations#Templates>).
    ///
    /// What is put in is not looked through again: people are called `$username$`.
    ///
    /// - Parameters:
    ///   - text: the sentence.
    ///   - values: what stands for `$name$`; a name that has no value stays.
    ///   - names: the display name of a username; one that is not known stands for itself.
    /// - Returns: the sentence.
    static func filled(_ text: String, _ values: [String: String], _ names: MessageDecoder.Names) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while result.utf8.count < maximumSize, let start = rest.utf8.firstIndex(of: UInt8(ascii: "$")) {
            let inside = rest.utf8.index(after: start)
            result += rest[..<start]
            rest = rest[start...]
            if inside < rest.endIndex, rest.utf8[inside] == UInt8(ascii: "{") {
                let username = rest[rest.utf8.index(after: inside)...]
                if let end = username.utf8.firstIndex(of: UInt8(ascii: "}")) {
                    let username = String(username[..<end])
                    result += names(username) ?? username
                    rest = rest[rest.utf8.index(after: end)...]
                    continue
                }
            } else if let end = rest[inside...].utf8.firstIndex(of: UInt8(ascii: "$")),
                let value = values[String(rest[inside..<end])]
            {
                result += value
                rest = rest[rest.utf8.index(after: end)...]
                continue
            }
            // No placeholder; the next `$` may begin one.
            result += rest[..<inside]
            rest = rest[inside...]
        }
        return result + rest
    }

    /// `text` without what stands between quotation marks; an unpaired mark takes nothing away.
    static func withoutQuotations(_ text: String) -> String {
        var text = Array(text.utf8)
        for (opening, closing): (StaticString, StaticString) in [("\"", "\""), ("“", "”"), ("「", "」")] {
            text = text.withUnsafeBytes { bytes in
                var kept: [UInt8] = []
                var at = 0
                while let start = bytes.firstOffset(of: opening, from: at),
                    let end = bytes.firstOffset(of: closing, from: start + opening.utf8CodeUnitCount)
                {
                    kept.append(contentsOf: bytes.slice(at..<start))
                    at = end + closing.utf8CodeUnitCount
                }
                kept.append(contentsOf: bytes.slice(at..<bytes.count))
                return kept
            }
        }
        return String(decoding: text, as: UTF8.self)
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
        var text = self
        return text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            let range = bytes.trimmed(0..<bytes.count)
            return range.count == bytes.count ? self : String(decoding: bytes[range], as: UTF8.self)
        }
    }
}
