/// What the column `source` of a row tells (<doc:MessageBodies#Mentions>).
public enum MessageSource {
    /// The usernames that a text mentions, in order; `notify@all` stands for everyone.
    ///
    /// - Parameter source: the decompressed column.
    /// - Returns: the usernames, empty where nobody is mentioned.
    public static func mentions(_ source: UnsafeRawBufferPointer) -> [String] {
        guard source.firstOffset(of: "atuserlist") != nil else { return [] }
        var document = XMLDocument()
        document.parse(source)
        return document.text(of: document.first("atuserlist")).split(separator: ",")
            .map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
    }
}
