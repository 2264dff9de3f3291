internal import WeFlowCollections
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow contacts`: friends, groups and official accounts.
enum Contacts: Command {
    static let name = "contacts"
    static let abstract = "List the contacts: friends, groups and official accounts."
    static let examples = [
        "weflow contacts --keyword tom", "weflow contacts --format table",
        "weflow contacts --limit 0 --format vcf --output friends.vcf",
        "weflow contacts --label 朋友 --detail --format csv --bom -o friends.csv",
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
        let result = try DetailedContactsQuery(request).run(on: context.openAccount(values))
        let contacts = result.list.contacts
        if let format = request.format.list {
            try await context.deliver(format, values, output) { form in
                if let details = result.details {
                    encodeContacts(contacts, details, form: form)
                } else {
                    encodeContacts(contacts, form: form)
                }
            } table: { width, style in
                if let details = result.details {
                    contactsTable(contacts, details, width: width, style: style)
                } else {
                    contactsTable(contacts, width: width, style: style)
                }
            }
        } else {
            _ = try CSVOptions.options(values, isCSV: false)
            try await context.deliver(encodeCards(contacts, result.details ?? ContactDetails()), .lines, output)
        }
        if request.format == .table || request.format == .vcf {
            context.report(unlisted: result.list.unlisted, "contacts")
        }
        for notice in result.notices { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}
