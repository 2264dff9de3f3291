import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// A contact as the API lists it (contract section 5). Text that is unknown is empty.
public struct Contact: Sendable, Equatable {
    /// The username.
    public let username: String
    /// The name to show.
    public let displayName: String
    /// The owner's own name for the contact.
    public let remark: String
    /// The name that the contact chose.
    public let nickname: String
    /// The WeChat id that the contact chose.
    public let alias: String
    /// Address of the picture.
    public internal(set) var avatarURL: String
    /// `friend`, `group`, `official` or `former_friend`.
    public let type: String
}

/// Friends, groups and official accounts: those with the newest session first, the others by name.
public struct ContactsQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let contacts: [Contact]
        /// What is missing, and why.
        public let damage: [PageFailure]
    }

    /// What is asked for.
    public let request: ContactsRequest

    /// Makes a query.
    public init(_ request: ContactsRequest) {
        self.request = request
    }

    /// Reads the list.
    ///
    /// - Throws: `.unavailable` where `contact.db` cannot be read.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        let tables = try WeFlowError.retrying { () throws(WeFlowError) in try ContactTables(account) }
        // Sessions only give the order; without them contacts are by name.
        let sessions = account.hasDatabase(SessionTables.database) ? try? SessionTables(account) : nil
        let names = NameBook(contacts: tables, sessions: sessions)
        // By the first row of each username.
        var newest = [Int64](repeating: .min, count: tables.contacts.count)
        for session in sessions?.sessions ?? [] {
            guard let place = names.contact(session.username) else { continue }
            newest[place] = max(newest[place], session.sortTimestamp)
        }
        let keyword = request.keyword.map { KeywordMatcher($0) }
        var isTaken = [Bool](repeating: false, count: tables.contacts.count)
        var found: [(place: Int, time: Int64)] = []
        for place in tables.contacts.indices {
            guard Self.type(of: tables.contacts, at: place) != nil else { continue }
            let first = names.first(like: place)
            guard !isTaken[first] else { continue }
            isTaken[first] = true
            if let keyword, !Self.matches(Self.contact(tables.contacts, place, names), keyword) { continue }
            found.append((place, newest[first]))
        }
        let listed = found.first(request.offset + request.limit) { a, b in
            guard a.time == b.time else { return a.time > b.time }
            let (one, two) = (tables.contacts[a.place].username, tables.contacts[b.place].username)
            let order = names.displayName(of: one).compareByScalar(names.displayName(of: two))
            return order == 0 ? one.precedesByScalar(two) : order < 0
        }
        var page = listed.dropFirst(request.offset).map { Self.contact(tables.contacts, $0.place, names) }
        let avatars = Avatars(account).addresses(of: page.filter { $0.avatarURL.isEmpty }.map(\.username))
        for place in page.indices where page[place].avatarURL.isEmpty {
            page[place].avatarURL = avatars[page[place].username] ?? ""
        }
        return Result(contacts: page, damage: tables.damage)
    }

    private static func contact(_ rows: ContactRows, _ place: Int, _ names: NameBook) -> Contact {
        let row = rows[place]
        let username = row.username
        return Contact(
            username: username, displayName: names.displayName(of: username), remark: row.remark,
            nickname: row.nickname, alias: row.alias, avatarURL: row.avatarURL,
            type: type(of: rows, at: place) ?? "")
    }

    private static func matches(_ contact: Contact, _ keyword: KeywordMatcher) -> Bool {
        [contact.username, contact.nickname, contact.remark, contact.displayName, contact.alias]
            .contains { keyword.matches($0) }
    }

    /// The kind of a row, nil for what is no contact (facts: store 5).
    static func type(of rows: ContactRows, at place: Int) -> String? {
        rows.withText { text in
            let username = UnsafeRawBufferPointer(rebasing: text[rows.range(of: .username, at: place)])
            let localType = rows.localType(at: place)
            let isEnterprise = username.holds("@openim") && !username.holds("@kefu.openim")
            if isEnterprise, localType != 5 { return nil }
            if username.isGroup { return "group" }
            if username.begins(with: "gh_") { return "official" }
            if isEnterprise { return "friend" }
            if username.begins(with: "weixin"), !username.isText("weixin") { return "friend" }
            if isFunction(username) { return nil }
            if localType == 1 { return rows.isDeleted(at: place) ? "former_friend" : "friend" }
            if localType == 0, rows.text(.quanPin, at: place).contains(where: { !$0.isWhitespace }) {
                return "former_friend"
            }
            return nil
        }
    }

    /// Whether a username stands for a function of the client, not for a person.
    private static func isFunction(_ username: UnsafeRawBufferPointer) -> Bool {
        username.isText("medianote") || username.isText("floatbottle") || username.isText("qmessage")
            || username.isText("qqmail") || username.isText("fmessage")
    }
}
