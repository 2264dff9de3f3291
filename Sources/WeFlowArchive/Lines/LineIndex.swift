import WeFlowPages

/// What the archive has of a chat, by key: a number for each message, no text. 12 bytes a message.
struct LineIndex: Sendable {
    /// What is known of a line: its month, and what is marked in it.
    struct Info: OptionSet, Sendable {
        var rawValue: UInt32
        /// It is a notice that a message was taken back.
        static let notice = Info(rawValue: 1)
        /// It was taken back.
        static let recalled = Info(rawValue: 2)
        /// It is gone at the source.
        static let gone = Info(rawValue: 4)
        /// Its file was missing and may come.
        static let missing = Info(rawValue: 8)
        /// A voice without the client's text.
        static let untold = Info(rawValue: 16)
        /// It was there before this run.
        static let old = Info(rawValue: 32)
        /// This run saw it at the source.
        static let seen = Info(rawValue: 64)

        private static let monthShift: UInt32 = 8

        init(rawValue: UInt32) { self.rawValue = rawValue }

        init(month: Month, _ marks: Info = []) {
            rawValue = UInt32(truncatingIfNeeded: month.number) << Self.monthShift | marks.rawValue
        }

        /// The month in whose file the line is.
        var month: Month { Month(number: Int(rawValue >> Self.monthShift)) }
    }

    private var keys: [UInt64] = []
    private(set) var infos: [Info] = []
    /// Sums of the contents, where they are compared.
    private var contents: [UInt32] = []
    /// What was read ahead comes to this: the compiler leaves nothing out that is kept.
    private var expected: UInt64 = 0
    /// How many there are.
    private(set) var count = 0
    /// Whether sums of contents are kept.
    let comparesContents: Bool

    /// - Parameters:
    ///   - expected: how many there will be, about.
    ///   - comparesContents: whether sums of contents are kept.
    init(expected: Int, comparesContents: Bool = false) {
        self.comparesContents = comparesContents
        resize(to: max(16, expected + expected / 4 + 8))
    }

    private mutating func resize(to size: Int) {
        let (oldKeys, oldInfos, oldContents) = (keys, infos, contents)
        keys = Array(repeating: 0, count: size)
        infos = Array(repeating: [], count: size)
        contents = comparesContents ? Array(repeating: 0, count: size) : []
        for slot in oldKeys.indices where oldKeys[slot] != 0 {
            let place = free(oldKeys[slot])
            keys[place] = oldKeys[slot]
            infos[place] = oldInfos[slot]
            if comparesContents { contents[place] = oldContents[slot] }
        }
    }

    @inline(__always)
    private func free(_ key: UInt64) -> Int {
        // Keys are scattered already: the share of the range that one is at is its place.
        var slot = Int(truncatingIfNeeded: key.multipliedFullWidth(by: UInt64(keys.count)).high)
        while keys[slot] != 0, keys[slot] != key {
            slot += 1
            if slot == keys.count { slot = 0 }
        }
        return slot
    }

    /// Reads where the keys of some messages will be looked for, one beside the other. The index of a large chat is larger
    /// than the processor's caches, and keys are scattered: asked for one after the other each was waited for, 4 % of a first
    /// run over a million messages.
    mutating func expect(_ heads: [LineBatch.Head]) {
        keys.withUnsafeBufferPointer { keys in
            let size = UInt64(keys.count)
            for head in heads {
                expected ^= keys[Int(truncatingIfNeeded: head.key.multipliedFullWidth(by: size).high)]
            }
        }
    }

    /// Where a key is; nil where it is not. 0 is nobody's: it marks what is free.
    func find(_ key: UInt64) -> Int? {
        let slot = free(key)
        return key != 0 && keys[slot] == key ? slot : nil
    }

    /// Puts a key in that is not there.
    mutating func insert(_ key: UInt64, _ info: Info, content: UInt32 = 0) {
        _ = insertMissing(key, info, content: content)
    }

    /// Puts a key in where it is not there.
    ///
    /// - Returns: where it is, if it was there; what is known of it is then left as it is.
    mutating func insertMissing(_ key: UInt64, _ info: Info, content: UInt32 = 0) -> Int? {
        if (count + 1) * 10 > keys.count * 9 { resize(to: keys.count * 8 / 5 + 16) }
        let slot = free(key)
        guard keys[slot] != key else { return slot }
        keys[slot] = key
        infos[slot] = info
        if comparesContents { contents[slot] = content }
        count += 1
        return nil
    }

    /// Marks what is at a slot.
    mutating func mark(_ slot: Int, _ info: Info) { infos[slot].formUnion(info) }

    /// Takes marks away.
    mutating func unmark(_ slot: Int, _ info: Info) { infos[slot].subtract(info) }

    /// The sum of the content at a slot, 0 where none is known.
    func content(_ slot: Int) -> UInt32 { comparesContents ? contents[slot] : 0 }

    /// All that this run did not see at the source although it was there before, and that is not marked yet.
    var unseen: [(key: UInt64, month: Month)] {
        keys.indices.compactMap { slot in
            let info = infos[slot]
            guard keys[slot] != 0, info.contains(.old), info.isDisjoint(with: [.seen, .gone, .recalled]) else {
                return nil
            }
            return (keys[slot], info.month)
        }.sorted { $0.key < $1.key }
    }

    /// Hands on all keys with what is marked, without what belongs to a run, in the order of their slots.
    ///
    /// - Throws: what `body` throws.
    func forEach(_ body: (UInt64, Info) throws(WeFlowError) -> Void) throws(WeFlowError) {
        for slot in keys.indices where keys[slot] != 0 { try body(keys[slot], infos[slot].subtracting([.old, .seen])) }
    }
}
