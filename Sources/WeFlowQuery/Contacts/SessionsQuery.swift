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
        let tables = try WeFlowError.retrying { () throws(WeFlowError) in try SessionTables(account) }
        var notice: WeFlowError?
        var contacts: ContactTables?
        do throws(WeFlowError) {
            contacts = try WeFlowError.retrying { () throws(WeFlowError) in try ContactTables(account) }
        } catch {
            notice = error
        }
        let names = NameBook(contacts: contacts, sessions: tables)
        let keyword = request.keyword.map { KeywordMatcher($0) }
        // The sort is stable by hand: equal times keep the order of the table.
        let order = tables.sessions.indices.sorted { a, b in
            let (one, two) = (tables.sessions[a].sortTimestamp, tables.sessions[b].sortTimestamp)
            return one == two ? a < b : one > two
        }
        var toSkip = request.offset
        var page: [Session] = []
        for place in order where page.count < request.limit {
            let row = tables.sessions[place]
            guard !Self.isHidden(row.username, names) else { continue }
            var name: String?
            if let keyword {
                let shown = names.displayName(of: row.username)
                guard keyword.matches(row.username) || keyword.matches(shown) else { continue }
                name = shown
            }
            guard toSkip == 0 else {
                toSkip -= 1
                continue
            }
            page.append(
                Session(
                    username: row.username, displayName: name ?? names.displayName(of: row.username), type: row.type,
                    sessionType: Username.sessionType(row.username), lastTimestamp: row.lastTimestamp,
                    unreadCount: row.unreadCount))
        }
        return Result(sessions: page, damage: tables.damage + (contacts?.damage ?? []), notice: notice)
    }

    /// Entries of the client's list that are no conversations with anybody (facts: store 7).
    static func isHidden(_ username: String, _ names: NameBook) -> Bool {
        if username.isEmpty || username == "weixin" { return true }
        if username.holds("@"), username.lowercased().holds("@placeholder") { return true }
        if username.holds("@kefu.openim") || username.holds("service_") { return true }
        if username.holds("@openim"), names.row(of: username)?.localType != 5 { return true }
        return holders.contains { username.hasPrefix($0) }
    }

    private static let holders = [
        "qqmail", "fmessage", "medianote", "floatbottle", "newsapp", "brandsessionholder", "brandservicesessionholder",
        "notifymessage", "opencustomerservicemsg", "notification_messages", "userexperience_alarm", "helper_folders",
        "@helper_folders",
    ]
}
