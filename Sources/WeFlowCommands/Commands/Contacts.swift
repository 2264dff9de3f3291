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
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool { true }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try ContactsRequest(values)
        let output = try OutputOptions(values)
        let result = try ContactsQuery(request).run(on: context.openAccount(values))
        switch request.format {
        case .table:
            let (width, style) = (context.screenWidth(output), context.textStyle(output))
            try await context.deliver(contactsTable(result.contacts, width: width, style: style), output)
            context.report(unlisted: result.unlisted, "contacts")
        case .json: try await context.deliver(encodeContacts(result.contacts, style: context.style(output)), output)
        }
        if let notice = result.notice {
            context.warn("contacts are not in the order of their sessions: \(notice.sentence)")
        }
        try context.report(result.damage)
    }
}
