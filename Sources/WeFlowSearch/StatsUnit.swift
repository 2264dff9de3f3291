internal import Synchronization
internal import WeFlowModel
internal import WeFlowParameters

/// What messages have in common: one number for each key.
struct StatsKeys: Hashable, Sendable {
    var first: Int64 = 0
    var second: Int64 = 0
}

/// What is counted of messages.
struct StatsTally: Sendable {
    var (count, sent, received, characters) = (0, 0, 0, 0)
    var (first, last) = (Int64.max, Int64.min)

    mutating func add(_ other: StatsTally) {
        count += other.count
        sent += other.sent
        received += other.received
        characters += other.characters
        (first, last) = (min(first, other.first), max(last, other.last))
    }
}

/// Numbers for senders, the same on all threads.
final class StatsPeople: Sendable {
    private let state = Mutex<(numbers: [String: Int64], names: [String])>(([:], []))

    /// The number of a sender.
    func number(_ name: String) -> Int64 {
        state.withLock { state in
            if let known = state.numbers[name] { return known }
            let number = Int64(state.names.count)
            state.numbers[name] = number
            state.names.append(name)
            return number
        }
    }

    /// The sender of a number.
    func name(_ number: Int64) -> String { state.withLock { $0.names[Int(number)] } }
}

/// Counts the messages of some pages.
///
/// One object: as a value it was copied for every message, a sixth of the time of statistics by day.
final class StatsUnit {
    private let by: [StatsRequest.Key]
    private let store: SearchStore
    private var clock: LocalClock
    private let people: StatsPeople
    private var tallies: [StatsKeys: StatsTally] = [:]
    /// The keys of the last message, which the next one mostly shares, and what is counted of them.
    private var last: (keys: StatsKeys, tally: StatsTally) = (StatsKeys(), StatsTally())
    private var senders: [String: Int64] = [:]
    /// The quarter of an hour of the last message, in which no clock changes, and its time.
    private var quarter: (number: Int64, time: CivilTime)?

    init(_ by: [StatsRequest.Key], _ store: SearchStore, _ zone: LocalZone, _ people: StatsPeople) {
        (self.by, self.store, self.people) = (by, store, people)
        clock = LocalClock(zone)
    }

    /// How many Unicode scalars a text has: as many as bytes that continue none.
    ///
    /// Eight bytes at once: one by one they were 6 % of statistics by day.
    static func scalars(of text: UnsafeRawBufferPointer) -> Int {
        var (continuing, at) = (0, 0)
        while at &+ 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let bits = word >> 7 & ~(word >> 6) & 0x0101_0101_0101_0101
            // The sum of all bytes, in the highest.
            continuing &+= Int(truncatingIfNeeded: (bits &* 0x0101_0101_0101_0101) >> 56)
            at &+= 8
        }
        for byte in text[at...] where byte & 0xC0 == 0x80 { continuing += 1 }
        return text.count - continuing
    }

    /// What was counted.
    func finished() -> [StatsKeys: StatsTally] {
        keep()
        return tallies
    }

    private func keep() {
        if last.tally.count > 0 { tallies[last.keys, default: StatsTally()].add(last.tally) }
    }

    /// Counts a message.
    func add(_ passed: SearchWorker.Passed, characters: Int) {
        var keys = StatsKeys(first: value(of: by[0], passed))
        if by.count > 1 { keys.second = value(of: by[1], passed) }
        let isNotice = MessageType(localType: passed.localType).isNotice
        if keys != last.keys {
            keep()
            last = (keys, StatsTally())
        }
        last.tally.add(
            StatsTally(
                count: 1, sent: passed.isSend && !isNotice ? 1 : 0, received: passed.isSend || isNotice ? 0 : 1,
                characters: characters, first: passed.createTime, last: passed.createTime))
    }

    private func value(of key: StatsRequest.Key, _ passed: SearchWorker.Passed) -> Int64 {
        switch key {
        case .session: return Int64(store.tables[Int(passed.table)].session)
        case .sender:
            let name = String(decoding: passed.sender, as: UTF8.self)
            if let known = senders[name] { return known }
            let number = people.number(name)
            senders[name] = number
            return number
        case .type:
            let kind = passed.kind ?? MessageKind(MessageType(localType: passed.localType))
            return Int64(MessageKind.Name.allCases.firstIndex(of: kind.name) ?? 0)
        case .hour: return Int64(time(passed.createTime).hour)
        default: return day(key, time(passed.createTime))
        }
    }

    private func time(_ seconds: Int64) -> CivilTime {
        let number = seconds >= 0 ? seconds / 900 : (seconds - 899) / 900
        if let quarter, quarter.number == number { return quarter.time }
        let time = clock.civil(at: seconds)
        quarter = (number, time)
        return time
    }

    private func day(_ key: StatsRequest.Key, _ time: CivilTime) -> Int64 {
        let (year, month, day) = (Int64(time.year), Int64(time.month), Int64(time.day))
        switch key {
        case .day: return year * 10_000 + month * 100 + day
        case .month: return year * 100 + month
        case .year: return year
        case .weekday: return Self.weekday(time)
        case .week:
            // A week belongs to the year of its Thursday.
            let thursday = Self.days(time) + 4 - Self.weekday(time)
            let year = Int64(CivilTime(secondsSince1970: thursday * 86_400).year)
            var first = CivilTime(secondsSince1970: thursday * 86_400)
            (first.month, first.day) = (1, 1)
            return year * 100 + (thursday - Self.days(first)) / 7 + 1
        default: return 0
        }
    }

    /// Days since 1970 of a civil time.
    private static func days(_ time: CivilTime) -> Int64 {
        let seconds = time.secondsSince1970
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    /// 1 for Monday to 7 for Sunday.
    private static func weekday(_ time: CivilTime) -> Int64 { ((days(time) + 3) % 7 + 7) % 7 + 1 }
}
