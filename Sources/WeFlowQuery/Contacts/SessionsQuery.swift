import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// A conversation as the API lists it (contract section 5).
public struct Session: Sendable, Equatable {
    /// The session's id.
    public let username: String
    /// The name to show.
    public let displayName: String
    /// WeChat's own number for the kind, 2 for groups.
    public let type: Int64
    /// `group`, `private`, `channel` or `other`.
    public let sessionType: String
    /// Unix seconds of the last message.
    public let lastTimestamp: Int64
    /// Messages that were not seen yet.
    public let unreadCount: Int64
}

/// The conversations, newest first.
public struct SessionsQuery: Sendable {
    /// What comes out of a list query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let sessions: [Session]
        /// How many follow the page.
        public let unlisted: Int
        /// What is missing, and why.
        public let damage: [PageFailure]
        /// Why names are missing, where they are.
        public let notice: WeFlowError?
    }

    /// What is asked for.
    public let request: SessionsRequest

    /// Makes a query.
    public init(_ request: SessionsRequest) {
        self.request = request
    }

    /// Reads the list.
    ///
    /// - Throws: `.unavailable` where `session.db` cannot be read.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        let read = NameTables(account, hasPictures: false)
        let tables = try read.sessions.get()
        var notice: WeFlowError?
        var contacts: ContactTables?
        do throws(WeFlowError) { contacts = try read.contacts.get() } catch { notice = error }
        let names = NameBook(contacts: contacts, sessions: tables)
        let keyword = request.keyword.map { KeywordMatcher($0) }
        let rows = tables.sessions
        let places = rows.indices.filter { place in
            guard !Self.isHidden(rows[place].username, names) else { return false }
            guard let keyword else { return true }
            let username = rows[place].username
            return keyword.matches(username) || keyword.matches(names.displayName(of: username))
        }
        // Equal times keep the order of the table.
        let listed = places.first(request.offset + request.limit) { a, b in
            rows[a].sortTimestamp == rows[b].sortTimestamp ? a < b : rows[a].sortTimestamp > rows[b].sortTimestamp
        }
        let page = listed.dropFirst(request.offset).map { place in
            let row = rows[place]
            return Session(
                username: row.username, displayName: names.displayName(of: row.username), type: row.type,
                sessionType: Username.sessionType(row.username), lastTimestamp: row.lastTimestamp,
                unreadCount: row.unreadCount)
        }
        return Result(
            sessions: page, unlisted: places.count - listed.count, damage: tables.damage + (contacts?.damage ?? []),
            notice: notice)
    }

    /// Entries of the client's list that are no conversations with anybody (facts: store 7).
    static func isHidden(_ username: String, _ names: NameBook) -> Bool {
        var copy = username
        return copy.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            if bytes.isEmpty || bytes.isText("weixin") { return true }
            if bytes.holds("@") {
                if username.lowercased().holds("@placeholder") || bytes.holds("@kefu.openim") { return true }
                if bytes.holds("@openim"), names.row(of: username)?.localType != 5 { return true }
            }
            return bytes.holds("service_") || isHolder(bytes)
        }
    }

    /// Whether a username begins as those do that hold other conversations, or belong to the client.
    private static func isHolder(_ username: UnsafeRawBufferPointer) -> Bool {
        switch username[0] {
        case UInt8(ascii: "q"): username.begins(with: "qqmail")
        case UInt8(ascii: "f"): username.begins(with: "fmessage") || username.begins(with: "floatbottle")
        case UInt8(ascii: "m"): username.begins(with: "medianote")
        case UInt8(ascii: "n"):
            username.begins(with: "newsapp") || username.begins(with: "notifymessage")
                || username.begins(with: "notification_messages")
        case UInt8(ascii: "b"):
            username.begins(with: "brandsessionholder") || username.begins(with: "brandservicesessionholder")
        case UInt8(ascii: "o"): username.begins(with: "opencustomerservicemsg")
        case UInt8(ascii: "u"): username.begins(with: "userexperience_alarm")
        case UInt8(ascii: "h"): username.begins(with: "helper_folders")
        case UInt8(ascii: "@"): username.begins(with: "@helper_folders")
        default: false
        }
    }
}
