public import WeFlowPages
public import WeFlowStore

/// What the endpoints answer from: the account, and the folder of exported media.
public struct Site: Sendable {
    /// The account; opened on first use and kept. It throws while the store is not to be had, and is asked again by the
    /// next request.
    public let account: @Sendable () throws(WeFlowError) -> Account
    /// Called when the store was not to be had: what the account was opened with may have changed since.
    public let doubt: @Sendable () -> Void
    /// The folder of exported media (contract section 8).
    public let exportPath: String
    let groups = GroupMembersCache()

    /// Puts a site together.
    public init(
        exportPath: String, doubt: @escaping @Sendable () -> Void = {},
        account: @escaping @Sendable () throws(WeFlowError) -> Account
    ) {
        (self.exportPath, self.doubt, self.account) = (exportPath, doubt, account)
    }
}
