internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `weflow check`: what of the account can be read, what is missing, and what that costs.
struct Check: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Open every database and say what can be read, what is missing and what that costs.",
        discussion: """
            weflow check
            weflow check --deep --json | jq '.databases[] | select(.state != "whole")'

            Ends with 0 where all is well, 75 where part of the account is damaged or missing, 78 where nothing can be \
            read.
            """)

    @Flag(help: "Verify every page of every database, and name what the bad ones belong to.")
    var deep = false

    @Flag(help: "Give the report as JSON.")
    var json = false

    @Flag(help: "Leave out all that is private, so that the report can be shown to others.")
    var report = false

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Account")
    var account: AccountOptions

    func run(in context: Context) async throws {
        let settings = try Settings(account, in: context)
        let query = CheckQuery(isDeep: deep, imageKeys: try settings.imageKeys())
        let line = ProgressLine(context)
        defer { line.clear() }
        let account = try settings.openAccount()
        var found = try await query.run(on: account) { progress in
            line.show(
                Double(progress.done), of: Double(progress.total),
                rate: { "\(Progress.mebibytes($0 * 4096))/s" }, progress.database)
        }
        line.clear()
        if report { found = found.anonymized() }
        if json {
            try await context.deliver(encodeCheck(found, style: context.style(output)), output)
        } else {
            let table = checkTable(
                found, environment: report ? Self.environment : [], width: context.screenWidth(output),
                style: context.textStyle(output))
            try await context.deliver(table, output)
        }
        if !report { context.warnOfOwner(account) }
        guard found.exitCode == 0 else { throw ExitCode(found.exitCode) }
    }

    /// What a reader of a report wants to know of the program and the machine.
    private static var environment: [String] {
        var system = utsname()
        guard uname(&system) == 0 else { return ["weflow    \(Weflow.configuration.version)"] }
        func text(_ field: some Any) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        let names = [text(system.sysname), text(system.release), text(system.machine)]
        return ["weflow    \(Weflow.configuration.version)", "system    \(names.joined(separator: " "))"]
    }
}
