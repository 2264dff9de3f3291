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
        let account = try context.openAccount(values)
        let query = DetailedContactsQuery(request)
        let list: DetailedContactsList
        if let format = request.format.list, query.hasDetails {
            list = try await context.deliver(detailedContactsLayout, format, values, output) {
                try query.open(on: account)
            } table: {
                contactsTable($0, width: $1, style: $2)
            }
        } else if let format = request.format.list {
            list = try query.open(on: account)
            let contacts = list.contacts.contacts
            try await context.deliver(format, values, output) {
                encodeContacts(contacts, form: $0)
            } table: {
                contactsTable(contacts, width: $0, style: $1)
            }
        } else {
            _ = try CSVOptions.options(values, isCSV: false)
            list = try query.open(on: account)
            try await context.deliver(list, output) { contact, _ in card(contact) }
        }
        if request.format == .table || request.format == .vcf {
            context.report(unlisted: list.contacts.unlisted, "contacts")
        }
        for notice in list.notices { context.warn(notice.sentence) }
        try context.report(list.damage)
    }
}
