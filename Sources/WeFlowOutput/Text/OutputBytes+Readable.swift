extension OutputBytes {
    /// Appends a text with its further lines indented by 4 and without what a terminal would obey.
    ///
    /// A message comes from anybody, and an escape sequence in it could rewrite the screen: control characters (C0 but
    /// for tabs, DEL, C1) are replaced by U+FFFD, carriage returns and marks that turn the direction of writing are
    /// dropped. A line that holds something written from right to left is laid out for itself, so that what stands before
    /// it stays there. What is not UTF-8 is replaced, too.
    mutating func appendReadable(_ text: UnsafeRawBufferPointer) {
        appendReadable(String(decoding: text, as: UTF8.self))
    }

    /// Appends a text with its further lines indented by 4 and without what a terminal would obey.
    public mutating func appendReadable(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            var rest = UnsafeRawBufferPointer(utf8)[...]
            while let end = rest.firstIndex(of: 0x0A) {
                appendLine(UnsafeRawBufferPointer(rebasing: rest[..<end]))
                append("\n    " as StaticString)
                rest = rest[(end + 1)...]
            }
            appendLine(UnsafeRawBufferPointer(rebasing: rest))
        }
    }

    /// Appends a line of well-formed UTF-8.
    private mutating func appendLine(_ line: UnsafeRawBufferPointer) {
        guard line.contains(where: Self.isSuspect) else {
            append(line)
            return
        }
        var safe = String.UnicodeScalarView()
        var isIsolated = false
        for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x0D: continue
            case 0x09, 0x20..<0x7F: safe.append(scalar)
            case ..<0x20, 0x7F..<0xA0: safe.append("\u{FFFD}")
            default:
                if scalar.turnsDirection { continue }
                if scalar.isRightToLeft { isIsolated = true }
                safe.append(scalar)
            }
        }
        if isIsolated { append(Isolate.begin) }
        append(String(safe))
        if isIsolated { append(Isolate.end) }
    }

    /// Whether a byte is a control character, or begins a character that may be one, turn the direction or be written from
    /// right to left: none of the characters that most texts are made of.
    private static func isSuspect(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09: false
        case ..<0x20, 0x7F, 0xC2, 0xD6...0xDF, 0xE0, 0xE2, 0xEF, 0xF0: true
        default: false
        }
    }
}
