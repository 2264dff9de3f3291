import WeFlowStore

/// A record of the journal: a length, a checksum, and a payload, all little-endian. Either the whole of a pass is in the
/// file or nothing of it.
enum ArrivalRecord {
    /// The first record: what was known when the journal began, or when it was cut short.
    case base(ArrivalBase)
    /// What one look found.
    case pass(ArrivalPass)

    /// The most bytes that a payload may have.
    static let largest = 64 << 20
    private static let headSize = 12
    private static let version: UInt8 = 1

    /// The record's bytes.
    var bytes: [UInt8] {
        var payload = LittleEndianWriter()
        switch self {
        case .base(let base):
            payload.put(UInt8(ascii: "B"))
            payload.put(Self.version)
            payload.put(base.journal)
            payload.put(base.createdAt)
            payload.put(base.first)
            payload.put(base.chain)
            Self.put(base.pass, &payload)
        case .pass(let pass):
            payload.put(UInt8(ascii: "P"))
            Self.put(pass, &payload)
        }
        var sum = ChecksumFNV(seed: UInt64(payload.bytes.count))
        sum.add(payload.bytes)
        var record = LittleEndianWriter()
        record.put(UInt32(truncatingIfNeeded: payload.bytes.count))
        record.put(sum.value)
        return record.bytes + payload.bytes
    }

    /// Reads the record at the beginning of `bytes`.
    ///
    /// - Returns: the record and how many bytes it has; nil where it is not whole.
    static func read(_ bytes: ArraySlice<UInt8>) -> (record: ArrivalRecord, size: Int)? {
        var head = LittleEndianReader(bytes)
        guard let count = head.take(UInt32.self), let sum = head.take(UInt64.self), count <= largest,
            bytes.count - headSize >= Int(count)
        else { return nil }
        let payload = bytes[(bytes.startIndex + headSize)...].prefix(Int(count))
        var found = ChecksumFNV(seed: UInt64(count))
        found.add(payload)
        guard found.value == sum, let record = parse(payload) else { return nil }
        return (record, headSize + Int(count))
    }

    private static func parse(_ payload: ArraySlice<UInt8>) -> ArrivalRecord? {
        var reader = LittleEndianReader(payload)
        switch reader.take(UInt8.self) {
        case UInt8(ascii: "B"):
            guard reader.take(UInt8.self) == version, let journal = reader.take(UInt64.self),
                let createdAt = reader.take(Int64.self), let first = reader.take(UInt64.self),
                let chain = reader.take(UInt64.self), let pass = pass(&reader)
            else { return nil }
            return .base(
                ArrivalBase(journal: journal, createdAt: createdAt, first: first, chain: chain, pass: pass))
        case UInt8(ascii: "P"):
            return pass(&reader).map(ArrivalRecord.pass)
        default:
            return nil
        }
    }

    // MARK: Passes

    private static func put(_ pass: ArrivalPass, _ writer: inout LittleEndianWriter) {
        writer.put(pass.seenAt)
        writer.put(UInt32(truncatingIfNeeded: pass.entries.count))
        for entry in pass.entries {
            put(entry.place, &writer)
            writer.put(entry.localID)
            writer.put(entry.createTime)
            writer.put(entry.kind.rawValue)
            writer.put(entry.seenAt)
        }
        writer.put(UInt32(truncatingIfNeeded: pass.counters.count))
        for counter in pass.counters {
            put(counter.place, &writer)
            writer.put(counter.last)
            writer.put(counter.base)
            writer.put(UInt32(truncatingIfNeeded: counter.notices.count))
            for notice in counter.notices { writer.put(notice) }
        }
        writer.put(UInt32(truncatingIfNeeded: pass.removed.count))
        for place in pass.removed { put(place, &writer) }
        writer.put(UInt32(truncatingIfNeeded: pass.sessions.count))
        for session in pass.sessions {
            put(session.hash, &writer)
            writer.put(session.mark)
            writer.put(session.seenAt)
        }
    }

    private static func pass(_ reader: inout LittleEndianReader) -> ArrivalPass? {
        guard let seenAt = reader.take(Int64.self) else { return nil }
        var pass = ArrivalPass(seenAt: seenAt)
        guard let entries = reader.take(UInt32.self) else { return nil }
        for _ in 0..<entries {
            guard let place = place(&reader), let localID = reader.take(Int64.self),
                let createTime = reader.take(Int64.self),
                let kind = reader.take(UInt8.self).flatMap(ArrivalEntry.Kind.init),
                let seenAt = reader.take(Int64.self)
            else { return nil }
            pass.entries.append(
                ArrivalEntry(place: place, localID: localID, createTime: createTime, kind: kind, seenAt: seenAt))
        }
        guard let counters = reader.take(UInt32.self) else { return nil }
        for _ in 0..<counters {
            guard let place = place(&reader), let last = reader.take(Int64.self), let base = reader.take(Int64.self),
                let count = reader.take(UInt32.self)
            else { return nil }
            var notices: [Int64] = []
            for _ in 0..<count {
                guard let notice = reader.take(Int64.self) else { return nil }
                notices.append(notice)
            }
            pass.counters.append(ArrivalPass.Counter(place: place, last: last, base: base, notices: notices))
        }
        guard let removed = reader.take(UInt32.self) else { return nil }
        for _ in 0..<removed {
            guard let place = place(&reader) else { return nil }
            pass.removed.append(place)
        }
        guard let sessions = reader.take(UInt32.self) else { return nil }
        for _ in 0..<sessions {
            guard let hash = hash(&reader), let mark = reader.take(UInt64.self), let seenAt = reader.take(Int64.self)
            else { return nil }
            pass.sessions.append(ArrivalPass.Session(hash: hash, mark: mark, seenAt: seenAt))
        }
        return pass
    }

    private static func put(_ place: TablePlace, _ writer: inout LittleEndianWriter) {
        writer.put(place.shard)
        put(place.hash, &writer)
    }

    private static func put(_ hash: TableHash, _ writer: inout LittleEndianWriter) {
        writer.put(hash.high)
        writer.put(hash.low)
    }

    private static func place(_ reader: inout LittleEndianReader) -> TablePlace? {
        guard let shard = reader.take(UInt32.self), let hash = hash(&reader) else { return nil }
        return TablePlace(shard: shard, hash: hash)
    }

    private static func hash(_ reader: inout LittleEndianReader) -> TableHash? {
        guard let high = reader.take(UInt64.self), let low = reader.take(UInt64.self) else { return nil }
        return TableHash(high: high, low: low)
    }
}

/// What was known when a journal began, or when it was cut short.
struct ArrivalBase: Sendable {
    /// Tells this journal from one that was lost.
    let journal: UInt64
    /// Unix seconds.
    let createdAt: Int64
    /// The position of the first entry that is kept.
    let first: UInt64
    /// The sum over all entries before it.
    let chain: UInt64
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
