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
        let newest = Dictionary(
            (sessions?.sessions ?? []).map { ($0.username, $0.sortTimestamp) }, uniquingKeysWith: max)
        let keyword = request.keyword.map { KeywordMatcher($0) }
        var seen: Set<String> = []
        var contacts: [(contact: Contact, time: Int64)] = []
        for row in tables.contacts {
            guard let type = Self.type(of: row), seen.insert(row.username).inserted else { continue }
            let contact = Contact(
                username: row.username, displayName: names.displayName(of: row.username), remark: row.remark,
                nickname: row.nickname, alias: row.alias, avatarURL: row.avatarURL, type: type)
            if let keyword, !Self.matches(contact, keyword) { continue }
            contacts.append((contact, newest[row.username] ?? Int64.min))
        }
        contacts.sort { a, b in
            guard a.time == b.time else { return a.time > b.time }
            let order = a.contact.displayName.compareByScalar(b.contact.displayName)
            return order == 0 ? a.contact.username.precedesByScalar(b.contact.username) : order < 0
        }
        var page = contacts.dropFirst(request.offset).prefix(request.limit).map(\.contact)
        let avatars = Avatars(account).addresses(of: page.filter { $0.avatarURL.isEmpty }.map(\.username))
        for place in page.indices where page[place].avatarURL.isEmpty {
            page[place].avatarURL = avatars[page[place].username] ?? ""
        }
        return Result(contacts: page, damage: tables.damage)
    }

    private static func matches(_ contact: Contact, _ keyword: KeywordMatcher) -> Bool {
        [contact.username, contact.nickname, contact.remark, contact.displayName, contact.alias]
            .contains { keyword.matches($0) }
    }

    /// The kind of a row, nil for what is no contact (facts: store 5).
    static func type(of row: ContactRow) -> String? {
        let username = row.username
        let isEnterprise = username.holds("@openim") && !username.holds("@kefu.openim")
        if isEnterprise, row.localType != 5 { return nil }
        if Username.isGroup(username) { return "group" }
        if Username.isOfficial(username) { return "official" }
        if isEnterprise { return "friend" }
        if username.hasPrefix("weixin"), username != "weixin" { return "friend" }
        if Username.functions.contains(username) { return nil }
        if row.localType == 1 { return row.deleteFlag == 1 ? "former_friend" : "friend" }
        if row.localType == 0, row.quanPin.contains(where: { !$0.isWhitespace }) { return "former_friend" }
        return nil
    }
}
