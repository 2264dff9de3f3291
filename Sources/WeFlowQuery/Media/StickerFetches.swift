import WeFlowPages

/// Downloads of stickers, each address at most once at a time; one that failed is not tried again for a while: a long one
/// where the network has the sticker no longer, a short one where it could not be asked.
actor StickerFetches {
    private let fetcher: (any MediaFetching)?
    private var running: [String: Task<[UInt8], any Error>] = [:]
    private var failed: [String: (at: ContinuousClock.Instant, error: WeFlowError)] = [:]

    /// For how long it is remembered that a sticker has expired, and that the network was not reached.
    private static let patience = (gone: Duration.seconds(600), unreachable: Duration.seconds(20))
    private static let memory = 10_000

    init(_ fetcher: (any MediaFetching)?) {
        self.fetcher = fetcher
    }

    /// The body that an address gives.
    ///
    /// - Throws: what the fetcher throws; `CancellationError`.
    func body(of url: String) async throws -> [UInt8] {
        guard let fetcher else {
            throw WeFlowError(.network, "stickers are not fetched here")
        }
        if let known = failed[url] {
            let patience = known.error.kind == .gone ? Self.patience.gone : Self.patience.unreachable
            guard ContinuousClock.now - known.at > patience else { throw known.error }
            failed[url] = nil
        }
        let task = running[url] ?? Task { try await fetcher.fetch(url) }
        running[url] = task
        do {
            let body = try await task.value
            running[url] = nil
            return body
        } catch {
            running[url] = nil
            if let error = error as? WeFlowError {
                if failed.count >= Self.memory { failed.removeAll() }
                failed[url] = (.now, error)
            }
            throw error
        }
    }
}
