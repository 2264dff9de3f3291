import WeFlowStore

/// Passes of older programs.
extension ArrivalRecord {
    static func earlierPass(_ reader: inout LittleEndianReader, _ unseen: inout Set<UInt32>) -> ArrivalPass? {
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

    static func earlierEntry(_ reader: inout LittleEndianReader) -> ArrivalEntry? {
        guard let place = place(&reader), let localID = reader.take(Int64.self),
            let createTime = reader.take(Int64.self),
            let kind = reader.take(UInt8.self).flatMap(ArrivalEntry.Kind.init), let seenAt = reader.take(Int64.self)
        else { return nil }
        return ArrivalEntry(place: place, localID: localID, createTime: createTime, kind: kind, seenAt: seenAt)
    }

    static func earlierCounter(_ reader: inout LittleEndianReader) -> ArrivalPass.Counter? {
        guard let place = place(&reader), let last = reader.take(Int64.self), let base = reader.take(Int64.self),
            let notices = list(&reader, { $0.take(Int64.self) })
        else { return nil }
        return ArrivalPass.Counter(
            place: place, counter: ArrivalState.Counter(sequence: last, last: last, base: base, notices: notices))
    }
}
