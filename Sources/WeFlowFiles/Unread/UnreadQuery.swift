import WeFlowModel
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// A chat with unread messages, as the API lists it.
public struct UnreadSession<Messages> {
    /// What tells which messages are unread; the raw value is what answers say.
    public enum Basis: String, Sendable {
        /// The client's own list.
        case list
        /// Its number alone: the newest messages that somebody else sent.
        case count
    }

    /// The chat's id.
    public let id: String
    /// The chat's name.
    public let name: String
    /// What the chat is.
    public let kind: ChatKind
    /// How many messages are unread, as the client shows it.
    public let unreadCount: Int64
    /// Whether one of them mentions the owner, or everybody.
    public let isMentioned: Bool
    /// What tells which they are.
    public let basis: Basis
    /// What was made of the messages, oldest first.
    public let messages: Messages
}

/// The chats with unread messages, in the order of the list of sessions (<doc:FilesAndUnread#Unread>).
public struct UnreadQuery: Sendable {
    /// What comes out of the query.
    public struct Result<Messages> {
        /// The page that was asked for.
        public let sessions: [UnreadSession<Messages>]
        /// How many chats follow the page.
        public let unlisted: Int
        /// What could not be read.
        public let losses: MessageLosses
        /// Why names are missing, where they are.
        public let notice: WeFlowError?
    }

    /// What is asked for.
    public let request: UnreadRequest

    /// Makes a query.
    public init(_ request: UnreadRequest) { self.request = request }

    /// Finds the chats; their messages are read when each is asked for.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - make: makes what a chat's messages are put into.
    ///   - put: takes each message in, oldest first; it is lent for the call.
    /// - Returns: the list.
    /// - Throws: `.unavailable` where `session.db` or no message database can be read.
    public func open<Messages>(
        on account: Account, into make: @escaping (NameBook) -> Messages,
        _ put: @escaping (borrowing Message, inout Messages) throws -> Void
    ) throws -> UnreadSessions<Messages> {
        try retryingTransient { try UnreadSessions(request, account, make, put) }
    }

    /// Reads the page as a whole.
    ///
    /// - Throws: as ``open(on:into:_:)``.
    public func run<Messages>(
        on account: Account, into make: @escaping (NameBook) -> Messages,
        _ put: @escaping (borrowing Message, inout Messages) throws -> Void
    ) throws -> Result<Messages> {
        try retryingTransient {
            let list = try open(on: account, into: make, put)
            var sessions: [UnreadSession<Messages>] = []
            while let session = try list.next() { sessions.append(session) }
            return Result(
                sessions: sessions, unlisted: try list.unlisted(), losses: list.losses, notice: list.notice)
        }
    }
}

/// A page of chats with unread messages, each read when it is asked for. For one thread.
public final class UnreadSessions<Messages>: ListItems {
    private let request: UnreadRequest
    private let list: UnreadList
    private let verified: Set<String>
    /// The chats that the session list and the filters let through, in order.
    private let rows: [SessionRow]
    private var chats: OpenChats?
    private var opened: [String: Chat] = [:]
    private let make: (NameBook) -> Messages
    private let put: (borrowing Message, inout Messages) throws -> Void
    private var noted = MessageLosses()
    private var place = 0
    private var passed = 0
    private var given = 0

    fileprivate init(
        _ request: UnreadRequest, _ account: Account, _ make: @escaping (NameBook) -> Messages,
        _ put: @escaping (borrowing Message, inout Messages) throws -> Void
    ) throws {
        (self.request, self.make, self.put) = (request, make, put)
        let tables = try SessionTables(account)
        list = try UnreadList(account)
        let verified = account.verifiedUsernames()
        self.verified = verified
        rows = tables.sessions.enumerated().filter { _, row in
            row.unreadCount > 0 && !SessionsQuery.isHidden(row.username) && request.chats.admit(row.username)
                && (request.kinds.isEmpty
                    || request.kinds.contains(ChatKind(of: row.username, isVerified: verified.contains(row.username))))
        }.sorted { a, b in
            a.element.sortTimestamp == b.element.sortTimestamp
                ? a.offset < b.offset : a.element.sortTimestamp > b.element.sortTimestamp
        }.map(\.element)
        for page in tables.damage + list.damage { noted.add(page) }
        guard !rows.isEmpty else { return }
        var chats = try OpenChats(account)
        // Which chats mention somebody is known only of those that were read.
        let read = request.mentions ? rows[...] : rows.dropFirst(request.offset).prefix(request.limit)
        opened = Dictionary(try chats.chats(of: read.map(\.username)).map { ($0.talker, $0) }) { first, _ in first }
        self.chats = chats
    }

    /// The next chat of the page; nil behind the last.
    ///
    /// - Throws: `.unavailable` where a database moved.
    public func next() throws -> UnreadSession<Messages>? {
        while passed < request.offset {
            guard try step(&place, reading: false) != nil else { return nil }
            passed += 1
        }
        guard given < request.limit, case .read(let session)? = try step(&place, reading: true) else { return nil }
        given += 1
        return session
    }

    /// How many chats the page has.
    ///
    /// - Throws: as ``next()``.
    public func count() throws -> Int { min(request.limit, max(0, try total() - request.offset)) }

    /// How many chats follow those that were given.
    ///
    /// - Throws: as ``next()``.
    public func unlisted() throws -> Int { max(0, try total() - request.offset - given) }

