internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSystem

/// `weflow check`: what of the account can be read, what is missing, and what that costs.
enum Check: Command {
    static let name = "check"
    static let abstract = "Open every database and say what can be read, what is missing and what that costs."
    static let examples = [
        "weflow check", #"weflow check --deep --json | jq '.databases[] | select(.state != "whole")'"#,
    ]
    static let discussion = """
        Ends with 0 where all is well, 75 where part of the account is damaged or missing, 78 where nothing can be read.
        """

    private static let deep = Parameter.mark(
        "deep", "Verify every page of every database, and name what the bad ones belong to.")
    private static let format = Parameter.choice("format", of: [.table, .json], default: ListFormat.table)
    private static let json = Parameter.mark("json", "The same as `format` json.")
    private static let report = Parameter.mark(
        "report", "Leave out all that is private, so that the report can be shown to others.")

    @ParameterList static var parameters: [ParameterDeclaration] {
        deep
        format
        json
        report
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let (isDeep, isAnonymous) = (try values[deep], try values[report])
        let isJSON = try values[format] == .json || values[json]
        let output = try OutputOptions(values)
        let settings = try Settings(AccountOptions(values), in: context)
        let query = CheckQuery(isDeep: isDeep, imageKeys: try settings.imageKeys())
        let line = ProgressLine(context)
        defer { line.clear() }
        let account = try context.openAccount(settings)
        var found = try await query.run(on: account) { progress in
            line.show(
                Double(progress.done), of: Double(progress.total),
                rate: { "\(Progress.mebibytes($0 * 4096))/s" }, progress.database)
        }
        line.clear()
        if isAnonymous { found = found.anonymized() }
        if isJSON {
            try await context.deliver(encodeCheck(found, style: context.style(output)), output)
        } else {
            let table = checkTable(
                found, environment: isAnonymous ? environment : [], width: context.screenWidth(output),
                style: context.textStyle(output))
            try await context.deliver(table, output)
        }
        if !isAnonymous { context.warnOfOwner(account) }
        guard found.exitCode == 0 else { throw ExitCode(found.exitCode) }
    }

    /// What a reader of a report wants to know of the program and the machine.
    private static var environment: [String] {
        let system = System.description
        return ["weflow    \(Weflow.version)"] + (system.isEmpty ? [] : ["system    \(system)"])
    }
}
