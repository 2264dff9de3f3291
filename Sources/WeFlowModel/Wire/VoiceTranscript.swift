/// The text that the client itself made of a voice (<doc:StoredText#Transcripts>).
public enum VoiceTranscript {
    /// The state of a text that is not worked on any more.
    private static let final: UInt64 = 2

    /// Reads it from `packed_info_data` of a voice's row.
    ///
    /// - Returns: the final text; nil where there is none, where it is blank, or where the column is damaged.
    public static func text(in column: UnsafeRawBufferPointer) -> String? {
        var reader = WireReader(column)
        var heard: Range<Int>?
        while let field = reader.next() {
            if field.number == 5, case .bytes(let range) = field.value { heard = range }
        }
        guard !reader.isCut, let heard else { return nil }
        var inside = WireReader(column, in: heard)
        var state: UInt64 = 0
        var words: Range<Int>?
        while let field = inside.next() {
            switch (field.number, field.value) {
            case (1, .varint(let value)): state = value
            case (2, .bytes(let range)): words = range
            default: continue
            }
        }
        guard !inside.isCut, state == final, let words, String(validating: column[words], as: UTF8.self) != nil
        else { return nil }
        let text = CleanText.string(column.slice(words))
        return text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : text
    }
}
