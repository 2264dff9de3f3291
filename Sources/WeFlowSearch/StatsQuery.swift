internal import Synchronization
internal import WeFlowModel
public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery
public import WeFlowStore

/// How many messages there are of each chat, sender, time or kind (<doc:Searching#Statistics>), counted in one pass.
public struct StatsQuery: Sendable {
    /// Messages that have their keys in common.
    public struct Row: Sendable, Equatable {
        /// The keys as they are sorted and printed.
        public let keys: [String]
        /// What people call them.
        public let names: [String]
        /// How many messages.
        public let count: Int
        /// How many of them the owner sent.
        public let sent: Int
        /// How many of them others sent; notices were sent by nobody.
        public let received: Int
        /// Unicode scalars of the texts and replies among them.
        public let characters: Int
        /// Unix seconds of the first.
        public let firstTime: Int64
        /// Unix seconds of the last.
        public let lastTime: Int64
    }

    /// What was counted.
    public struct Result: Sendable {
        /// The page of rows that was asked for.
        public let rows: [Row]
        /// How many messages were counted.
        public let total: Int
        /// How many rows follow the page.
        public let unlisted: Int
        /// What could not be read.
        public let losses: MessageLosses
    }

    /// What is asked for.
    public let request: StatsRequest
    /// The chats.
    public let store: SearchStore
    /// Whose messages.
    public let account: Account
    private let workers: SearchWorkers
    private let zone: LocalZone

    /// Opens the shards.
    ///
    /// - Throws: `.unavailable` where there is no shard, or none can be opened.
    public init(_ request: StatsRequest, in account: Account, zone: LocalZone = .system) throws(WeFlowError) {
        (self.request, self.account, self.zone) = (request, account, zone)
        let store = try SearchStore(account, request.filter)
        self.store = store
        let filter = PreparedFilter(request.filter, ownUsername: store.ownUsername)
        let hasTypes = request.by.contains(.type)
        // The characters of texts and replies are counted; what else an app message is, its row says.
        let wish = SearchWorker.Wish(
            needsText: { type in
                if type.isText { return true }
                guard type.base == MessageType.appBase else { return hasTypes && type.isNotice }
                return hasTypes || type.subtype == 0 || type.kind == .reply
            }, needsNoText: false)
        workers = SearchWorkers { SearchWorker(store, filter, wish) }
    }

    /// Runs `body`, again on the shards opened anew while a database moved under a snapshot that no lock protects.
    ///
    /// - Throws: what `body` throws in the end.
    public func retrying<Value>(_ body: (StatsQuery) async throws -> Value) async throws -> Value {
        var query = self
        for _ in 0..<20 {
            do {
                return try await body(query)
            } catch let error as WeFlowError where error.isTransient {
                query = try StatsQuery(request, in: account, zone: zone)
            }
        }
        return try await body(query)
    }

    /// Counts.
    ///
    /// - Parameters:
    ///   - stop: ends the run early.
    ///   - watch: told how far it has come.
    /// - Returns: what was counted.
    /// - Throws: `.unavailable` where a database kept moving.
    public func run(stop: SearchStop? = nil, watch: SearchWatch? = nil) async throws -> Result {
        var all: [StatsKeys: StatsTally] = [:]
        var losses = store.losses
        let people = StatsPeople()
        if !request.filter.isEmpty, !store.tables.isEmpty {
            let run = SearchRun(store: store, workers: workers)
            let (by, store, zone) = (request.by, store, zone)
            losses = try await run.pages(newestFirst: false, stop: stop, watch: watch) {
                worker, shard, pages, times, losses in
                var unit = StatsUnit(by, store, zone, people)
                var shown: [UInt8] = []
                let below = try worker.scan(pages, of: shard, within: times, losses: &losses) { passed in
                    unit.add(passed, characters: 0)
                } message: { passed, message in
                    var characters = 0
                    if passed.kind == .text || passed.kind == .reply {
                        if message.content.marksOfDisplayed(message.body) != nil {
                            characters = StatsUnit.scalars(of: message.body)
                        } else {
                            shown.removeAll(keepingCapacity: true)
                            message.content.appendDisplayText(of: message.body, to: &shown)
                            characters = shown.withUnsafeBytes { StatsUnit.scalars(of: $0) }
                        }
                    }
                    unit.add(passed, characters: characters)
                }
                return (unit.tallies, below)
            } consume: { (found: [StatsKeys: StatsTally]) in
                for (keys, tally) in found { all[keys, default: StatsTally()].add(tally) }
            }
        }
        let rows = sorted(all.map { row($0, $1, people) })
        let page = rows.dropFirst(request.offset).prefix(request.limit)
        return Result(
            rows: Array(page), total: rows.reduce(0) { $0 + $1.count },
            unlisted: max(0, rows.count - request.offset - page.count), losses: losses)
    }

