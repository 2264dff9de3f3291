import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// A conversation as the API lists it.
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
            guard !Self.isHidden(rows[place].username) else { return false }
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

    /// Entries of the client's list that are no conversations with anybody: exact names, for people choose ids that begin
    /// like one of these or hold one (<doc:PeopleAndSessions#Sessions>).
    package static func isHidden(_ username: String) -> Bool {
        var username = username
        return username.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            guard !bytes.isEmpty else { return true }
            if bytes.ends(with: "@kefu.openim") || isPlaceholder(bytes) { return true }
            return holders.contains { bytes.isText($0) }
        }
    }

    /// Whether it stands for something that the client folds away; in any case.
    private static func isPlaceholder(_ username: UnsafeRawBufferPointer) -> Bool {
        let beginning = "@placeholder".utf8
        return username.count >= beginning.count && zip(username, beginning).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
    }

    /// Those that hold other conversations, or belong to the client.
    private static let holders: [StaticString] = [
        "weixin", "qqmail", "fmessage", "floatbottle", "medianote", "newsapp", "notifymessage",
        "notification_messages", "brandsessionholder", "brandservicesessionholder", "opencustomerservicemsg",
        "userexperience_alarm", "helper_folders", "@helper_folders", "service_officialaccounts",
    ]
}
