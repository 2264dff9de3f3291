/// Tells by its sentence whether a notice says that a message was taken back.
enum Revocation {
    /// How the sentences end, in the languages of the client.
    private static let endings: [StaticString] = ["撤回了一条消息", "撤回一条消息", "撤回此消息", "收回了一則訊息", "recalled a message"]
    /// What may stand behind the sentence.
    private static let behind: [StaticString] = ["重新编辑", "重新編輯", "Re-edit", "Edit", "。", "."]
    private static let verbs: [StaticString] = ["撤回", "收回"]
    private static let objects: [StaticString] = ["消息", "訊息", "讯息"]

    /// True where a notice says that a message was taken back.
    ///
    /// A person may be called anything. So either the sentence ends as such sentences do, or it says so outside of
    /// quotation marks, in which names stand.
    static func isTold(by text: String) -> Bool {
        guard verbs.contains(where: text.containsBytes) || text.containsBytes("recalled a message") else {
            return false
        }
        if endsLikeOne(text) { return true }
        var outside = Template.withoutQuotations(text)
        return outside.withUTF8 { outside in
            let outside = UnsafeRawBufferPointer(outside)
            if outside.firstOffset(of: "recalled a message") != nil { return true }
            return verbs.contains { verb in
                guard let at = outside.firstOffset(of: verb) else { return false }
                return objects.contains { outside.firstOffset(of: $0, from: at) != nil }
            }
        }
    }

    /// True where the sentence says that the account's owner did.
    static func isOwn(_ text: String) -> Bool {
        ["你撤回", "你收回", "You recalled"].contains { text.hasPrefix($0) }
    }

    private static func endsLikeOne(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            var end = bytes.trimmed(0..<bytes.count).upperBound
            while let tail = behind.first(where: { bytes.matches($0, at: end - $0.utf8CodeUnitCount) }), end > 0 {
                end = bytes.trimmed(0..<end - tail.utf8CodeUnitCount).upperBound
            }
            return endings.contains { bytes.matches($0, at: end - $0.utf8CodeUnitCount) }
        }
    }
}
