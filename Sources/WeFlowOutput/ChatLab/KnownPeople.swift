internal import WeFlowQuery

/// The senders of a chat that one thread has met, found by the bytes of their usernames, with the fields that stand for
/// each in a message as they were written the first time.
struct KnownPeople {
    private struct Known {
        let sender: [UInt8]
        let isSend: Bool
        let isNotice: Bool
        let person: ChatPerson
        /// What was written of the person, empty as long as nothing was.
        var fields: [UInt8] = []
        /// The last batch in which the person was met.
        var batch = 0
    }

    private var all: [Known] = []
    /// For each remainder of the hash one more than the place of the person who was met last.
    private var recent = [Int](repeating: 0, count: 256)
    private var batch = 1

    /// The place of a sender who was met before; nil for others, and where nobody is named.
    func place(of sender: UnsafeRawBufferPointer, isSend: Bool, isNotice: Bool) -> Int? {
        guard !sender.isEmpty else { return nil }
        let likely = recent[Self.remainder(sender)] - 1
        if likely >= 0, isMet(likely, sender, isSend, isNotice) { return likely }
        return all.indices.first { isMet($0, sender, isSend, isNotice) }
    }

    @inline(__always)
    private func isMet(_ place: Int, _ sender: UnsafeRawBufferPointer, _ isSend: Bool, _ isNotice: Bool) -> Bool {
        all.withUnsafeBufferPointer { all in
            all[place].isSend == isSend && all[place].isNotice == isNotice
                && all[place].sender.count == sender.count && all[place].sender.elementsEqual(sender)
        }
    }

    /// Adds a person.
    ///
    /// - Returns: the person's place, which is good for one message where nobody is named.
    mutating func add(
        _ person: ChatPerson, sender: UnsafeRawBufferPointer, isSend: Bool, isNotice: Bool
    ) -> Int {
        // Those without a name differ from message to message and are not kept.
        if let last = all.last, last.sender.isEmpty { all.removeLast() }
        all.append(Known(sender: Array(sender), isSend: isSend, isNotice: isNotice, person: person))
        if !sender.isEmpty { recent[Self.remainder(sender)] = all.count }
        return all.count - 1
    }

    /// The person at a place, where this is the first time in the batch.
    mutating func firstInBatch(_ place: Int) -> ChatPerson? {
        guard all[place].batch != batch else { return nil }
        all[place].batch = batch
        return all[place].person
    }

    /// Begins another batch.
    mutating func forgetBatch() { batch += 1 }

    /// Whether the person's fields are kept.
    func isWritten(_ place: Int) -> Bool { !all[place].fields.isEmpty }

    /// The person at a place.
    func person(_ place: Int) -> ChatPerson { all[place].person }

    /// Keeps the fields that were written of a person.
    mutating func keep(_ fields: [UInt8], of place: Int) { all[place].fields = fields }

    /// Lends the fields that were kept.
    func withFields(_ place: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        all[place].fields.withUnsafeBytes(body)
    }

    /// Usernames differ at their ends.
    @inline(__always)
    private static func remainder(_ sender: UnsafeRawBufferPointer) -> Int {
        var hash = UInt32(truncatingIfNeeded: sender.count)
        for byte in sender.suffix(8) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int((hash ^ hash >> 15) & 255)
    }
}
