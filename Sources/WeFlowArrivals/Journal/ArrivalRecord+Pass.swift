import WeFlowStore

/// A pass as a record has it: lists one behind the other, each with its length in front.
extension ArrivalRecord {
    static func put(_ pass: ArrivalPass, _ writer: inout LittleEndianWriter) {
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

    static func put<Item>(
        _ items: [Item], _ writer: inout LittleEndianWriter, _ body: (Item, inout LittleEndianWriter) -> Void
    ) {
        writer.put(UInt32(truncatingIfNeeded: items.count))
        for item in items { body(item, &writer) }
    }

    static func pass(_ reader: inout LittleEndianReader) -> ArrivalPass? {
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

    static func list<Item>(
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

    static func entry(_ reader: inout LittleEndianReader) -> ArrivalEntry? {
        guard let place = place(&reader), let localID = reader.take(Int64.self),
            let createTime = reader.take(Int64.self), let kind = reader.take(UInt8.self),
            let known = ArrivalEntry.Kind(rawValue: kind & 15), let seenAt = reader.take(Int64.self),
            let sum = reader.take(UInt64.self)
        else { return nil }
        return ArrivalEntry(
            place: place, localID: localID, createTime: createTime, kind: known, seenAt: seenAt, sum: sum,
            doubt: ArrivalEntry.Doubt(rawValue: kind >> 4))
    }

    static func counter(_ reader: inout LittleEndianReader) -> ArrivalPass.Counter? {
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

    static func session(_ reader: inout LittleEndianReader) -> ArrivalPass.Session? {
        guard let hash = hash(&reader), let mark = reader.take(UInt64.self), let seenAt = reader.take(Int64.self)
        else { return nil }
        return ArrivalPass.Session(hash: hash, mark: mark, seenAt: seenAt)
    }

    static func shard(_ reader: inout LittleEndianReader) -> ArrivalPass.ShardMark? {
        guard let number = reader.take(UInt32.self), let file = reader.take(UInt64.self),
            let cookie = reader.take(UInt32.self), let flags = reader.take(UInt8.self),
            let uncounted = list(&reader, hash(_:))
        else { return nil }
        return ArrivalPass.ShardMark(
            number: number, file: file, cookie: cookie, uncounted: uncounted, isChecked: flags & 1 != 0)
    }

    static func missed(_ reader: inout LittleEndianReader) -> ArrivalPass.Missed? {
        guard let sum = reader.take(UInt64.self), let flags = reader.take(UInt8.self) else { return nil }
        return ArrivalPass.Missed(sum: sum, wasEvent: flags & 1 != 0)
    }

    static func put(_ place: TableKey, _ writer: inout LittleEndianWriter) {
        writer.put(place.shard)
        put(place.hash, &writer)
    }

    static func put(_ hash: TableHash, _ writer: inout LittleEndianWriter) {
        writer.put(hash.high)
        writer.put(hash.low)
    }

    static func place(_ reader: inout LittleEndianReader) -> TableKey? {
        guard let shard = reader.take(UInt32.self), let hash = hash(&reader) else { return nil }
        return TableKey(shard: shard, hash: hash)
    }

    static func hash(_ reader: inout LittleEndianReader) -> TableHash? {
        guard let high = reader.take(UInt64.self), let low = reader.take(UInt64.self) else { return nil }
        return TableHash(high: high, low: low)
    }
}
