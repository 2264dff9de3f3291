internal import ArgumentParser
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// Whether a database is kept as it is before it is changed.
struct BackupOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Keep the database beside itself first, as sns.db.weflow-backup, encrypted as it is. (default: on)")
    var backup: Bool?

    /// The switch as a parameter's text.
    var text: String? { backup?.parameterText }
}

extension BackupOptions {
    /// Opens the moments of an account for a change.
    ///
    /// - Parameters:
    ///   - account: which account.
    ///   - context: the process.
    /// - Returns: what changes them, and keeps the database first where that is asked for.
    /// - Throws: `.usage` where the switch is none; `.unavailable` where the account cannot be opened.
    func momentsChange(_ account: AccountOptions, in context: Context) throws -> MomentsChange {
        let request = try MomentsProtectionRequest(Parameters(commandLine: ["backup": text]))
        return try MomentsChange(
            Settings(account, in: context).openAccount(), keeping: request.backup ? Backups() : nil)
    }
}
