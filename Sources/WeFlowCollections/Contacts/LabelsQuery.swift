public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery
public import WeFlowStore

/// What `/api/v1/labels` and `weflow labels` ask for.
public struct LabelsRequest: Sendable, Equatable {
    static let limit = Parameter.limit(most: 10_000, default: 100)

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        limit
        CommonParameters.offset
        ListFormat.parameter
        CommonParameters.partial
    }

    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: ListFormat

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        format = try parameters[ListFormat.parameter]
    }
}

/// The labels in the owner's order, with how many friends bear each.
public struct LabelsQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// The page that was asked for.
        public let labels: [Label]
        /// How many follow the page.
        public let unlisted: Int
        /// Pages that could not be read.
        public let damage: [PageFailure]
    }

    /// What is asked for.
    public let request: LabelsRequest

    /// Makes a query.
    public init(_ request: LabelsRequest) {
        self.request = request
    }

    /// Reads the list.
    ///
    /// - Throws: `.unavailable` where `contact.db` cannot be read. One without labels has none.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        let details = try ContactDetails(account)
        let labels = try details.counted(among: Friends(account).usernames)
        let page = Array(labels.dropFirst(request.offset).prefix(request.limit))
        return Result(
            labels: page, unlisted: max(0, labels.count - request.offset - page.count), damage: details.damage)
    }
}

/// Who is in the address book.
struct Friends {
    /// Their usernames.
    let usernames: Set<String>

    /// Reads them.
    ///
    /// - Throws: `.unavailable` where `contact.db` cannot be read.
    init(_ account: Account) throws(WeFlowError) {
        let request = try ContactsRequest(Parameters(commandLine: ["limit": "0", "type": "friend"]))
        usernames = Set(try ContactsQuery(request).run(on: account).contacts.map(\.username))
    }
}
