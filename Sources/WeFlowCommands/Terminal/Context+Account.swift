internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

extension Context {
    /// Opens the moments of an account for a change.
    ///
    /// - Parameters:
    ///   - values: say which account.
    ///   - backup: whether the database is kept as it is first.
    /// - Returns: what changes them.
    /// - Throws: `.unavailable` where the account cannot be opened.
    func momentsChange(_ values: Parameters, keeping backup: Bool) throws(WeFlowError) -> MomentsChange {
        try MomentsChange(openAccount(values), keeping: backup ? Backups() : nil)
    }

    /// Opens the account that a command line names.
    ///
    /// - Throws: `.unavailable` where it cannot be opened.
    func openAccount(_ values: Parameters) throws(WeFlowError) -> Account {
        try Settings(AccountOptions(values), in: self).openAccount()
    }
}
