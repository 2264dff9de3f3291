extension OutputBytes {
    /// Appends a text with its further lines indented by 4 and without what a terminal would obey.
    ///
    /// A message comes from anybody, and an escape sequence in it could rewrite the screen: control characters (C0 but
    /// for tabs, DEL, C1) are replaced by U+FFFD, carriage returns dropped. What is not UTF-8 is replaced, too.
    mutating func appendReadable(_ text: UnsafeRawBufferPointer) {
        appendReadable(String(decoding: text, as: UTF8.self))
    }

    /// Appends a text with its further lines indented by 4 and without what a terminal would obey.
    mutating func appendReadable(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            let text = UnsafeRawBufferPointer(utf8)
            var start = 0
            for at in text.indices {
                // The text is well formed, so a lead byte has its second one.
                let isC1 = text[at] == 0xC2 && text[at + 1] < 0xA0
                guard text[at] < 0x20 && text[at] != 0x09 || text[at] == 0x7F || isC1 else { continue }
                append(UnsafeRawBufferPointer(rebasing: text[start..<at]))
                start = at + (isC1 ? 2 : 1)
                switch text[at] {
                case 0x0A: append("\n    " as StaticString)
                case 0x0D: continue
                default: append("\u{FFFD}" as StaticString)
                }
            }
            append(UnsafeRawBufferPointer(rebasing: text[start...]))
        }
    }
}
