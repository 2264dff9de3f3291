internal import Synchronization
internal import WeFlowCrypto
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowStore

/// The account of a server: opened once and kept; opened anew where folder or key have become others.
///
/// When the store was not to be had, the next request reads the settings again, the configuration and the key file with
/// them, so that a new key counts without a restart. Where nothing has changed the open account stays.
final class ServedAccount: Sendable {
    private struct State {
        var account: Account?
        var identity: [UInt8]?
        var isDoubted = true
    }

    private let state = Mutex(State())
    private let settings: @Sendable () throws(WeFlowError) -> Settings
    /// Why the account could not be opened at the start.
    let failure: WeFlowError?

    /// Opens the account; where it cannot be had now it is tried again by each request.
    ///
    /// - Throws: `.unavailable` where no account folder is given at all.
    init(_ options: AccountOptions, in context: Context, _ first: Settings) throws(WeFlowError) {
        guard first.account != nil else {
            _ = try first.openAccount()
            failure = nil
            settings = { () throws(WeFlowError) in first }
            return
        }
        let quiet = context.silent
        // The standard input gives the key once.
        let isReadOnce = first.keyFile?.value == "-"
        settings = { [quiet] () throws(WeFlowError) in isReadOnce ? first : try Settings(options, in: quiet) }
        do {
            let account = try first.openAccount()
            let identity = isReadOnce ? nil : try Self.identity(first, account)
            state.withLock { $0 = State(account: account, identity: identity, isDoubted: false) }
            failure = nil
        } catch {
            failure = error
        }
    }

    /// The account as of now.
    ///
    /// - Throws: `.unavailable` where it cannot be opened.
    func account() throws(WeFlowError) -> Account {
        try state.withLock { state throws(WeFlowError) in
            if let account = state.account, !state.isDoubted { return account }
            let settings = try settings()
            if let account = state.account, settings.keyFile?.value == "-" { return account }
            let account = try settings.openAccount()
            let identity = try Self.identity(settings, account)
            state.isDoubted = false
            if let known = state.account, state.identity == identity { return known }
            (state.account, state.identity) = (account, identity)
            return account
        }
    }

    /// The store was not to be had.
    func invalidate() {
        state.withLock { $0.isDoubted = true }
    }

    /// What tells an account under one key from the same under another, without keeping the key.
    private static func identity(_ settings: Settings, _ account: Account) throws(WeFlowError) -> [UInt8] {
        var hash = SHA256()
        hash.update(Array(account.folder.path.utf8) + [0])
        if let key = settings.key {
            key.value.withUnsafeBytes { hash.update($0) }
        } else if let file = settings.keyFile, let bytes = try PrivateFile(path: file.value)?.bytes {
            hash.update(bytes)
        }
        return hash.finalize()
    }
}