    private func row(_ keys: StatsKeys, _ tally: StatsTally, _ people: StatsPeople) -> Row {
        let book = store.names.book
        var (texts, names): ([String], [String]) = ([], [])
        for (key, value) in zip(request.by, [keys.first, keys.second]) {
            let text = text(of: value, key, people)
            texts.append(text)
            names.append(key == .session || key == .sender && !text.isEmpty ? book.displayName(of: text) : text)
        }
        return Row(
            keys: texts, names: names, count: tally.count, sent: tally.sent, received: tally.received,
            characters: tally.characters, firstTime: tally.first, lastTime: tally.last)
    }

    private func text(of value: Int64, _ key: StatsRequest.Key, _ people: StatsPeople) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch key {
        case .session: return store.sessions[Int(value)].id
        case .sender: return people.name(value)
        case .day: return "\(value / 10_000)-\(two(value / 100 % 100))-\(two(value % 100))"
        case .week: return "\(value / 100)-W\(two(value % 100))"
        case .month: return "\(value / 100)-\(two(value % 100))"
        case .year, .weekday: return "\(value)"
        case .hour: return two(value)
        case .type: return MessageKind.Name.allCases[Int(value)].rawValue
        }
    }

    /// Times as the clock goes; others by number, the most first.
    private func sorted(_ rows: [Row]) -> [Row] {
        func precedes(_ a: [String], _ b: [String]) -> Bool {
            for (one, other) in zip(a, b) where one != other {
                return one.utf8.lexicographicallyPrecedes(other.utf8)
            }
            return false
        }
        let isTime = request.by[0].isTime
        return rows.sorted { a, b in
            if !isTime, a.count != b.count { return a.count > b.count }
            return precedes(a.keys, b.keys)
        }
    }
}

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
struct StatsUnit {
    private let by: [StatsRequest.Key]
    private let store: SearchStore
    private let zone: LocalZone
    private let people: StatsPeople
    private(set) var tallies: [StatsKeys: StatsTally] = [:]
    private var senders: [String: Int64] = [:]
    /// The quarter of an hour of the last message, in which no clock changes, and its time.
    private var quarter: (number: Int64, time: CivilTime)?

    init(_ by: [StatsRequest.Key], _ store: SearchStore, _ zone: LocalZone, _ people: StatsPeople) {
        (self.by, self.store, self.zone, self.people) = (by, store, zone, people)
    }

    /// How many Unicode scalars a text has.
    static func scalars(of text: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in text { count += byte & 0xC0 == 0x80 ? 0 : 1 }
        return count
    }

    /// Counts a message.
    mutating func add(_ passed: SearchWorker.Passed, characters: Int) {
        var keys = StatsKeys(first: value(of: by[0], passed))
        if by.count > 1 { keys.second = value(of: by[1], passed) }
        let isNotice = MessageType(localType: passed.localType).isNotice
        tallies[keys, default: StatsTally()].add(
            StatsTally(
                count: 1, sent: passed.isSend && !isNotice ? 1 : 0, received: passed.isSend || isNotice ? 0 : 1,
                characters: characters, first: passed.createTime, last: passed.createTime))
    }

    private mutating func value(of key: StatsRequest.Key, _ passed: SearchWorker.Passed) -> Int64 {
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

    private mutating func time(_ seconds: Int64) -> CivilTime {
        let number = seconds >= 0 ? seconds / 900 : (seconds - 899) / 900
        if let quarter, quarter.number == number { return quarter.time }
        let time = zone.civil(at: seconds)
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
