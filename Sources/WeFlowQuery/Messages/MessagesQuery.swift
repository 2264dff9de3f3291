import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// The messages of one chat, selected, ordered and paged (<doc:SelectingMessages>).
///
/// Reading, checking and decoding run on all cores in batches; the results come out in order. Memory does not grow with
/// the chat.
public struct MessagesQuery: Sendable {
    /// What is asked for.
    public private(set) var request: MessagesRequest
    /// The chat.
    public let chat: Chat
    private let account: Account
    let filter: MessageFilter
    let workers: WorkerPool
    private let media: MediaExporter?

    /// How many rows a batch has: small enough for memory, large enough to make hand-over cheap.
    static let batchSize = 400
    /// How many batches are under way at once.
    static let width = 3
    /// How many batches are looked through in order before all tables are searched.
    static let probed = 4
    /// How often a walk over a moving database starts again.
    static let mostRestarts = 20

    /// Opens the chat.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - account: where.
    ///   - media: exports the media that the request asks for; without one there are none.
    /// - Throws: why no shard can be read.
    public init(_ request: MessagesRequest, in account: Account, media: MediaExporter? = nil) throws(WeFlowError) {
        self.request = request
        self.account = account
        self.media = request.media.kinds.isEmpty ? nil : media
        chat = try Chat(request.talker, in: account)
        filter = MessageFilter(
            start: request.start, end: request.end, keyword: request.keyword.map { KeywordMatcher($0) })
        workers = WorkerPool(chat, readsRecords: request.detail, readsLinks: request.detail || request.format == .text)
    }

    /// The same messages in an order, of which the filters and the offset select others.
    public func ordered(_ order: MessageOrder) -> MessagesQuery {
        var query = self
        query.request.order = order
        return query
    }

    /// Runs `body`, again on the chat opened anew while a database moved under a snapshot that no lock protects.
    ///
    /// - Throws: what `body` throws in the end.
    public func retrying<Value>(_ body: (MessagesQuery) async throws -> Value) async throws -> Value {
        var query = self
        for _ in 0..<Self.mostRestarts {
            do {
                return try await body(query)
            } catch let error as WeFlowError where error.isTransient {
                query = try MessagesQuery(request, in: account, media: media)
            }
        }
        return try await body(query)
    }

    /// A page of messages: where they are, and whether more follow.
    public struct Page: Sendable {
        let entries: [MessageEntry]
        /// How many messages the page has, those that cannot be read included.
        public var count: Int { entries.count }
        /// Whether a further offset would return something; around a message, whether there are older ones.
        public let hasMore: Bool
        /// Around a message: whether there are newer ones.
        public var hasNewer: Bool?
        /// What could not be read on the way.
        public let losses: MessageLosses

        /// The same page from its other end; to be encoded by a query of the other order.
        public func reversed() -> Page {
            Page(entries: entries.reversed(), hasMore: hasMore, hasNewer: hasNewer, losses: losses)
        }
    }

    /// Finds the messages of the page that the request means; `request.limit` must not be nil.
    ///
    /// - Throws: `.unavailable` where a database kept moving.
    public func page() async throws -> Page {
        if let around = request.around { return try await page(around) }
        let limit = request.limit ?? Int.max - 1
        var losses = initialLosses
        guard !filter.isEmpty, !chat.tables.isEmpty else { return Page(entries: [], hasMore: false, losses: losses) }
        let order = try entries(after: request.place?.position(along: request.order))
        var found: [MessageEntry] = []
        if filter.isOpen {
            do throws(PageFailure) {
                if try order.skip(request.offset) == request.offset { found = try order.next(limit + 1) }
            } catch {
                throw error.error
            }
        } else {
            var toSkip = request.offset
            var lostInOrder = losses
            func take(_ batch: [MessageEntry], _ lost: MessageLosses) -> Bool {
                lostInOrder.add(lost)
                let passed = min(toSkip, batch.count)
                toSkip -= passed
                found += batch[passed...].prefix(limit + 1 - found.count)
                return found.count <= limit
            }
            if try await matches(order, atMost: Self.probed, take) {
                losses = lostInOrder
            } else if request.place == nil, let all = try await search(&losses) {
                found = Array(all.dropFirst(request.offset).prefix(limit == Int.max - 1 ? limit : limit + 1))
            } else {
                _ = try await matches(order, take)
                losses = lostInOrder
            }
        }
        for page in order.damage { losses.add(page) }
        let hasMore = found.count > limit
        if hasMore { found.removeLast(found.count - limit) }
        return Page(entries: found, hasMore: hasMore, losses: losses)
    }