    /// What could not be read so far.
    public var losses: MessageLosses {
        var losses = noted
        if let chats { losses.add(chats.losses) }
        return losses
    }

    /// Why names are missing, where they are.
    public var notice: WeFlowError? { chats?.names.notice }

    private func total() throws -> Int {
        guard request.mentions else { return rows.count }
        var (place, count) = (0, 0)
        while try step(&place, reading: false) != nil { count += 1 }
        return count
    }

    /// A chat that the filters let through.
    private enum Found {
        /// Its row says enough, or its messages were read for what they mention alone.
        case unread
        case read(UnreadSession<Messages>)
    }

    /// Goes on to the next chat that the filters let through; nil behind the last.
    private func step(_ place: inout Int, reading: Bool) throws -> Found? {
        while place < rows.count, let chats {
            let row = rows[place]
            place += 1
            guard reading || request.mentions else { return .unread }
            let listed = list.rows[row.username] ?? []
            var (messages, isMentioned) = (reading ? make(chats.names.book) : nil, false)
            if let chat = opened[row.username] {
                let count = Int(clamping: row.unreadCount)
                let reader = UnreadMessages(chat)
                let entries = try listed.isEmpty ? reader.newest(count) : reader.listed(listed, atMost: count)
                try reader.read(entries) { message in
                    if !isMentioned, !message.isSend {
                        isMentioned = message.mentions.contains { $0 == chat.ownUsername || $0 == "notify@all" }
                    }
                    if request.messages, var taken = messages.take() {
                        try put(message, &taken)
                        messages = taken
                    }
                }
                if reading { self.chats?.losses.add(reader.losses) }
            }
            guard isMentioned || !request.mentions else { continue }
            guard let messages else { return .unread }
            return .read(
                UnreadSession(
                    id: row.username, name: chats.names.book.displayName(of: row.username),
                    kind: ChatKind(of: row.username, isVerified: verified.contains(row.username)),
                    unreadCount: row.unreadCount, isMentioned: isMentioned, basis: listed.isEmpty ? .count : .list,
                    messages: messages))
        }
        return nil
    }
}

/// Finds and reads the unread messages of one chat. For one thread.
private final class UnreadMessages {
    private let chat: Chat
    private let worker: MessageWorker
    /// What could not be read.
    private(set) var losses = MessageLosses()

    init(_ chat: Chat) {
        self.chat = chat
        worker = MessageWorker(chat, readsRecords: false)
    }

    /// Reads messages in order.
    func read(_ entries: [MessageEntry], _ body: (borrowing Message) throws -> Void) throws {
        _ = try worker.read(entries[...], order: .oldestFirst, filter: MessageFilter(), losses: &losses) { _, message in
            try body(message)
        }
    }

    /// The newest messages that are neither own nor notices, oldest first.
    func newest(_ count: Int) throws -> [MessageEntry] {
        let order = try failing { () throws(PageFailure) in try MessageEntries(chat.tables, direction: .backward) }
        var found: [MessageEntry] = []
        while found.count < count {
            let entries = try failing { () throws(PageFailure) in try order.next(64) }
            if entries.isEmpty { break }
            _ = try worker.read(
                entries[...], order: .newestFirst, filter: MessageFilter(), depth: .sender, losses: &losses
            ) { entry, message in
                guard found.count < count, !message.isSend, !MessageType(localType: message.localType).isNotice
                else { return }
                found.append(entry)
            }
        }
        for page in order.damage { losses.add(page) }
        return found.reversed()
    }

    /// The messages that a list names, oldest first: the newest of them where it names more than are unread. Those that
    /// are gone are left out.
    func listed(_ rows: [UnreadList.Row], atMost count: Int) throws -> [MessageEntry] {
        typealias Found = (position: MessagePosition, entry: MessageEntry, isNotice: Bool)
        var found: [Int64: Found] = [:]
        let ids = Set(rows.map(\.serverID))
        for (place, table) in chat.tables.enumerated() {
            do throws(WeFlowError) {
                try table.rows(withServerIDs: ids) { row, id in
                    let entry = MessageEntry(sequence: row.sortSeq, rowID: id, table: place)
                    let position = MessagePosition(entry, createTime: row.createTime, in: table)
                    let isNotice = MessageType(localType: row.localType).isNotice
                    // The notice of a recall has the id of what was recalled.
                    if let known = found[row.serverID],
                        known.isNotice == isNotice ? position < known.position : isNotice
                    {
                        return
                    }
                    found[row.serverID] = (position, entry, isNotice)
                }
            } catch {
                if error.isTransient { throw error }
                losses.add(error)
            }
        }
        var places: [(position: MessagePosition, entry: MessageEntry?)] = []
        var taken: Set<Int64> = []
        for row in rows where taken.insert(row.serverID).inserted {
            if let there = found[row.serverID] {
                places.append((there.position, there.entry))
            } else {
                let sequence = row.createTime.multipliedReportingOverflow(by: 1000)
                let entry = MessageEntry(
                    sequence: sequence.overflow ? .max : sequence.partialValue, rowID: 0, table: 0)
                places.append((MessagePosition(entry, createTime: row.createTime, ordinal: 0), nil))
            }
        }
        return places.sorted { $0.position < $1.position }.suffix(count).compactMap(\.entry)
    }

    private func failing<Value>(_ body: () throws(PageFailure) -> Value) throws(WeFlowError) -> Value {
        do throws(PageFailure) {
            return try body()
        } catch {
            throw error.error
        }
    }
}
