internal import WeFlowQuery

/// The senders of a chat that one thread has met, found by the bytes of their usernames, with the fields that stand for
/// each in a message as they were written the first time.
///
/// What every message looks at lies apart from the rest and refers to nothing, so that a look costs no count of owners.
struct KnownPeople {
    private struct Key {
        /// The last eight bytes of the username, all of a shorter one: usernames differ at their ends.
        let end: UInt64
        /// How long the username is, 0 where nobody is named.
        let length: Int
        /// Where it begins in `names`.
        let start: Int
        let isSend: Bool
        let isNotice: Bool
        /// Where what was written of the person lies in `fields`; empty as long as nothing was.
        var fields = 0..<0
        /// The last batch in which the person was met.
        var batch = 0
    }

    private var keys: [Key] = []
    private var people: [ChatPerson] = []
    /// Usernames one behind the other.
    private var names: [UInt8] = []
    private var fields: [UInt8] = []
    /// For each remainder of the hash one more than the place of the person who was met first.
    private var likely = [Int](repeating: 0, count: 1 << hashBits)
    private var batch = 1
    private static let hashBits = 10

    /// The place of a sender who was met before; nil for others, and where nobody is named.
    func place(of sender: UnsafeRawBufferPointer, isSend: Bool, isNotice: Bool) -> Int? {
        guard !sender.isEmpty else { return nil }
        let end = Self.end(of: sender)
        return keys.withUnsafeBufferPointer { keys in
            let first = likely[Self.remainder(end)] - 1
            guard first >= 0 else { return nil }
            // Those who share the remainder came later.
            for place in first..<keys.count
            where keys[place].end == end && keys[place].length == sender.count && keys[place].isSend == isSend
                && keys[place].isNotice == isNotice && isCalled(sender, keys[place].start)
            {
                return place
            }
            return nil
        }
    }

    /// Whether the username that begins here, as long as `sender` and with the same end, is the same.
    @inline(__always)
    private func isCalled(_ sender: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        names.withUnsafeBytes { names in
            // Eight bytes at a time, up to those that the end has, so no word leaves either of them.
            var at = 0
            while at + 8 < sender.count {
                let other = names.loadUnaligned(fromByteOffset: start + at, as: UInt64.self)
                guard sender.loadUnaligned(fromByteOffset: at, as: UInt64.self) == other else { return false }
                at += 8
            }
            return true
        }
    }

    /// Adds a person.
    ///
    /// - Returns: the person's place, which is good for one message where nobody is named.
    mutating func add(
        _ person: ChatPerson, sender: UnsafeRawBufferPointer, isSend: Bool, isNotice: Bool
    ) -> Int {
        // Those without a name differ from message to message and are not kept.
        if keys.last?.length == 0 {
            keys.removeLast()
            people.removeLast()
        }
        let end = Self.end(of: sender)
        keys.append(Key(end: end, length: sender.count, start: names.count, isSend: isSend, isNotice: isNotice))
        people.append(person)
        names += sender
        if !sender.isEmpty, likely[Self.remainder(end)] == 0 { likely[Self.remainder(end)] = keys.count }
        return keys.count - 1
    }

    /// The person at a place, where this is the first time in the batch.
    mutating func firstInBatch(_ place: Int) -> ChatPerson? {
        guard keys[place].batch != batch else { return nil }
        keys[place].batch = batch
        return people[place]
    }

    /// Begins another batch.
    mutating func forgetBatch() { batch += 1 }

    /// Whether the person's fields are kept.
    func isWritten(_ place: Int) -> Bool { !keys[place].fields.isEmpty }

    /// The person at a place.
    func person(_ place: Int) -> ChatPerson { people[place] }

    /// Keeps the fields that were written of a person who has a name.
    mutating func keep(_ written: [UInt8], of place: Int) {
        guard keys[place].length > 0 else { return }
        keys[place].fields = fields.count..<fields.count + written.count
        fields += written
    }

    /// Lends the fields that were kept.
    func withFields(_ place: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        fields.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[keys[place].fields])) }
    }

    @inline(__always)
    private static func end(of sender: UnsafeRawBufferPointer) -> UInt64 {
        guard sender.count < 8 else { return sender.loadUnaligned(fromByteOffset: sender.count - 8, as: UInt64.self) }
        return sender.reduce(0) { $0 << 8 | UInt64($1) }
    }

    @inline(__always)
    private static func remainder(_ end: UInt64) -> Int {
        Int(truncatingIfNeeded: (end &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - hashBits))
    }
}
