#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What ``Username`` says, said of the bytes of a username: a list of thousands is sorted out without making texts.
extension UnsafeRawBufferPointer {
    /// Whether the bytes begin with a text.
    func begins(with text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard count >= size, let base = baseAddress else { return false }
        return memcmp(base, text.utf8Start, size) == 0
    }

    /// Whether the bytes end with a text.
    func ends(with text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard count >= size, let base = baseAddress else { return false }
        return memcmp(base + count - size, text.utf8Start, size) == 0
    }

    /// Whether the bytes are a text.
    func isText(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && begins(with: text) }

    /// Whether a text occurs in the bytes.
    func holds(_ text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard var at = baseAddress else { return false }
        let end = at + count
        while end - at >= size, let hit = memchr(at, Int32(text.utf8Start[0]), end - at - size + 1) {
            if memcmp(hit, text.utf8Start, size) == 0 { return true }
            at = UnsafeRawPointer(hit) + 1
        }
        return false
    }

    /// Whether it is a group.
    var isGroup: Bool { ends(with: "@chatroom") || ends(with: "@im.chatroom") || ends(with: "@im_chatroom") }
}
