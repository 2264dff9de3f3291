import WeFlowModel
import WeFlowPages
import WeFlowParameters
public import WeFlowQuery
import WeFlowStore

/// Turns what arrives into push events, one after another, in the order of the journal. For one thread.
public final class PushFeed {
    /// Where a feed begins.
    public enum Start: Sendable, Equatable {
        /// At the moment of the first call.
        case now
        /// Where a cursor of `messages new` says.
        case cursor(ArrivalCursor)
        /// Behind the event of this id.
        case after(id: UInt64)
        /// So many seconds before the first call, by the time at which messages were found.
        case last(seconds: Int64)
    }

    /// What a client missed that asked for events the journal no longer has, or never had.
    public struct Gap: Sendable, Equatable {
        /// The event that the client had last.
        public let lastEventID: UInt64
        /// The first event that there is.
        public let oldest: UInt64
    }

    /// Where the feed is, as a cursor of `messages new`; nil before the first call.
    public private(set) var cursor: ArrivalCursor?
    /// The place in the journal of the next event; nil before the first call.
    public var position: UInt64? { hasBegun ? cursor?.position : nil }
    /// What lies between the event to begin behind and the first one that there is; nil where nothing does.
    public private(set) var gap: Gap?

    private let journal: ArrivalJournal
    private var hasBegun = false
    private let start: Start
    private let texts: PushTexts
    private var names: (book: LazyNames, contacts: UInt64)?
    private var people: [String: ChatPeople] = [:]
    private var avatars: [String: String] = [:]

    /// What one call gave.
    public struct Batch: Sendable {
        /// The events, own ones included.
        public internal(set) var events: [PushEvent] = []
        /// Whether more are there already.
        public internal(set) var hasMore = false
        /// Whether some may have been given before, since the journal did not reach back.
        public internal(set) var resync = false
        /// What could not be read.
        public internal(set) var losses = MessageLosses()
    }

    /// Makes a feed.
    ///
    /// - Parameters:
    ///   - journal: the account's journal.
    ///   - start: where it begins.
    ///   - texts: what was seen of the account, shared with other feeds.
    public init(_ journal: ArrivalJournal, from start: Start = .now, texts: PushTexts = PushTexts()) {
        (self.journal, self.start, self.texts) = (journal, start, texts)
        if case .cursor(let cursor) = start { self.cursor = cursor }
    }

    /// The events since the last call; the first call of a feed that begins now gives none.
    ///
    /// - Parameter most: how many events at once; few enough that the first of a burst do not wait for the last.
    /// - Returns: the events.
    /// - Throws: `.usage` for another account's cursor; why the store or the journal cannot be read.
    public func next(atMost most: Int = 250) throws -> Batch {
        var request = try NewMessagesRequest(Parameters())
        let place = try cursor ?? beginning()
        request.beginning = place.map(NewMessagesRequest.Beginning.cursor) ?? .now
        request.limit = most
        let book = try currentNames()
        var batch = Batch()
        let page = try retryingTransient {
            batch.events.removeAll()
            let query = NewMessagesQuery(request, journal: journal, asEvents: true)
            return try query.run(names: book) { arrival, message in
                batch.events.append(event(arrival, message, book))
            }
        }
        (cursor, hasBegun) = (page.cursor, true)
        (batch.hasMore, batch.resync, batch.losses) = (page.hasMore, page.isJournalLost, page.losses)
        return batch
    }

    /// The cursor of the place at which the feed begins; nil where that is now.
    private func beginning() throws(WeFlowError) -> ArrivalCursor? {
        switch start {
        case .now: return nil
        case .cursor(let cursor): return cursor
        case .after(let id):
            let state = try journal.update().state
            let next = id &+ 1
            if state.chain(at: next) != nil { return journal.cursor(at: next, in: state) }
            gap = Gap(lastEventID: id, oldest: state.first)
            return journal.cursor(at: state.first, in: state)
        case .last(let seconds):
            let state = try journal.update().state
            let since = (ArrivalJournal.milliseconds / 1000).saturating(minus: seconds)
            let count = state.entries.reversed().prefix { seconds > 0 && $0.seenAt >= since }.count
            return journal.cursor(at: state.end - UInt64(count), in: state)
        }
    }

    /// The name book, read again when `contact.db` changed.
    private func currentNames() throws(WeFlowError) -> LazyNames {
        var version: UInt64 = 0
        if let snapshot = try? journal.account.database(ContactTables.database).snapshot() {
            version = UInt64(snapshot.epoch) << 32 | UInt64(snapshot.generation)
        }
        if let names, names.contacts == version { return names.book }
        let book = LazyNames(journal.account)
        names = (book, version)
        people = [:]
        avatars = [:]
        return book
    }

    private func event(_ arrival: Arrival, _ message: borrowing Message, _ names: LazyNames) -> PushEvent {
        let people = people(arrival, names)
        var sender = String(decoding: message.sender, as: UTF8.self)
        if let revoker = arrival.revoke?.revoker, !revoker.isEmpty { sender = revoker }
        let isGroup = Username.isGroup(arrival.talker)
        let source: String
        if isGroup {
            source = people.name(of: sender)
        } else {
            source = sender == people.ownUsername ? names.book.displayName(of: sender) : arrival.sessionName
        }
        var text: [UInt8] = []
        message.content.appendContent(of: message.body, to: &text)
        var content = String(decoding: text, as: UTF8.self)
        if arrival.revoke != nil {
            let original = texts.text(of: arrival.rawID) ?? "未知内容"
            content = "对方撤回了一条消息（rawid：\(arrival.rawID)） 内容为“\(original)”"
        } else {
            texts.remember(content, of: arrival.rawID)
        }
        return PushEvent(
            id: arrival.position, event: arrival.event, sessionID: arrival.talker, messageKey: arrival.messageKey,
            rawID: arrival.rawID, avatarURL: avatar(arrival.talker, names), sourceName: source,
            groupName: isGroup ? arrival.sessionName : nil, content: content, timestamp: message.createTime,
            localType: message.localType, sender: sender,
            isOwn: arrival.isOwn(message.isSend))
    }

    /// The address of a session's picture, as contacts give it.
    private func avatar(_ talker: String, _ names: LazyNames) -> String {
        if let known = avatars[talker] { return known }
        let address = names.book.row(of: talker)?.avatarURL ?? ""
        let found = address.isEmpty ? Avatars(journal.account).addresses(of: [talker])[talker] ?? "" : address
        avatars[talker] = found
        return found
    }

    private func people(_ arrival: Arrival, _ names: LazyNames) -> ChatPeople {
        if let known = people[arrival.talker] { return known }
        let found = ChatPeople(arrival.talker, ownUsername: arrival.owner, names: names, in: journal.account)
        people[arrival.talker] = found
        return found
    }
}
