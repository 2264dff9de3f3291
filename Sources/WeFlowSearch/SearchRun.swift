internal import Synchronization
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// How far a search has come.
public struct SearchProgress: Sendable {
    /// Bytes of pages that were looked through.
    public let done: Int
    /// Bytes of all pages; not all of them hold messages.
    public let total: Int
}

/// Told how far a search has come; called on one thread.
public typealias SearchWatch = (SearchProgress) -> Void

/// Ends a search before its end, from any thread: what was found so far is its result.
public final class SearchStop: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Not ended.
    public init() {}

    /// Ends the search.
    public func stop() { flag.store(true, ordering: .relaxed) }

    /// Whether it is to end.
    public var isStopped: Bool { flag.load(ordering: .relaxed) }
}

/// Workers that are not at work, kept with their buffers for the next pages.
final class SearchWorkers: Sendable {
    /// A worker on its way from one thread to another; one thread at a time holds it.
    struct Handle: @unchecked Sendable {
        let value: SearchWorker
    }

    private let make: @Sendable () -> SearchWorker
    private let idle = Mutex<[Handle]>([])

    init(_ make: @escaping @Sendable () -> SearchWorker) { self.make = make }

    /// Lends a worker.
    func with<Value>(_ body: (SearchWorker) throws -> Value) rethrows -> Value {
        let worker = idle.withLock { $0.popLast() } ?? Handle(value: make())
        defer { idle.withLock { $0.append(worker) } }
        return try body(worker.value)
    }
}

/// One pass over the pages of all tables that are meant, on all cores: units of pages, whosever they are, so that
/// thousands of small chats cost what one large one does.
struct SearchRun: Sendable {
    let store: SearchStore
    let workers: SearchWorkers
    /// The seconds that are still of use, which a page that is full narrows.
    let bound = SearchBound()

    /// How many units are under way at once.
    private static let width = 3

    /// Some pages of a shard.
    private struct Unit: Sendable {
        let shard: Int
        let pages: ArraySlice<ShardRows.Place>
    }

    /// What came of a unit.
    private struct Done<Found: Sendable>: Sendable {
        let unit: Unit
        let below: [ShardRows.Place]
        let found: Found
        let losses: MessageLosses
    }

    /// Goes through all pages.
    ///
    /// - Parameters:
    ///   - newestFirst: whether the last rows of a table come first.
    ///   - stop: ends the run.
    ///   - watch: told how far it has come.
    ///   - work: looks through pages of a shard; runs on several threads at once.
    ///   - consume: takes what was found, in no order.
    /// - Returns: what could not be read.
    /// - Throws: `.unavailable` where a database moved.
    func pages<Found: Sendable>(
        newestFirst: Bool, stop: SearchStop?, watch: SearchWatch?,
        work:
            @escaping @Sendable (
                SearchWorker, Int, ArraySlice<ShardRows.Place>, ClosedRange<Int64>, inout MessageLosses
            ) throws -> (Found, [ShardRows.Place]),
        consume: (Found) -> Void
    ) async throws -> MessageLosses {
        var losses = store.losses
        var units: [Unit] = []
        func add(_ pages: [ShardRows.Place], of shard: Int) {
            // The last unit is the next: that of the last rows, or of the first.
            var chunks: [ArraySlice<ShardRows.Place>] = []
            var rest = pages[...]
            while !rest.isEmpty {
                chunks.append(rest.prefix(ShardRows.pagesAtOnce))
                rest = rest.dropFirst(ShardRows.pagesAtOnce)
            }
            for chunk in newestFirst ? chunks : chunks.reversed() { units.append(Unit(shard: shard, pages: chunk)) }
        }
        for (shard, content) in store.shards.enumerated() {
            let slots = content.tables.indices.filter { store.places[shard][$0] >= 0 }
            add(ShardRows.roots(slots, of: content), of: shard)
        }
        let (workers, bound) = (workers, bound)
        // The trees of a database have no page in common, so all of them have no more than it.
        var left = store.shards.map { Int($0.snapshot.heldPages) }
        let total = store.shards.reduce(0) { $0 + Int($1.snapshot.heldPages) * $1.snapshot.pageSize }
        var done = 0
        try await withThrowingTaskGroup(of: Done<Found>.self) { group in
            var running = 0
            func start() {
                guard let unit = units.popLast() else { return }
                running += 1
                group.addTask {
                    var losses = MessageLosses()
                    let (found, below) = try workers.with { worker in
                        try work(worker, unit.shard, unit.pages, bound.times, &losses)
                    }
                    return Done(unit: unit, below: below, found: found, losses: losses)
                }
            }
            while true {
                while running < Self.width, !units.isEmpty { start() }
                guard running > 0, let result = try await group.next() else { break }
                running -= 1
                losses.add(result.losses)
                consume(result.found)
                let shard = result.unit.shard
                done += result.unit.pages.count * store.shards[shard].snapshot.pageSize
                watch?(SearchProgress(done: done, total: total))
                left[shard] -= result.below.count
                if left[shard] < 0 {
                    losses.add(PageFailure(.damaged, database: store.shards[shard].snapshot.database, page: 0))
                } else {
                    add(result.below, of: shard)
                }
                if stop?.isStopped == true {
                    units = []
                }
                try Task.checkCancellation()
            }
        }
        return losses
    }
}

/// The seconds that are still of use to a search; they only become fewer.
final class SearchBound: Sendable {
    private let first = Atomic<Int64>(.min)
    private let last = Atomic<Int64>(.max)

    /// The seconds.
    var times: ClosedRange<Int64> {
        let (first, last) = (first.load(ordering: .relaxed), last.load(ordering: .relaxed))
        return first...max(first, last)
    }

    /// Only what comes up to this moment, along the order, is of use.
    func narrow(upTo time: Int64, newestFirst: Bool) {
        if newestFirst { first.store(time, ordering: .relaxed) } else { last.store(time, ordering: .relaxed) }
    }

    /// Only what comes from this moment on, along the order, is of use.
    func narrow(behind time: Int64, newestFirst: Bool) { narrow(upTo: time, newestFirst: !newestFirst) }
}
