internal import WeFlowPages
public import WeFlowQuery
internal import WeFlowStore

/// Takes hits with what was said around them, chat by chat, as people read them.
public protocol SearchTalk {
    /// Begins a chat.
    mutating func begin(_ chat: SearchChat)
    /// Takes a message of the chat.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - hit: where the words are in it; nil for one that stands near a hit.
    mutating func add(_ message: borrowing Message, hit: SearchMatches?)
    /// Says that the next message does not follow the one before.
    mutating func skip()
}

/// A chat in which something was found.
public struct SearchChat: Sendable {
    /// Its id.
    public let id: String
    /// Its name to show.
    public let name: String
    /// How many messages of it are on the page.
    public let count: Int
}

/// Where the words are in a message, in Unicode scalars.
public struct SearchMatches: Sendable {
    /// Of the shown text, or of the transcript.
    public let ranges: [Range<Int>]
    /// Whether they are places in the transcript.
    public let isInTranscript: Bool
}

extension SearchQuery {
    /// A line of a chat: a message, or, where there is none, a break.
    private struct Line {
        let row: RowPlace?
        let isHit: Bool
    }

    /// Tells the hits of a page chat by chat. Unless an order was asked for, the newest stands at the end, where a reader
    /// begins.
    ///
    /// - Parameters:
    ///   - page: what ``page(stop:watch:)`` found.
    ///   - talk: takes them.
    ///   - told: called now and then, so that what was told can be handed on.
    /// - Returns: what could not be read.
    /// - Throws: what `told` throws; `.unavailable` where a database moved.
    public func tell<Talk: SearchTalk>(
        _ page: Page, to talk: inout Talk, told: (inout Talk) async throws -> Void
    ) async throws -> MessageLosses {
        var losses = page.losses
        let book = store.names.book
        for (session, places) in chats(page) {
            let lines = try lines(places, &losses)
            let id = store.sessions[session].id
            talk.begin(SearchChat(id: id, name: book.displayName(of: id), count: places.count))
            var rest = lines[...]
            while !rest.isEmpty {
                let batch = rest.prefix(64)
                rest = rest.dropFirst(64)
                try read(batch, &talk, &losses)
                try await told(&talk)
            }
        }
        return losses
    }

    private func read<Talk: SearchTalk>(
        _ lines: ArraySlice<Line>, _ talk: inout Talk, _ losses: inout MessageLosses
    ) throws {
        try workers.with { worker in
            worker.plan(lines.compactMap(\.row))
            for line in lines {
                guard let row = line.row else {
                    talk.skip()
                    continue
                }
                try worker.read([row], losses: &losses) { _, message in
                    guard line.isHit else { return talk.add(message, hit: nil) }
                    let (ranges, foundIn) = worker.matches(in: message)
                    talk.add(message, hit: SearchMatches(ranges: ranges, isInTranscript: foundIn == .transcript))
                }
            }
        }
    }

    /// The hits of each chat in the chat's own order.
    private func chats(_ page: Page) -> [(session: Int, places: [SearchPlace])] {
        var chats: [(session: Int, places: [SearchPlace])] = []
        var known: [Int: Int] = [:]
        for place in page.places {
            let session = Int(store.tables[Int(place.table)].session)
            if let chat = known[session] {
                chats[chat].places.append(place)
            } else {
                known[session] = chats.count
                chats.append((session, [place]))
            }
        }
        if !request.isOrdered { chats.reverse() }
        return chats.map { session, places in
            (
                session,
                places.sorted {
                    ($0.sortSeq, $0.createTime, $0.rowID, $0.table) < ($1.sortSeq, $1.createTime, $1.rowID, $1.table)
                }
            )
        }
    }

    /// The lines of a chat; those that several hits have near them stand there once.
    private func lines(_ places: [SearchPlace], _ losses: inout MessageLosses) throws -> [Line] {
        let isReversed = request.isOrdered && request.order == .newestFirst
        guard request.context > 0 else {
            let lines = places.map { Line(row: $0.row, isHit: true) }
            return isReversed ? lines.reversed() : lines
        }
        let neighbours = SearchNeighbours(store, account)
        let hits = Set(places.map(\.row))
        var groups: [[RowPlace]] = []
        var rest = places[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(64))
            rest = rest.dropFirst(64)
            // One more than is shown tells whether two groups touch.
            let around = try neighbours.around(batch, request.context + 1, &losses)
            for (place, around) in zip(batch, around) {
                let before = Array(around.before.suffix(request.context))
                let own = before + [place.row] + around.after.prefix(request.context)
                guard let last = groups.last, let end = last.last else {
                    groups.append(own)
                    continue
                }
                if let shared = own.firstIndex(of: end) {
                    groups[groups.count - 1] += own[(shared + 1)...]
                } else if around.before.count > before.count, around.before.first == end {
                    groups[groups.count - 1] += own
                } else if !last.contains(place.row) {
                    groups.append(own)
                }
            }
        }
        if isReversed { groups.reverse() }
        var lines: [Line] = []
        for group in groups {
            if !lines.isEmpty { lines.append(Line(row: nil, isHit: false)) }
            lines += group.map { Line(row: $0, isHit: hits.contains($0)) }
        }
        return lines
    }
}
