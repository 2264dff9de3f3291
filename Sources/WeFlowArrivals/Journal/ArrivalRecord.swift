import WeFlowStore

/// A record of the journal: a length, a checksum, and a payload, all little-endian. Either the whole of a pass is in the
/// file or nothing of it.
enum ArrivalRecord {
    /// The first record: what was known when the journal began, or when it was cut short. The sums of the rows that were
    /// there follow it, eight bytes each.
    case base(ArrivalBase)
    /// What one look found.
    case pass(ArrivalPass)

    /// The most bytes that a payload may have.
    static let largest = 64 << 20
    /// Bytes before a payload.
    static let headSize = 12
    /// What payloads begin with: a base and a pass, and those of older programs.
    private enum Form: UInt8 {
        case base = 0x43
        case pass = 0x51
        case earlierBase = 0x42
        case earlierPass = 0x50
    }
    private static let version: UInt8 = 2
    private static let earlierVersion: UInt8 = 1

    /// The record's bytes, without the sums that follow a base.
    var bytes: [UInt8] {
        var payload = LittleEndianWriter()
        switch self {
        case .base(let base):
            payload.put(Form.base.rawValue)
            payload.put(Self.version)
            payload.put(base.journal)
            payload.put(base.createdAt)
            payload.put(base.first)
            payload.put(base.chain)
            payload.put(UInt32(truncatingIfNeeded: base.unseen.count))
            for shard in base.unseen.sorted() { payload.put(shard) }
            payload.put(UInt64(base.rows.count))
            payload.put(base.rows.check)
            payload.put(UInt8(base.rows.isWhole ? 1 : 0) | UInt8(base.rows.hasNotices ? 2 : 0))
            Self.put(base.pass, &payload)
        case .pass(let pass):
            payload.put(Form.pass.rawValue)
            Self.put(pass, &payload)
        }
        var record = LittleEndianWriter()
        record.put(UInt32(truncatingIfNeeded: payload.bytes.count))
        record.put(Self.sum(payload.bytes[...]))
        return record.bytes + payload.bytes
    }

