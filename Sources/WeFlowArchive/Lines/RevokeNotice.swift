import WeFlowModel

/// Tells notices that a message was taken back from others.
enum RevokeNotice {
    /// Whether a text of a notice says so.
    static func isOne(localType: Int64, _ text: UnsafeRawBufferPointer) -> Bool {
        if case .revoke = MessageDecoder().decode(localType: localType, body: text, names: { _ in nil }) { return true }
        return false
    }
}