    /// How many messages there are in all, before limit and offset.
    ///
    /// - Throws: `.unavailable` where a database kept moving.
    public func count() async throws -> Int {
        try await retrying { try await $0.countOnce() }
    }

    private func countOnce() async throws -> Int {
        guard !filter.isEmpty, !chat.tables.isEmpty else { return 0 }
        let order = try entries()
        if filter.isOpen {
            do throws(PageFailure) {
                return try order.skip(Int.max)
            } catch {
                throw error.error
            }
        }
        var losses = MessageLosses()
        if let all = try await search(&losses) { return all.count }
        var count = 0
        _ = try await matches(order) { batch, _ in
            count += batch.count
            return true
        }
        return count
    }

    /// Encodes the messages of a page, in order.
    ///
    /// - Parameters:
    ///   - page: what ``page()`` found.
    ///   - makeOutput: makes what the messages of one batch are encoded into; called on several threads.
    ///   - encode: encodes one message; called on several threads, each with its own output.
    ///   - consume: takes the outputs in order.
    /// - Returns: what could not be read.
    /// - Throws: what `encode` or `consume` throw; `.unavailable` where a database kept moving.
    public func encode<Output: Sendable>(
        _ page: Page, into makeOutput: @escaping @Sendable () -> Output,
        _ encode: @escaping @Sendable (borrowing Message, inout Output) throws -> Void,
        consume: (Output) async throws -> Void
    ) async throws -> MessageLosses {
        var losses = page.losses
        let entries = page.entries
        let encoder = BatchEncoder(depth: .whole, media: media, makeOutput: makeOutput, encode: encode)
        guard entries.count > 256 else {
            // A page that one batch holds is cheaper without a hand-over.
            if entries.isEmpty { return losses }
            let done = try await self.encode(entries[...], filter: MessageFilter(), encoder)
            losses.add(done.losses)
            try await consume(done.output)
            return losses
        }
        let size = min(Self.batchSize, (entries.count + 3) / 4)
        var at = 0
        try await run(encoder, filter: MessageFilter()) {
            guard at < entries.count else { return nil }
            defer { at += size }
            return entries[at..<min(at + size, entries.count)]
        } consume: { done in
            losses.add(done.losses)
            try await consume(done.output)
        }
        return losses
    }

    /// Encodes all messages that the filters let through, from `request.offset` on, in order.
    ///
    /// Where a database moved under a snapshot that no lock protects, the chat is opened again and the walk goes on
    /// behind the last message that was handed on.
    ///
    /// - Parameters:
    ///   - depth: how much of a message is wanted; media are exported with the whole of it.
    ///   - makeOutput: makes what the messages of one batch are encoded into; called on several threads.
    ///   - encode: encodes one message; called on several threads, each with its own output.
    ///   - consume: takes the outputs in order.
    /// - Returns: what could not be read.
    /// - Throws: what `encode` or `consume` throw; `.unavailable` where a database kept moving.
    public func encodeAll<Output: Sendable>(
        _ depth: MessageDepth = .whole, into makeOutput: @escaping @Sendable () -> Output,
        _ encode: @escaping @Sendable (borrowing Message, inout Output) throws -> Void,
        consume: (Output) async throws -> Void
    ) async throws -> MessageLosses {
        let media = depth == .whole ? media : nil
        let encoder = BatchEncoder(depth: depth, media: media, makeOutput: makeOutput, encode: encode)
        var walk = MessageWalk(self, encoder)
        var restarts = 0
        while true {
            do {
                try await walk.run(consume)
                return walk.losses
            } catch let error as WeFlowError where error.isTransient && restarts < Self.mostRestarts {
                restarts += 1
                walk = MessageWalk(try MessagesQuery(request, in: account, media: media), goingOn: walk)
            }
        }
    }

    /// Exports the media of all messages that the filters let through, from `request.offset` on.
    ///
    /// - Returns: how many messages have a file.
    /// - Throws: `.system` where the export folder cannot be written to; why the messages cannot be read.
    public func exportMedia() async throws -> Int {
        guard media != nil else { return 0 }
        var count = 0
        _ = try await encodeAll(into: { 0 }) { message, count in
            if case .file? = message.media { count += 1 }
        } consume: { (exported: Int) in
            count += exported
        }
        return count
    }
}