    /// A checksum over a payload, eight bytes at a time.
    static func sum(_ payload: ArraySlice<UInt8>) -> UInt64 {
        payload.withUnsafeBytes { bytes in
            var sum = mix(UInt64(bytes.count) ^ 0x5747_4A52)
            var at = 0
            while at + 8 <= bytes.count {
                sum = mix(sum ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
                at += 8
            }
            for byte in bytes[at...] { sum = mix(sum ^ UInt64(byte)) }
            return sum
        }
    }

    /// Bytes of the record whose first ones these are; nil where there are too few to tell, or it cannot be one.
    static func size(_ head: ArraySlice<UInt8>) -> Int? {
        var reader = LittleEndianReader(head)
        guard let count = reader.take(UInt32.self), count <= largest else { return nil }
        return headSize + Int(count)
    }

    /// Reads the record at the beginning of `bytes`.
    ///
    /// - Returns: the record and how many bytes it has; nil where it is not whole.
    static func read(_ bytes: ArraySlice<UInt8>) -> (record: ArrivalRecord, size: Int)? {
        var head = LittleEndianReader(bytes)
        guard let count = head.take(UInt32.self), let found = head.take(UInt64.self), count <= largest,
            bytes.count - headSize >= Int(count)
        else { return nil }
        let payload = bytes[(bytes.startIndex + headSize)...].prefix(Int(count))
        guard let form = payload.first.flatMap(Form.init) else { return nil }
        var sum = Self.sum(payload)
        if form == .earlierBase || form == .earlierPass {
            var earlier = ChecksumFNV(seed: UInt64(count))
            earlier.add(payload)
            sum = earlier.value
        }
        guard found == sum, let record = parse(form, payload.dropFirst()) else { return nil }
        return (record, headSize + Int(count))
    }

    private static func parse(_ form: Form, _ payload: ArraySlice<UInt8>) -> ArrivalRecord? {
        var reader = LittleEndianReader(payload)
        switch form {
        case .pass: return pass(&reader).map(ArrivalRecord.pass)
        case .earlierPass:
            var unseen: Set<UInt32> = []
            return earlierPass(&reader, &unseen).map(ArrivalRecord.pass)
        case .base, .earlierBase:
            let isEarlier = form == .earlierBase
            guard reader.take(UInt8.self) == (isEarlier ? earlierVersion : version),
                let journal = reader.take(UInt64.self), let createdAt = reader.take(Int64.self),
                let first = reader.take(UInt64.self), let chain = reader.take(UInt64.self)
            else { return nil }
            var unseen: Set<UInt32> = []
            var rows = ArrivalBase.Rows()
            let found: ArrivalPass?
            if isEarlier {
                found = earlierPass(&reader, &unseen)
            } else {
                guard let shards = reader.take(UInt32.self) else { return nil }
                for _ in 0..<shards {
                    guard let shard = reader.take(UInt32.self) else { return nil }
                    unseen.insert(shard)
                }
                guard let count = reader.take(UInt64.self), count <= UInt64(ArrivalBase.Rows.most),
                    let check = reader.take(UInt64.self), let flags = reader.take(UInt8.self)
                else { return nil }
                rows = ArrivalBase.Rows(
                    count: Int(count), check: check, isWhole: flags & 1 != 0, hasNotices: flags & 2 != 0)
                found = pass(&reader)
            }
            guard let pass = found else { return nil }
            return .base(
                ArrivalBase(
                    journal: journal, createdAt: createdAt, first: first, chain: chain, unseen: unseen,
                    isEarlier: isEarlier, rows: rows, pass: pass))
        }
    }

    // MARK: Passes

    private static func put(_ pass: ArrivalPass, _ writer: inout LittleEndianWriter) {
        writer.put(pass.seenAt)
        put(pass.entries, &writer) { entry, writer in
            put(entry.place, &writer)
            writer.put(entry.localID)
            writer.put(entry.createTime)
            writer.put(entry.kind.rawValue | entry.doubt.rawValue << 4)
            writer.put(entry.seenAt)
            writer.put(entry.sum)
        }
        put(pass.counters, &writer) { item, writer in
            let counter = item.counter
            put(item.place, &writer)
            writer.put(counter.sequence)
            writer.put(counter.slot)
            writer.put(counter.last)
            writer.put(counter.base)
            writer.put(counter.windowStart)
            writer.put(counter.windowSum)
            writer.put(counter.floor)
            writer.put(counter.anchor)
            writer.put(UInt8(counter.isChecked ? 1 : 0))
            put(counter.notices, &writer) { $1.put($0) }
        }
        put(pass.sessions, &writer) { session, writer in
            put(session.hash, &writer)
            writer.put(session.mark)
            writer.put(session.seenAt)
        }
        put(pass.shards, &writer) { shard, writer in
            writer.put(shard.number)
            writer.put(shard.file)
            writer.put(shard.cookie)
            writer.put(UInt8(shard.isChecked ? 1 : 0))
            put(shard.uncounted, &writer) { put($0, &$1) }
        }
        put(pass.known, &writer) { $1.put($0) }
        put(pass.missed, &writer) { missed, writer in
            writer.put(missed.sum)
            writer.put(UInt8(missed.wasEvent ? 1 : 0))
        }
        put(pass.seen, &writer) { $1.put($0) }
    }

    private static func put<Item>(
        _ items: [Item], _ writer: inout LittleEndianWriter, _ body: (Item, inout LittleEndianWriter) -> Void
    ) {
        writer.put(UInt32(truncatingIfNeeded: items.count))
        for item in items { body(item, &writer) }
    }

    private static func pass(_ reader: inout LittleEndianReader) -> ArrivalPass? {
        guard let seenAt = reader.take(Int64.self),
            let entries = list(&reader, entry(_:)),
            let counters = list(&reader, counter(_:)),
            let sessions = list(&reader, session(_:)),
            let shards = list(&reader, shard(_:)),
            let known = list(&reader, { $0.take(UInt64.self) }),
            let missed = list(&reader, missed(_:)),
            let seen = list(&reader, { $0.take(UInt32.self) })
        else { return nil }
        return ArrivalPass(
            seenAt: seenAt, entries: entries, counters: counters, sessions: sessions, shards: shards, known: known,
            missed: missed, seen: seen)
    }

    private static func list<Item>(
        _ reader: inout LittleEndianReader, _ item: (inout LittleEndianReader) -> Item?
    ) -> [Item]? {
        guard let count = reader.take(UInt32.self) else { return nil }
        var items: [Item] = []
        // A count is what somebody wrote: no room is made for it before there are bytes.
        for _ in 0..<count {
            guard let next = item(&reader) else { return nil }
            items.append(next)
        }
        return items
    }

    private static func entry(_ reader: inout LittleEndianReader) -> ArrivalEntry? {
        guard let place = place(&reader), let localID = reader.take(Int64.self),
            let createTime = reader.take(Int64.self), let kind = reader.take(UInt8.self),
            let known = ArrivalEntry.Kind(rawValue: kind & 15), let seenAt = reader.take(Int64.self),
            let sum = reader.take(UInt64.self)
        else { return nil }
        return ArrivalEntry(
            place: place, localID: localID, createTime: createTime, kind: known, seenAt: seenAt, sum: sum,
            doubt: ArrivalEntry.Doubt(rawValue: kind >> 4))
    }

    private static func counter(_ reader: inout LittleEndianReader) -> ArrivalPass.Counter? {
        guard let place = place(&reader), let sequence = reader.take(Int64.self), let slot = reader.take(Int64.self),
            let last = reader.take(Int64.self), let base = reader.take(Int64.self),
            let windowStart = reader.take(Int64.self), let windowSum = reader.take(UInt64.self),
            let floor = reader.take(Int64.self), let anchor = reader.take(UInt64.self),
            let flags = reader.take(UInt8.self), let notices = list(&reader, { $0.take(Int64.self) })
        else { return nil }
        return ArrivalPass.Counter(
            place: place,
            counter: ArrivalState.Counter(
                sequence: sequence, slot: slot, last: last, base: base, windowStart: windowStart,
                windowSum: windowSum, floor: floor, anchor: anchor, isChecked: flags & 1 != 0, notices: notices))
    }

    private static func session(_ reader: inout LittleEndianReader) -> ArrivalPass.Session? {
        guard let hash = hash(&reader), let mark = reader.take(UInt64.self), let seenAt = reader.take(Int64.self)
        else { return nil }
        return ArrivalPass.Session(hash: hash, mark: mark, seenAt: seenAt)
    }

    private static func shard(_ reader: inout LittleEndianReader) -> ArrivalPass.ShardMark? {
        guard let number = reader.take(UInt32.self), let file = reader.take(UInt64.self),
            let cookie = reader.take(UInt32.self), let flags = reader.take(UInt8.self),
            let uncounted = list(&reader, hash(_:))
        else { return nil }
        return ArrivalPass.ShardMark(
            number: number, file: file, cookie: cookie, uncounted: uncounted, isChecked: flags & 1 != 0)
    }

    private static func missed(_ reader: inout LittleEndianReader) -> ArrivalPass.Missed? {
        guard let sum = reader.take(UInt64.self), let flags = reader.take(UInt8.self) else { return nil }
        return ArrivalPass.Missed(sum: sum, wasEvent: flags & 1 != 0)
    }

    // MARK: Passes of older programs

    private static func earlierPass(_ reader: inout LittleEndianReader, _ unseen: inout Set<UInt32>) -> ArrivalPass? {
        guard let seenAt = reader.take(Int64.self), let entries = list(&reader, earlierEntry(_:)),
            let counters = list(&reader, earlierCounter(_:)), let removed = list(&reader, place(_:)),
            let sessions = list(&reader, session(_:))
        else { return nil }
        var pass = ArrivalPass(seenAt: seenAt)
        pass.entries = entries
        for counter in counters {
            // What stood for a shard that could not be read.
            if counter.place.hash == TableHash(high: 0, low: 0) {
                unseen.insert(counter.place.shard)
            } else {
                pass.counters.append(counter)
            }
        }
        pass.counters += removed.map { ArrivalPass.Counter(place: $0, counter: .gone) }
        pass.sessions = sessions
        return pass
    }

    private static func earlierEntry(_ reader: inout LittleEndianReader) -> ArrivalEntry? {
        guard let place = place(&reader), let localID = reader.take(Int64.self),
            let createTime = reader.take(Int64.self),
            let kind = reader.take(UInt8.self).flatMap(ArrivalEntry.Kind.init), let seenAt = reader.take(Int64.self)
        else { return nil }
        return ArrivalEntry(place: place, localID: localID, createTime: createTime, kind: kind, seenAt: seenAt)
    }

    private static func earlierCounter(_ reader: inout LittleEndianReader) -> ArrivalPass.Counter? {
        guard let place = place(&reader), let last = reader.take(Int64.self), let base = reader.take(Int64.self),
            let notices = list(&reader, { $0.take(Int64.self) })
        else { return nil }
        return ArrivalPass.Counter(
            place: place, counter: ArrivalState.Counter(sequence: last, last: last, base: base, notices: notices))
    }

    private static func put(_ place: TableKey, _ writer: inout LittleEndianWriter) {
        writer.put(place.shard)
        put(place.hash, &writer)
    }

    private static func put(_ hash: TableHash, _ writer: inout LittleEndianWriter) {
        writer.put(hash.high)
        writer.put(hash.low)
    }

    private static func place(_ reader: inout LittleEndianReader) -> TableKey? {
        guard let shard = reader.take(UInt32.self), let hash = hash(&reader) else { return nil }
        return TableKey(shard: shard, hash: hash)
    }

    private static func hash(_ reader: inout LittleEndianReader) -> TableHash? {
        guard let high = reader.take(UInt64.self), let low = reader.take(UInt64.self) else { return nil }
        return TableHash(high: high, low: low)
    }
}

/// What was known when a journal began, or when it was cut short.
struct ArrivalBase: Sendable {
    /// The sums of the rows that were known then, which lie behind the record.
    struct Rows: Sendable {
        /// The most of them that a journal keeps.
        static let most = 1 << 25

