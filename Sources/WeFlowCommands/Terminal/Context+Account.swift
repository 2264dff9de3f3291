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
        try openAccount(Settings(AccountOptions(values), in: self))
    }

    /// Opens the account of some settings for a command that ends: what its logs lack is then said.
    ///
    /// - Throws: `.unavailable` where it cannot be opened.
    func openAccount(_ settings: Settings) throws(WeFlowError) -> Account {
        let account = try settings.openAccount()
        opened.add(account)
        return account
    }
}
