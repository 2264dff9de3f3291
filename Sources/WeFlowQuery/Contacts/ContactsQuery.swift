import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// Friends, groups and official accounts: those with the newest session first, the others by name.
public struct ContactsQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let contacts: ContactList
        /// How many follow the page.
        public let unlisted: Int
        /// What is missing, and why.
        public let damage: [PageFailure]
        /// Why they are not in the order of their sessions, where they are not.
        public let notice: WeFlowError?
        /// Why pictures are missing, where they are.
        public let pictureNotice: WeFlowError?
    }

    /// What is asked for.
    public let request: ContactsRequest

    /// Makes a query.
    public init(_ request: ContactsRequest) {
        self.request = request
    }

    /// Reads the list.
    ///
    /// - Parameters:
    ///   - account: whose contacts.
    ///   - usernames: the only ones who are listed; nil is all.
    /// - Returns: the page that the request means.
    /// - Throws: `.unavailable` where `contact.db` cannot be read.
    public func run(on account: Account, among usernames: Set<String>? = nil) throws(WeFlowError) -> Result {
        let read = NameTables(account)
        let tables = try read.contacts.get()
        // Sessions only give the order; without them contacts are by name.
        let (sessions, notice): (SessionTables?, WeFlowError?) =
            switch read.sessions {
            case .read(let sessions): (sessions, sessions.damage.first?.error)
            case .failed(let error): (nil, error)
            }
        let names = NameBook(contacts: tables, sessions: sessions)
        // By the first row of each username.
        var newest = [Int64](repeating: .min, count: tables.contacts.count)
        for session in sessions?.sessions ?? [] {
            guard let place = names.contact(session.username) else { continue }
            newest[place] = max(newest[place], session.sortTimestamp)
        }
        let keyword = request.keyword.map { KeywordMatcher($0) }
        var isTaken = [Bool](repeating: false, count: tables.contacts.count)
        var found: [Candidate] = []
        for place in tables.contacts.indices {
            let first = names.first(like: place)
            guard let kind = ContactKind(tables.contacts, at: place, hasSession: newest[first] != .min) else {
                continue
            }
            guard !isTaken[first] else { continue }
            isTaken[first] = true
            if !request.types.isEmpty, !request.types.contains(kind.requested) { continue }
            if let usernames, !usernames.contains(tables.contacts.text(.username, at: place)) { continue }
            if let keyword, !names.matches(contact: place, kind, keyword) { continue }
            let head = names.withName(ofContact: place, isGroup: kind == .group) { $0.head }
            found.append(Candidate(time: newest[first], head: head, entry: .init(place: Int32(place), kind: kind)))
        }
        let listed = found.first(request.offset + request.limit) { $0.precedes($1, names) }
        var page = ContactList(listed.dropFirst(request.offset).map(\.entry), names: names)
        let avatars = Avatars(account)
        page.addPictures(avatars)
        return Result(
            contacts: page, unlisted: found.count - listed.count, damage: tables.damage, notice: notice,
            pictureNotice: avatars.notice)
    }

    /// A contact that is asked for, with what mostly tells its place in the order.
    private struct Candidate {
        /// When its session was last moved to the top; the least number where it has none.
        let time: Int64
        /// The first bytes of the name to show.
        let head: UInt64
        let entry: ContactList.Entry

        /// Whether it comes before another one: by session, then by name, then by username.
        func precedes(_ other: Candidate, _ names: NameBook) -> Bool {
            guard time == other.time else { return time > other.time }
            guard head == other.head else { return head < other.head }
            let order = names.withName(ofContact: Int(entry.place), isGroup: entry.kind == .group) { name in
                names.withName(ofContact: Int(other.entry.place), isGroup: other.entry.kind == .group) {
                    name.compareByScalar($0)
                }
            }
            guard order == 0 else { return order < 0 }
            return names.contacts.withText { text in
                let username = names.contacts.range(of: .username, at: Int(entry.place))
                let others = names.contacts.range(of: .username, at: Int(other.entry.place))
                return UnsafeRawBufferPointer(rebasing: text[username])
                    .compareByScalar(UnsafeRawBufferPointer(rebasing: text[others])) < 0
            }
        }
    }
}

extension NameBook {
    /// Whether a keyword occurs in one of a contact's names.
    fileprivate func matches(contact: Int, _ kind: ContactKind, _ keyword: KeywordMatcher) -> Bool {
        let fields: [ContactRows.Field] = [.username, .nickname, .remark, .alias]
        return contacts.withText { text in
            fields.contains { field in
                keyword.matches(UnsafeRawBufferPointer(rebasing: text[contacts.range(of: field, at: contact)]))
            }
        } || withName(ofContact: contact, isGroup: kind == .group) { keyword.matches($0) }
    }
}
