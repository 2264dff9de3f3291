import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// What some databases of an account were in at one moment: equal states mean equal content.
struct StoreState: Sendable, Equatable {
    private let account: Account
    private let generations: [String: [UInt32]]

    /// Looks at the databases.
    ///
    /// - Parameters:
    ///   - account: whose databases.
    ///   - databases: the names of those that count; one that is not there counts as absent.
    ///   - hasMessages: whether all databases of messages count, too.
    /// - Throws: why one cannot be read.
    init(of account: Account, _ databases: [String], hasMessages: Bool) throws(WeFlowError) {
        self.account = account
        var generations: [String: [UInt32]] = [:]
        var files = databases.filter { account.hasDatabase($0) }.map { account.database($0) }
        if hasMessages { files += account.messageShards().map(\.database) }
        for file in files {
            let version = try file.version()
            generations[file.name] = [version.epoch, version.generation]
        }
        self.generations = generations
    }

    /// Databases that an account opened anew has read count from the start, so they compare to no other's.
    static func == (a: StoreState, b: StoreState) -> Bool {
        a.account === b.account && a.generations == b.generations
    }
}
