import WeFlowStore

/// Finds the row of a username among contacts and strangers, whose texts stay where they were read.
///
/// A table of the hashes of bytes: with a dictionary of strings `weflow contacts --limit 0` takes 10 % more instructions
/// over 3,000 contacts (50.1 in place of 45.4 million), `weflow sessions` of 100 chats 2 %.
struct UsernamePlaces: Sendable {
    /// The rows of `contact`.
    let contacts: ContactRows
    private let strangers: ContactRows
    /// Which row each username has, by its hash: contacts from 0, strangers behind them, -1 for none. A power of two, at
    /// most half full.
    private var slots: [Int32] = []
    /// Places whose username another row had before, and that row; by place.
    private var repeated: [(place: Int, first: Int)] = []

    /// Of two rows with one username the first counts, and a contact before a stranger.
    init(contacts: ContactRows, strangers: ContactRows) {
        (self.contacts, self.strangers) = (contacts, strangers)
        // More rows than these have no room in memory either.
        let count = min(contacts.count + strangers.count, 1 << 28)
        slots = Array(repeating: -1, count: 1 << (Int.bitWidth - (2 * count + 1).leadingZeroBitCount))
        for place in 0..<count {
            let (rows, own) = rows(at: place)
            rows.withText { text in
                let free = slot(of: UnsafeRawBufferPointer(rebasing: text[rows.range(of: .username, at: own)]))
                if slots[free] < 0 {
                    slots[free] = Int32(place)
                } else {
                    repeated.append((place, Int(slots[free])))
                }
            }
        }
    }

    /// The rows that a place is in, and which of them it is.
    func rows(at place: Int) -> (rows: ContactRows, place: Int) {
        place < contacts.count ? (contacts, place) : (strangers, place - contacts.count)
    }

    /// The place of a username, UTF-8; nil where it has none.
    func place(of username: UnsafeRawBufferPointer) -> Int? {
        let place = slots[slot(of: username)]
        return place < 0 ? nil : Int(place)
    }

    /// Which of the contacts the row of another contact's username is: itself, or the first with that username.
    func first(like contact: Int) -> Int {
        var (low, high) = (0, repeated.count)
        while low < high {
            let middle = (low + high) / 2
            if repeated[middle].place < contact { low = middle + 1 } else { high = middle }
        }
        return low < repeated.count && repeated[low].place == contact ? repeated[low].first : contact
    }

    /// The slot that holds the row of a username, or the empty one in which it would be.
    private func slot(of username: UnsafeRawBufferPointer) -> Int {
        var slot = Int(truncatingIfNeeded: Self.hash(username)) & (slots.count - 1)
        while slots[slot] >= 0 {
            let (rows, place) = rows(at: Int(slots[slot]))
            let range = rows.range(of: .username, at: place)
            if range.count == username.count,
                rows.withText({ username.elementsEqual(UnsafeRawBufferPointer(rebasing: $0[range])) })
            {
                break
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: bytes.count)
        var at = 0
        while bytes.count - at >= 8 {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            at += 8
        }
        for byte in bytes[at...] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ hash >> 32
    }
}
