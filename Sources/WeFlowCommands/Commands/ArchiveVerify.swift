internal import WeFlowArchive
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow archive verify`: whether an archive is whole.
enum ArchiveVerifyCommand: Command {
    static let name = "verify"
    static let abstract =
        "Hold every file of an archive against its manifest, and every message of the account against it."
    static let examples = ["weflow archive verify ~/wechat-archive", "weflow archive verify nas/wechat --no-source"]
    static let discussion = """
        Where an account is set up, every message of it has to be in the archive too; --no-source leaves the account \
        alone. Ends with 0 where all is well, with 75 where something is wrong, which is listed.
        """

    private static let source = Parameter.optionalFlag(
        "source", "Also hold the account against the archive; so by default where one is set up.")

    @ParameterList static var parameters: [ParameterDeclaration] {
        Archive.folder
        source
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let folder = try values[Archive.folder]
        let source = try values[source]
        let output = try OutputOptions(values)
        let settings = try Settings(AccountOptions(values), in: context)
        let account =
            source == false || (source == nil && settings.account == nil) ? nil : try context.openAccount(settings)
        let line = ProgressLine(context)
        defer { line.clear() }
        let found = try await ArchiveVerify(folder).run(
            account: account,
            labels: { label in
                guard let account else { return [] }
                return try ArchiveOptions.bearers(of: label, in: account)
            }
        ) { done, total in
            line.show(Double(done), of: Double(total), rate: { "\(Progress.mebibytes($0))/s" }, folder)
        }
        line.clear()
        try await context.deliver(encodeArchiveVerification(found, style: context.style(output)), output)
        try context.report(found.losses)
        guard found.isWhole else { throw ExitCode(WeFlowError.Kind.partial.exitCode) }
    }
}

/// `weflow archive status`: what an archive has of each chat.
enum ArchiveStatusCommand: Command {
    static let name = "status"
    static let abstract = "List what an archive has of each chat: messages, from when to when, files, bytes, last run."
    static let examples = ["weflow archive status ~/wechat-archive"]

    @ParameterList static var parameters: [ParameterDeclaration] {
        Archive.folder
        OutputOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try OutputOptions(values)
        let overview = try ArchiveOverview(values[Archive.folder])
        try await context.deliver(encodeArchiveOverview(overview, style: context.style(output)), output)
    }
}
