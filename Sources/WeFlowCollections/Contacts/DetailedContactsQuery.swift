public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// Contacts with all that is known of them, or those of a label.
public struct DetailedContactsQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let list: ContactsQuery.Result
        /// The same with what is known of them; nil where that was not asked for.
        public let details: [DetailedContact]?
        /// Pages that could not be read.
        public let damage: [PageFailure]
        /// What else the user should know.
        public let notices: [WeFlowError]
    }

    /// What is asked for.
    public let request: ContactsRequest

    /// Makes a query.
    public init(_ request: ContactsRequest) {
        self.request = request
    }

    /// Reads the list of contacts; their details are read when each is asked for.
    ///
    /// - Throws: `.unavailable` where `contact.db` cannot be read.
    public func open(on account: Account) throws(WeFlowError) -> DetailedContactsList {
        var bearers: Set<String>?
        var notices: [WeFlowError] = []
        if let label = request.label {
            let details = try ContactDetails(account)
            bearers = details.usernames(bearing: label) ?? []
            if details.usernames(bearing: label) == nil {
                let names = details.labels.prefix(20).map(\.name)
                let known = names.isEmpty ? "there are none" : "there are \(names.joined(separator: "; "))"
                notices.append(WeFlowError(.notFound, "no label is called \(label); \(known)"))
            }
        }
        let list = try ContactsQuery(request).run(on: account, among: bearers)
        if let notice = list.notice {
            notices.append(
                WeFlowError(notice.kind, "contacts are not in the order of their chats: \(notice.sentence)"))
        }
        if let notice = list.pictureNotice { notices.append(notice) }
        return DetailedContactsList(list, notices, account)
    }

    /// Reads the page as a whole.
    ///
    /// - Throws: as ``open(on:)``.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        let list = try open(on: account)
        var details: [DetailedContact]?
        if hasDetails {
            var contacts: [DetailedContact] = []
            while let contact = try list.next() { contacts.append(contact) }
            details = contacts
        }
        return Result(list: list.contacts, details: details, damage: list.damage, notices: list.notices)
    }

    /// Whether more than the names is asked for.
    public var hasDetails: Bool { request.detail || request.format == .vcf }
}

/// A contact with all that is known of it.
public struct DetailedContact: Sendable {
    /// The names.
    public let contact: Contact
    /// What else is known.
    public let detail: ContactDetail

    /// Puts it together.
    public init(_ contact: Contact, _ detail: ContactDetail) { (self.contact, self.detail) = (contact, detail) }
}

/// A page of contacts, what is known of them read for some at a time. For one thread.
public final class DetailedContactsList: ListItems {
    /// The page by its names.
    public let contacts: ContactsQuery.Result
    /// What else the user should know.
    public let notices: [WeFlowError]
    private let account: Account
    private var place = 0
    private var known = 0..<0
    private var details = ContactDetails()

    /// The table has no index that leads to somebody, so it is walked once for so many.
    private static let batch = 4096

    fileprivate init(_ contacts: ContactsQuery.Result, _ notices: [WeFlowError], _ account: Account) {
        (self.contacts, self.notices, self.account) = (contacts, notices, account)
    }

    /// The next contact of the page; nil behind the last.
    ///
    /// - Throws: `.unavailable` where the database kept moving.
    public func next() throws(WeFlowError) -> DetailedContact? {
        let list = contacts.contacts
        guard place < list.count else { return nil }
        if !known.contains(place) {
            known = place..<min(place + Self.batch, list.count)
            details = ContactDetails()
            details = try ContactDetails(account, of: Set(known.map { list[$0].username }))
        }
        let contact = list[place]
        place += 1
        return DetailedContact(contact, details.detail(of: contact.username))
    }

    /// How many contacts the page has.
    public func count() -> Int { contacts.contacts.count }

    /// Pages that could not be read so far; both reads are of the same table.
    public var damage: [PageFailure] { contacts.damage.isEmpty ? details.damage : contacts.damage }
}
