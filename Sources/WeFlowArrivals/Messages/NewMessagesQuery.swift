import WeFlowModel
import WeFlowPages
public import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// What arrived in all sessions since a cursor, in the order of arrival (<doc:ArrivalsAndJournal>).
public struct NewMessagesQuery: Sendable {
    /// What is asked for.
    public let request: NewMessagesRequest
    let journal: ArrivalJournal
    let keyword: MessageFilter
    private let included: Set<TableHash>
    private let excluded: Set<TableHash>
    /// Whether what is found becomes events: what may be old is none.
    let asEvents: Bool

    /// How many seconds are given again where a journal was lost.
    static let overlap: Int64 = 300
    /// How many where it cannot be told what was written since.
    static let longOverlap: Int64 = 30 * 86_400
    static let batch = 512

    /// Prepares a query on an account's journal.
    public init(_ request: NewMessagesRequest, journal: ArrivalJournal) {
        self.init(request, journal: journal, asEvents: false)
    }

    init(_ request: NewMessagesRequest, journal: ArrivalJournal, asEvents: Bool) {
        self.request = request
        self.asEvents = asEvents
        self.journal = journal
        keyword = MessageFilter(keyword: request.keyword.map { KeywordMatcher($0) })
        included = Set(request.talkers.map { TableHash(of: $0) })
        excluded = Set(request.exclude.map { TableHash(of: $0) })
    }

    /// An unread name book of the account, for a run.
    public var names: LazyNames { LazyNames(journal.account) }

    /// Brings the journal up to date and hands on the messages.
    ///
    /// - Parameters:
    ///   - names: a name book that is kept between runs; a new one where it is left out.
    ///   - body: takes each message; it is lent for the call.
    /// - Returns: the page.
    /// - Throws: `.usage` for another account's cursor; why the store or the journal cannot be read;
    ///   what `body` throws. A transient error may be met by running again, from an empty output.
    public func run(
        names: LazyNames? = nil, _ body: (Arrival, borrowing Message) throws -> Void
    ) throws -> NewMessagesPage {
        try walk(names) { _, arrival, message in try body(arrival, message) }.page
    }

    /// Like ``run(names:_:)``, with the media of the messages exported before they are handed on.
    ///
    /// - Parameters:
    ///   - media: exports the kinds that the request asks for.
    ///   - body: takes each message; it is lent for the call.
    /// - Returns: the page.
    /// - Throws: as there; `.system` where the export folder cannot be written to.
    public func run(
        exporting media: MediaExporter, _ body: (Arrival, borrowing Message) throws -> Void
    ) async throws -> NewMessagesPage {
        let kinds = request.media.kinds
        var rows: [ArrivalReader.Row] = []
        var requests: [TableHash: [(row: Int, request: MediaRequest)]] = [:]
        var (page, reader) = try walk(nil) { row, _, message in
            if let entry = row.entry, var request = MediaRequest(entry, message, kinds: kinds) {
                request.largestFile = self.request.media.largestFile
                requests[row.place.hash, default: []].append((rows.count, request))
            }
            rows.append(row)
        }
        guard let reader else { return page }
        var outcomes: [MediaOutcome?] = Array(repeating: nil, count: rows.count)
        for (hash, wanted) in requests {
            guard let chat = reader.chat(of: hash) else { continue }
            let exported = try await media.export(wanted.map(\.request), of: chat)
            for note in exported.notes { page.losses.add(note: note) }
            for (row, outcome) in zip(wanted.map(\.row), exported.outcomes) {
                outcomes[row] = outcome
                if case .missing(let kind, let loss) = outcome { page.losses.add(loss, kind) }
            }
        }
        for (row, outcome) in zip(rows, outcomes) {
            _ = try reader.read(row, filter: MessageFilter(), media: outcome) { arrival, message in
                try body(arrival, message)
                return true
            }
        }
        return page
    }

    /// Brings the journal up to date and hands on the messages with the rows that they are in.
    ///
    /// - Returns: the page, and what reads its rows again; nil where there are none.
    private func walk(
        _ names: LazyNames?, _ body: (ArrivalReader.Row, Arrival, borrowing Message) throws -> Void
    ) throws -> (page: NewMessagesPage, reader: ArrivalReader?) {
        let view = try journal.update()
        if let idle = idlePage(view) { return (idle, nil) }
        let reader = ArrivalReader(
            journal.account, names: names ?? LazyNames(journal.account), hashes: view.hashes,
            sums: RowSums(seed: view.state.journal))
        var run = Run(query: self, state: view.state, reader: reader)
        var page: NewMessagesPage
        switch request.beginning {
        case .now:
            page = NewMessagesPage(cursor: run.cursor(at: view.state.end))
        case .unread:
            page = try run.unread(body)
        case .since(let since):
            let walk = ArrivalCursor.Walk(since: since, last: nil)
            page = try run.page(from: run.cursor(at: view.state.end, walk), body)
        case .cursor(let cursor):
            guard journal.owns(cursor, view.state) else {
                throw WeFlowError(.usage, "cursor belongs to another account; leave it out and take a new one")
            }
            if cursor.journal == view.state.journal, view.state.chain(at: cursor.position) == cursor.chain {
                page = try run.page(from: cursor, body)
            } else {
                // A new journal has everything that came since it began; of what it had before it was cut, nobody knows.
                let isCut = cursor.journal == view.state.journal
                let start = isCut ? view.state.end : view.state.first
                page = try run.page(from: run.cursor(at: start, again(cursor, isCut)), body)
                (page.resync, page.isJournalLost) = (true, true)
            }
        }
        if !run.missed.isEmpty { try journal.miss(run.missed, asEvents: asEvents) }
        page.losses = view.losses
        page.losses.add(reader.losses)
        page.losses.add(run.losses)
        page.notice = reader.names.notice
        return (page, reader)
    }

    /// The walk that makes up for a journal that is lost, or for the part of it that was.
    private func again(_ cursor: ArrivalCursor, _ isCut: Bool) -> ArrivalCursor.Walk {
        guard !asEvents else { return ArrivalCursor.Walk(since: cursor.time.saturating(minus: Self.overlap)) }
        var since = cursor.time.saturating(minus: Self.longOverlap)
        guard let walk = cursor.walk else { return ArrivalCursor.Walk(since: since, then: isCut ? nil : cursor.digest) }
        // It had not come far enough to say what is still to be given.
        since = min(since, walk.last?.createTime ?? walk.since)
        return ArrivalCursor.Walk(since: since, then: walk.then)
    }

    /// The page of a client that has everything, for which no table has to be opened.
    private func idlePage(_ view: ArrivalJournal.View) -> NewMessagesPage? {
        guard case .cursor(let cursor) = request.beginning, cursor.journal == view.state.journal, cursor.walk == nil,
            cursor.position == view.state.end,
            cursor.chain == view.state.chain(at: view.state.end)
        else { return nil }
        let now = Clock.seconds
        let next = ArrivalCursor(
            account: journal.accountHash, journal: cursor.journal, position: cursor.position, chain: cursor.chain,
            time: now, digest: CounterDigest(view.state, at: cursor.position))
        return NewMessagesPage(cursor: next, losses: view.losses)
    }

    /// Whether a session is asked for.
    func wants(_ hash: TableHash) -> Bool {
        (included.isEmpty || included.contains(hash)) && !excluded.contains(hash)
    }
}