        let count: Int
        /// The checksum of their bytes.
        let check: UInt64
        /// Whether none is missing.
        let isWhole: Bool
        /// Whether notices are among them as such.
        let hasNotices: Bool
        /// Where they lie in the file.
        var place: Int64 = 0
        /// In ascending order; empty once they are in the file.
        private(set) var sums: [UInt64] = []

        init(count: Int = 0, check: UInt64 = ArrivalRecord.sum([]), isWhole: Bool = true, hasNotices: Bool = true) {
            (self.count, self.check, self.isWhole, self.hasNotices) = (count, check, isWhole, hasNotices)
        }

        init(_ known: KnownRows) {
            var sums = known.all
            let isWhole = known.isWhole && sums.count <= Self.most
            if sums.count > Self.most { sums.removeLast(sums.count - Self.most) }
            self.init(
                count: sums.count, check: ArrivalRecord.sum(Self.bytes(sums)[...]), isWhole: isWhole,
                hasNotices: known.hasNotices)
            self.sums = sums
        }

        /// Their bytes in the file.
        var bytes: [UInt8] { Self.bytes(sums) }

        /// The same, lying in a file.
        func filed(at place: Int64) -> Rows {
            var filed = self
            (filed.place, filed.sums) = (place, [])
            return filed
        }

