import Synchronization
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// What the endpoints answer from: the account, and the folder of exported media.
public struct ServerContext: Sendable {
    /// The account; opened on first use and kept. It throws while the store is not to be had, and is asked again by the
    /// next request.
    public let account: @Sendable () throws(WeFlowError) -> Account
    /// Called when the store was not to be had: what the account was opened with may have changed since.
    public let invalidate: @Sendable () -> Void
    /// How and where to media are exported.
    public let media: MediaSettings
    /// What the endpoints of the moments keep between requests.
    public let moments: MomentsContext
    /// What the endpoints of new messages and of push keep between requests.
    public let push: PushContext
    let groups = GroupMembersCache()
    let answers = AnswerCache()
    private let exporters = Exporters()

    /// Puts a context together.
    public init(
        media: MediaSettings, moments: MomentsContext, push: PushContext,
        invalidate: @escaping @Sendable () -> Void = {},
        account: @escaping @Sendable () throws(WeFlowError) -> Account
    ) {
        (self.media, self.moments, self.push) = (media, moments, push)
        (self.invalidate, self.account) = (invalidate, account)
    }

    /// The exporter of an account's media, which keeps what it learnt of the account's folders.
    func exporter(for account: Account) -> MediaExporter {
        exporters.exporter(for: account, media)
    }

    /// The exporter of the account that was asked for last: there is one, unless its key or folder changed.
    private final class Exporters: Sendable {
        private let last = Mutex<(account: Account, exporter: MediaExporter)?>(nil)

        func exporter(for account: Account, _ settings: MediaSettings) -> MediaExporter {
            last.withLock { last in
                if let last, last.account === account { return last.exporter }
                let exporter = MediaExporter(account, settings: settings)
                last = (account, exporter)
                return exporter
            }
        }
    }
}
