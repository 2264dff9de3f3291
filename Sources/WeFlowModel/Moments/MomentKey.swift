/// A key of the moments' stream cipher as it stands in the XML and in parameters: decimal text up to 2^64-1
/// (<doc:Posts#Media>).
public enum MomentKey {
    /// A text that is a key, or that says there is none.
    public struct Reading: Sendable, Equatable {
        /// The key; nil where the text is `0` or `none`.
        public let value: UInt64?
    }

    /// Reads a key.
    ///
    /// - Parameter text: 1 to 20 digits within 64 bits, or a word for none.
    /// - Returns: nil where the text is neither.
    public static func parse(_ text: String) -> Reading? {
        if text.lowercased() == "none" { return Reading(value: nil) }
        guard (1...20).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return UInt64(text).map { Reading(value: $0 == 0 ? nil : $0) }
    }
}
