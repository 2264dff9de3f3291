internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow sns block-delete`: the protection of posts against deletion.
struct SnsBlockDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block-delete",
        abstract: "Protect posts against deletion, in the account's own database.",
        discussion: """
            weflow sns block-delete status
            weflow sns block-delete install

            A trigger in sns.db then makes WeChat keep the posts that it would delete. WeChat must not be running while \
            it is put in or taken out.
            """,
        subcommands: [Status.self, Install.self, Uninstall.self])

    /// `weflow sns block-delete status`.
    struct Status: ContextCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Say whether posts are protected.",
            discussion: """
                weflow sns block-delete status
                """)

        @OptionGroup(title: "Output")
        var output: OutputOptions

        @OptionGroup(title: "Account")
        var account: AccountOptions

        func run(in context: Context) async throws {
            let change = try MomentsChange(Settings(account, in: context).openAccount(), keeping: nil)
            try await context.deliver(
                encodeProtectionStatus(change.isProtected(), style: context.style(output)), output)
        }
    }

    /// `weflow sns block-delete install`.
    struct Install: ContextCommand {
        static let configuration = CommandConfiguration(
            commandName: "install",
            abstract: "Protect the posts.",
            discussion: """
                weflow sns block-delete install
                """)

        @OptionGroup
        var backup: BackupOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        @OptionGroup(title: "Account")
        var account: AccountOptions

        func run(in context: Context) async throws {
            let change = try backup.momentsChange(account, in: context)
            try await context.deliver(
                encodeProtectionInstalled(try !change.protect(), style: context.style(output)), output)
        }
    }

    /// `weflow sns block-delete uninstall`.
    struct Uninstall: ContextCommand {
        static let configuration = CommandConfiguration(
            commandName: "uninstall",
            abstract: "Lift the protection.",
            discussion: """
                weflow sns block-delete uninstall
                """)

        @OptionGroup
        var backup: BackupOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        @OptionGroup(title: "Account")
        var account: AccountOptions

        func run(in context: Context) async throws {
            let change = try backup.momentsChange(account, in: context)
            _ = try change.unprotect()
            try await context.deliver(encodeMomentsChanged(style: context.style(output)), output)
        }
    }
}
