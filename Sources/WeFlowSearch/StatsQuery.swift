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
                let unit = StatsUnit(by, store, zone, people)
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
                return (unit.finished(), below)
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
