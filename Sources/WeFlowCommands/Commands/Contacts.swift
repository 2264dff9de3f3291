internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowQuery

/// `weflow contacts`: friends, groups and official accounts (contract section 5).
struct Contacts: ContextCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the contacts: friends, groups and official accounts.",
        discussion: """
            weflow contacts --keyword anna
            weflow contacts --limit 10000 --output contacts.json
            """)

    @OptionGroup(title: "Selection")
    var list: ListOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        let request = try ContactsRequest(list.parameters)
        let result = try ContactsQuery(request).run(on: Settings(account, in: context).openAccount())
        try await context.deliver(encodeContacts(result.contacts, style: context.style(output)), output)
        try context.report(result.damage)
    }
}
