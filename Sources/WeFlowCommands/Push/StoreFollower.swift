internal import WeFlowArrivals
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore
internal import WeFlowSystem

/// Follows what arrives in the store itself: `push watch` without a server.
struct StoreFollower {
    let account: Account
    let feed: PushFeed
    let watch: StoreChanges
    let filter: PushFilter
    let file: CursorFile?
    let output: PushOutput

    /// How long a store that cannot be read is left alone, in milliseconds.
    private static let pause = 1000

    /// Follows until it is stopped, or nobody reads any more.
    ///
    /// - Throws: why the store cannot be read at the start; `.system` where the journal or the output cannot be written.
    func run() throws {
        var progress = StoreChanges.Progress()
        // What is written from here on ends the wait, so nothing between it and the first look is missed.
        _ = watch.wait(&progress, atMost: 0)
        var hasBegun = false
        var pause: Int?
        while true {
            do {
                try deliver()
                (hasBegun, pause) = (true, nil)
            } catch let error as WeFlowError where hasBegun && error.kind != .usage && error.kind != .system {
                // The store is being replaced, or a share is away: that ends, and nothing was passed over.
                output.warnOnce(error.sentence)
                pause = Self.pause
            }
            for logBreak in account.logBreaks() { output.warnOnce(logBreak.sentence) }
            switch watch.wait(&progress, atMost: pause, output: .standardOutput) {
            case .stopped, .outputClosed: return
            case .written, .timeout: continue
            }
        }
    }

    private func deliver() throws {
        var hasMore = true
        while hasMore {
            let before = feed.position
            let batch = try feed.next()
            hasMore = batch.hasMore
            if batch.resync {
                output.warn("the journal does not reach back to the place that was kept; some events may repeat")
            }
            for sentence in batch.losses.sentences { output.warnOnce(sentence) }
            for event in batch.events where filter.admits(event) {
                try output.deliver(line: { event.line }, frame: { event.frame })
            }
            if let file, let cursor = feed.cursor, hasMore || before != feed.position { try file.write(cursor.text) }
        }
    }
}