        /// What these bytes of a file say; what is not whole counts as nothing.
        func known(from bytes: [UInt8]) -> KnownRows {
            guard bytes.count == count * 8, ArrivalRecord.sum(bytes[...]) == check else {
                return KnownRows([], isWhole: false, hasNotices: false)
            }
            let sums = bytes.withUnsafeBytes { bytes in
                (0..<count).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
            }
            return KnownRows(sums, isWhole: isWhole, hasNotices: hasNotices)
        }

        private static func bytes(_ sums: [UInt64]) -> [UInt8] {
            sums.map(\.littleEndian).withUnsafeBytes { Array($0) }
        }
    }

    /// Tells this journal from one that was lost.
    let journal: UInt64
    /// Unix seconds.
    let createdAt: Int64
    /// The position of the first entry that is kept.
    let first: UInt64
    /// The sum over all entries before it.
    let chain: UInt64
    /// Shards that could not be read when the journal began, and not since.
    var unseen: Set<UInt32> = []
    /// Whether an older program wrote it.
    var isEarlier = false
    /// The rows that were known.
    var rows = Rows()
    /// The counters and sessions then, and the entries that were kept.
    let pass: ArrivalPass
}

/// Puts numbers one behind the other, little end first.
struct LittleEndianWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Takes numbers one after the other, little end first; nil where there are no more.
struct LittleEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Whether nothing is left.
    var isAtEnd: Bool { rest.isEmpty }

    mutating func take<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        let size = Number.bitWidth / 8
        guard rest.count >= size else { return nil }
        let number = rest.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
        rest = rest.dropFirst(size)
        return number
    }
}
