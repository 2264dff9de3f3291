public import WeFlowQuery

/// Messages for reading, a line each: time, sender and displayed text, under a line for each day (<doc:TextAndTables>).
public struct TextAnswer: Sendable {
    private let query: MessagesQuery
    private let people: ChatPeople
    private let zone: LocalZone
    private let style: TerminalStyle

    /// Makes an answer.
    ///
    /// - Parameters:
    ///   - query: the opened query.
    ///   - people: the names in the chat.
    ///   - zone: the clock by which times are shown.
    ///   - style: how days, times and names stand out.
    public init(
        _ query: MessagesQuery, people: ChatPeople, zone: LocalZone = .system, style: TerminalStyle = .plain
    ) {
        self.query = query
        self.people = people
        self.zone = zone
        self.style = style
    }

    /// A page that is written out but not sent.
    public struct Page: Sendable {
        fileprivate let fragments: [TextFragment]
        /// Whether a further offset would return something.
        public let hasMore: Bool
        /// What could not be read.
        public let losses: MessageLosses
    }

    /// Reads the page that the request means; `request.limit` must not be nil.
    ///
    /// - Throws: why it cannot be read.
    public func page() async throws -> Page {
        let make = makeFragment
        return try await query.retrying { query in
            var fragments: [TextFragment] = []
            let found = try await query.page()
            let losses = try await query.encode(found, into: make) { message, fragment in
                fragment.add(message)
            } consume: { fragment in
                fragments.append(fragment)
            }
            return Page(fragments: fragments, hasMore: found.hasMore, losses: losses)
        }
    }

    /// Writes a page.
    ///
    /// - Throws: what `sink` throws.
    public func write(_ page: Page, to sink: ByteSink) async throws {
        var day: Day?
        for fragment in page.fragments { try await write(fragment, after: &day, to: sink) }
    }

    /// Reads and writes all messages from the request's offset on, without keeping them.
    ///
    /// - Parameters:
    ///   - sink: takes the bytes.
    ///   - wrote: told how far it has come.
    /// - Returns: what could not be read.
    /// - Throws: why they cannot be read, and what `sink` throws.
    public func writeAll(to sink: ByteSink, wrote: WrittenMessages = { _, _ in }) async throws -> MessageLosses {
        let pool = FragmentPool(makeFragment)
        var day: Day?
        return try await query.encodeAll(into: { (fragment: pool.take(), count: 0) }) { message, batch in
            batch.fragment.add(message)
            batch.count += 1
        } consume: { batch in
            try await write(batch.fragment, after: &day, to: sink)
            wrote(batch.count, nil)
            pool.give(batch.fragment)
        }
    }

    /// Writes a fragment, and before it the line of its first day where that is another than that of the one before.
    private func write(_ fragment: TextFragment, after day: inout Day?, to sink: ByteSink) async throws {
        guard let first = fragment.firstDay else { return }
        if first != day {
            var line = OutputBytes(capacity: 64)
            line.append((day == nil ? "" : "\n") + first.line(style))
            try await sink(line)
        }
        day = fragment.lastDay
        try await sink(fragment.bytes)
    }

    private var makeFragment: @Sendable () -> TextFragment {
        let (people, zone, style) = (people, zone, style)
        return { TextFragment(people, zone: zone, style: style) }
    }
}
