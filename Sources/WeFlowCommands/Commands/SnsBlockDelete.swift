internal import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow sns block-delete`: the protection of posts against deletion.
enum SnsBlockDelete: Command {
    static let name = "block-delete"
    static let abstract = "Protect posts against deletion, in the account's own database."
    static let examples = ["weflow sns block-delete status", "weflow sns block-delete install"]
    static let discussion = """
        A trigger in sns.db then makes WeChat keep the posts that it would delete. WeChat must not be running while it is \
        put in or taken out.
        """
    static let subcommands: [any Command.Type] = [Status.self, Install.self, Uninstall.self]

    /// `weflow sns block-delete status`.
    enum Status: Command {
        static let name = "status"
        static let abstract = "Say whether posts are protected."
        static let examples = ["weflow sns block-delete status"]

        @ParameterList static var parameters: [ParameterDeclaration] {
            OutputOptions.parameters
            AccountOptions.parameters
        }

        static func run(_ values: Parameters, in context: Context) async throws {
            let output = try OutputOptions(values)
            let change = try context.momentsChange(values, keeping: false)
            try await context.deliver(
                encodeProtectionStatus(change.isProtected(), style: context.style(output)), output)
        }
    }

    /// `weflow sns block-delete install`.
    enum Install: Command {
        static let name = "install"
        static let abstract = "Protect the posts."
        static let examples = ["weflow sns block-delete install"]

        @ParameterList static var parameters: [ParameterDeclaration] {
            MomentsProtectionRequest.parameters
            OutputOptions.parameters
            AccountOptions.parameters
        }

        static func run(_ values: Parameters, in context: Context) async throws {
            let output = try OutputOptions(values)
            let change = try context.momentsChange(values, keeping: MomentsProtectionRequest(values).backup)
            try await context.deliver(
                encodeProtectionInstalled(try !change.protect(), style: context.style(output)), output)
        }
    }

    /// `weflow sns block-delete uninstall`.
    enum Uninstall: Command {
        static let name = "uninstall"
        static let abstract = "Lift the protection."
        static let examples = ["weflow sns block-delete uninstall"]
        static var parameters: [ParameterDeclaration] { Install.parameters }

        static func run(_ values: Parameters, in context: Context) async throws {
            let output = try OutputOptions(values)
            let change = try context.momentsChange(values, keeping: MomentsProtectionRequest(values).backup)
            _ = try change.unprotect()
            try await context.deliver(encodeMomentsChanged(style: context.style(output)), output)
        }
    }
}
