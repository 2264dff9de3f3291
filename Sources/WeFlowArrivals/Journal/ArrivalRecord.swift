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
}
