import WeFlowModel
import WeFlowSystem

/// What ``Username`` says, said of the bytes of a username: a list of thousands is sorted out without making texts.
extension UnsafeRawBufferPointer {
    /// Whether the bytes begin with a text.
    func begins(with text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard count >= size, let base = baseAddress else { return false }
        return Memory.compare(base, text.utf8Start, size) == 0
    }

    /// Whether the bytes end with a text.
    func ends(with text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard count >= size, let base = baseAddress else { return false }
        return Memory.compare(base + count - size, text.utf8Start, size) == 0
    }

    /// Whether the bytes are a text.
    func isText(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && begins(with: text) }

    /// Whether a text occurs in the bytes.
    func holds(_ text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard var at = baseAddress else { return false }
        let end = at + count
        while end - at >= size, let hit = Memory.find(text.utf8Start[0], in: at, end - at - size + 1) {
            if Memory.compare(hit, text.utf8Start, size) == 0 { return true }
            at = hit + 1
        }
        return false
    }

    /// Whether it is a group.
    var isGroup: Bool { ChatID.isGroup(self) }

    /// Whether it stands for a function of the client, not for a person.
    var isFunction: Bool {
        isText("medianote") || isText("floatbottle") || isText("qmessage") || isText("qqmail") || isText("fmessage")
    }

    /// Below 0 where the text comes before `other` by Unicode scalar, 0 where it is the same: see the one of `String`.
    func compareByScalar(_ other: UnsafeRawBufferPointer) -> Int {
        guard let one = baseAddress, let two = other.baseAddress else { return count - other.count }
        let order = Memory.compare(one, two, Swift.min(count, other.count))
        return order == 0 ? count - other.count : order
    }

    /// The first eight bytes as one number: where two differ in it, it orders them as `compareByScalar` does.
    var head: UInt64 {
        if count >= 8 { return UInt64(bigEndian: loadUnaligned(as: UInt64.self)) }
        return self.reduce(0) { $0 << 8 | UInt64($1) } << UInt64(8 * (8 - count))
    }
}
