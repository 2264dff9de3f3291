internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow contacts`: friends, groups and official accounts.
enum Contacts: Command {
    static let name = "contacts"
    static let abstract = "List the contacts: friends, groups and official accounts."
    static let examples = [
        "weflow contacts --keyword anna", "weflow contacts --format table",
        "weflow contacts --limit 0 --output contacts.json",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        ContactsRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool { true }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try ContactsRequest(values)
        let output = try OutputOptions(values)
        let result = try ContactsQuery(request).run(on: context.openAccount(values))
        try await context.deliver(request.format.list ?? .json, values, output) {
            encodeContacts(result.contacts, form: $0)
        } table: {
            contactsTable(result.contacts, width: $0, style: $1)
        }
        if request.format == .table { context.report(unlisted: result.unlisted, "contacts") }
        if let notice = result.notice {
            context.warn("contacts are not in the order of their sessions: \(notice.sentence)")
        }
        try context.report(result.damage)
    }
}
