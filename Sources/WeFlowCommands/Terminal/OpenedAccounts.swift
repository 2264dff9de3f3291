internal import Synchronization
internal import WeFlowPages
internal import WeFlowStore

/// The accounts that a command opened, so that what their logs lack can be said when it ends.
final class OpenedAccounts: Sendable {
    private let accounts = Mutex<[Account]>([])

    /// Takes in an account.
    func add(_ account: Account) { accounts.withLock { $0.append(account) } }

    /// Says which logs break off before commits, so that these were not read.
    func logBreaks() -> [WeFlowError] { accounts.withLock { $0 }.flatMap { $0.logBreaks() } }
}
