public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// Contacts with all that is known of them, or those of a label.
public struct DetailedContactsQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let list: ContactsQuery.Result
        /// What is known of those on the page; nil where that was not asked for.
        public let details: ContactDetails?
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

    /// Reads the list.
    ///
    /// - Throws: `.unavailable` where `contact.db` cannot be read.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        var bearers: Set<String>?
        var all: ContactDetails?
        var notices: [WeFlowError] = []
        if let label = request.label {
            let details = try ContactDetails(account)
            bearers = details.usernames(bearing: label) ?? []
            if details.usernames(bearing: label) == nil {
                let names = details.labels.prefix(20).map(\.name)
                let known = names.isEmpty ? "there are none" : "there are \(names.joined(separator: "; "))"
                notices.append(WeFlowError(.notFound, "no label is called \(label); \(known)"))
            }
            all = details
        }
        let list = try ContactsQuery(request).run(on: account, among: bearers)
        if let notice = list.notice {
            notices.append(
                WeFlowError(notice.kind, "contacts are not in the order of their sessions: \(notice.sentence)"))
        }
        if let notice = list.pictureNotice { notices.append(notice) }
        guard request.detail || request.format == .vcf else {
            return Result(list: list, details: nil, damage: list.damage, notices: notices)
        }
        let details: ContactDetails
        if let all {
            details = all
        } else {
            details = try ContactDetails(account, of: Set(list.contacts.map(\.username)))
        }
        // Both read the same table.
        let damage = list.damage.isEmpty ? details.damage : list.damage
        return Result(list: list, details: details, damage: damage, notices: notices)
    }
}
