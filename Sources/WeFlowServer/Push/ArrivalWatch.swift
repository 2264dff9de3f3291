import Dispatch
import NIOCore
import Synchronization
import WeFlowArrivals
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// Watches one account for all requests that wait for what arrives.
///
/// There is one thread, and only while somebody listens. It makes each event once, for all clients of the stream, and
/// keeps the latest of them; a client that is farther behind reads the journal itself. Nothing waits for a client.
final class ArrivalWatch: Sendable {
    /// A request that listens.
    struct Listener: Sendable {
        /// One element whenever it should look again; several occasions may be one. Ends when there will be no more.
        let calls: AsyncStream<Void>
        /// Calls this listener alone, or ends its calls.
        let call: AsyncStream<Void>.Continuation
    }

    /// An event and its form on the wire.
    struct Frame: Sendable {
        let event: PushEvent
        let bytes: ByteBuffer
    }

    private struct State {
        var listeners: [UInt64: (call: AsyncStream<Void>.Continuation, wantsEvents: Bool)] = [:]
        var next: UInt64 = 0
        var watch: StoreChanges?
        var latest = LatestEvents()
        var isOver = false
    }

    /// How long a store that cannot be read is left alone, in milliseconds.
    private static let pause = 1000

    /// The account's journal.
    let journal: ArrivalJournal
    /// Texts that were seen, for revocations.
    let texts = PushTexts()
    private let warn: @Sendable (String) -> Void
    private let warned = Mutex<Set<String>>([])
    private let state = Mutex(State())

    /// Makes a watch; nothing is watched yet.
    ///
    /// - Parameters:
    ///   - journal: the account's journal.
    ///   - warn: is told what streams lack, each sentence once: there is no place for it in an event.
    init(_ journal: ArrivalJournal, warn: @escaping @Sendable (String) -> Void = { _ in }) {
        (self.journal, self.warn) = (journal, warn)
    }

    /// Begins to listen: what is written from now on is heard. It ends with the last use of the calls, or their task.
    ///
    /// - Parameter wantsEvents: whether events are to be made.
    /// - Returns: the listener.
    /// - Throws: `.system` where the store cannot be watched.
    func listen(toEvents wantsEvents: Bool) throws(WeFlowError) -> Listener {
        let (calls, call) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = try state.withLock { state throws(WeFlowError) -> StoreChanges? in
            guard !state.isOver else {
                call.finish()
                return nil
            }
            var new: StoreChanges?
            if state.watch == nil {
                new = try StoreChanges(journal.account)
                state.watch = new
            }
            let number = state.next
            state.next += 1
            state.listeners[number] = (call, wantsEvents)
            call.onTermination = { [weak self] _ in self?.remove(number) }
            return new
        }
        if let watch {
            // The wait blocks its thread, so it gets one of its own.
            DispatchQueue(label: "weflow.arrivals").async { self.run(watch) }
        }
        return Listener(calls: calls, call: call)
    }

    /// The events from a position on, and the position behind them; nil where what is kept does not reach back.
    func events(from position: UInt64) -> (frames: ArraySlice<Frame>, end: UInt64)? {
        state.withLock { $0.latest.events(from: position) }
    }

    /// How many listen.
    var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// Ends all calls, and those of every later listener.
    func stop() {
        state.withLock { $0.isOver = true }
        end { _ in true }
    }

    private func remove(_ number: UInt64) {
        state.withLock { state in
            guard state.listeners.removeValue(forKey: number) != nil, state.listeners.isEmpty else { return }
            state.watch?.stop()
            state.watch = nil
            state.latest = LatestEvents()
        }
    }

    private func end(where isMeant: ((call: AsyncStream<Void>.Continuation, wantsEvents: Bool)) -> Bool) {
        // Ending a listener's calls removes it, which takes the lock.
        for listener in state.withLock({ $0.listeners.values.filter(isMeant) }) { listener.call.finish() }
    }

    // MARK: The thread

    private func run(_ watch: StoreChanges) {
        var progress = StoreChanges.Progress()
        var feed: PushFeed?
        var isBehind = false
        while true {
            switch watch.wait(&progress, atMost: isBehind ? Self.pause : nil) {
            case .stopped, .outputClosed: return
            case .written, .timeout: break
            }
            isBehind = false
            if state.withLock({ $0.listeners.values.contains(where: \.wantsEvents) }) {
                let current = feed ?? PushFeed(journal, texts: texts)
                feed = current
                do {
                    try makeEvents(current, watch)
                    warnOnce(journal.account.logBreaks().map(\.sentence))
                } catch let error as WeFlowError where error.kind != .usage && error.kind != .system {
                    // The store is being replaced, or a share is away: that ends, and nothing was passed over.
                    isBehind = true
                } catch {
                    // Whoever comes back is told what is wrong.
                    feed = nil
                    end(where: \.wantsEvents)
                }
            } else {
                feed = nil
                keep(LatestEvents(), watch)
            }
            for listener in state.withLock({ Array($0.listeners.values) }) { listener.call.yield() }
        }
    }

    private func warnOnce(_ sentences: [String]) {
        for sentence in sentences where warned.withLock({ $0.insert(sentence).inserted }) { warn(sentence) }
    }

    private func makeEvents(_ feed: PushFeed, _ watch: StoreChanges) throws {
        var hasMore = true
        while hasMore {
            let before = feed.position
            let batch = try feed.next()
            hasMore = batch.hasMore
            guard !batch.resync, let position = feed.position else {
                throw WeFlowError(.system, "the journal was lost while it was followed")
            }
            guard before != position else { continue }
            warnOnce(batch.losses.sentences)
            let frames = batch.events.map { Frame(event: $0, bytes: $0.frame.byteBuffer()) }
            state.withLock { state in
                guard state.watch === watch else { return }
                state.latest.add(frames, from: before ?? position, to: position)
            }
        }
    }

    private func keep(_ latest: LatestEvents, _ watch: StoreChanges) {
        state.withLock { if $0.watch === watch { $0.latest = latest } }
    }
}

/// The latest events, in the order of the journal, up to a number of bytes.
struct LatestEvents: Sendable {
    /// Bytes of frames that are kept; up to twice as many before the oldest go.
    private static let most = 512 << 10

    /// The positions that are covered; nil where none are yet.
    private var covered: Range<UInt64>?
    private var frames: [ArrivalWatch.Frame] = []
    private var size = 0

    /// Nothing was seen yet.
    init() {}

    /// Takes in what came between two positions of the journal.
    mutating func add(_ new: [ArrivalWatch.Frame], from start: UInt64, to end: UInt64) {
        covered = (covered?.lowerBound ?? start)..<max(end, start)
        frames += new
        size += new.reduce(0) { $0 + $1.bytes.readableBytes }
        guard size > 2 * Self.most else { return }
        var count = 0
        while size > Self.most {
            size -= frames[count].bytes.readableBytes
            count += 1
        }
        let first = frames[count - 1].event.id + 1
        frames.removeFirst(count)
        covered = first..<max(end, first)
    }

    /// The events from a position on, and the position behind them; nil where it is not covered. A position that is
    /// not reached yet has none.
    func events(from position: UInt64) -> (frames: ArraySlice<ArrivalWatch.Frame>, end: UInt64)? {
        guard let covered, position >= covered.lowerBound else { return nil }
        guard position < covered.upperBound else { return ([], position) }
        var (low, high) = (0, frames.count)
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].event.id < position { low = middle + 1 } else { high = middle }
        }
        return (frames[low...], covered.upperBound)
    }
}
