internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// `weflow contacts`: friends, groups and official accounts.
struct Contacts: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "contacts",
        abstract: "List the contacts: friends, groups and official accounts.",
        discussion: """
            weflow contacts --keyword anna
            weflow contacts --format table
            weflow contacts --limit 10000 --output contacts.json
            """)

    @OptionGroup(title: "Filters")
    var list: ListOptions

    @Option(
        help: "json or table, which is for reading. (default: json)",
        completion: .list(ListFormat.allCases.map(\.rawValue)))
    var format: String?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        try await Self.run(list.parameters, format: format, output, account, in: context)
    }

    /// Does the command's work for the parser's options and for a plain line.
    ///
    /// - Throws: as `run(in:)`.
    static func run(
        _ list: Parameters, format: String?, _ output: some OutputChoice, _ account: some AccountChoice,
        in context: Context
    ) async throws {
        let request = try ContactsRequest(list)
        let format = try ListFormat(format)
        let result = try ContactsQuery(request).run(on: Settings(account, in: context).openAccount())
        if format == .table {
            let (width, style) = (context.screenWidth(output), context.textStyle(output))
            try await context.deliver(contactsTable(result.contacts, width: width, style: style), output)
        } else {
            try await context.deliver(encodeContacts(result.contacts, style: context.style(output)), output)
        }
        if let notice = result.notice {
            context.warn("contacts are not in the order of their sessions: \(notice.sentence)")
        }
        try context.report(result.damage)
    }
}
