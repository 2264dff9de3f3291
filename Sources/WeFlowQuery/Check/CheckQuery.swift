public import WeFlowMedia
import WeFlowPages
public import WeFlowStore
import WeFlowSystem

/// Opens every database of an account and says what can be read, what is missing and what that costs
/// (<doc:CheckingAccounts>).
public struct CheckQuery: Sendable {
    /// Whether every page of every database is verified.
    public let isDeep: Bool
    /// What is known of the keys of pictures; nil leaves them out of the judgement.
    public let imageKeys: ImageKeys?

    /// How far a deep check has come.
    public struct Progress: Sendable, Equatable {
        /// Pages verified.
        public var done: UInt64
        /// Pages to be verified in all.
        public var total: UInt64
        /// The database that is being verified.
        public var database: String
    }

    /// Makes a check.
    ///
    /// - Parameters:
    ///   - isDeep: whether every page of every database is verified.
    ///   - imageKeys: what is known of the keys of pictures; nil leaves them out of the judgement.
    public init(isDeep: Bool = false, imageKeys: ImageKeys? = nil) {
        self.isDeep = isDeep
        self.imageKeys = imageKeys
    }

    /// Checks an account. Damage is in the result and no error.
    ///
    /// - Parameters:
    ///   - account: what is checked.
    ///   - progress: told how far a deep check has come.
    /// - Returns: what was found.
    /// - Throws: `CancellationError`.
    public func run(on account: Account, progress: (Progress) -> Void = { _ in }) async throws -> CheckReport {
        var databases = try await inspect(account.databaseNames(), account)
        if isDeep {
            try await verify(&databases, account, progress)
            let isHit = databases.contains { $0.messages != nil && !$0.damage.isEmpty }
            if isHit {
                let names = ChatNames(account)
                for place in databases.indices where databases[place].messages != nil {
                    names.name(&databases[place].damage)
                }
            }
        }
        let keyForm = keyForm(account)
        let hasMessages = databases.contains { $0.messages != nil }
        let media = hasMessages ? try await MediaCensus(account, imageKeys: imageKeys ?? ImageKeys()).run() : nil
        var losses = Losses(
            account, databases, keyForm: keyForm, media: imageKeys == nil ? nil : media,
            hasImageKey: imageKeys?.aes != nil)
        let breaks = account.logBreaks()
        for broken in breaks { losses.add(broken) }
        let verdict = verdict(databases, isCut: !breaks.isEmpty)
        let lists = verdict == .unreadable ? [] : ListCensus(account: account, databases: databases).run()
        return CheckReport(
            account: account.folder.path, ownUsername: account.owner.username, keyForm: keyForm, isDeep: isDeep,
            databases: databases, losses: losses.all, verdict: verdict, media: media, lists: lists)
    }

    /// Opens the databases side by side: the first time each costs its rounds.
    private func inspect(_ names: [String], _ account: Account) async throws -> [DatabaseCheck] {
        var checks: [DatabaseCheck] = []
        var rest = names[...]
        try await orderedPipeline(
            width: System.processors, next: { rest.popFirst() },
            work: { DatabaseInspection(account: account, name: $0).run() },
            consume: {
                checks.append($0)
                return true
            })
        guard checks.contains(where: { $0.pageCount != nil }) else { return checks }
        // Now that the key fitted somewhere it is known to be right, so that the others can be told what ails them.
        return checks.map { check in
            guard case .unreadable(let error) = check.state, error.kind == .unavailable else { return check }
            return DatabaseInspection(account: account, name: check.name).run()
        }
    }

    private func verify(
        _ databases: inout [DatabaseCheck], _ account: Account, _ progress: (Progress) -> Void
    ) async throws {
        let total = databases.reduce(0) { $0 + UInt64($1.pageCount ?? 0) }
        var done: UInt64 = 0
        for place in databases.indices where databases[place].pageCount != nil {
            let name = databases[place].name
            do {
                let check = DeepCheck(account: account, name: name, width: System.processors)
                let damage = try await check.run { pages in
                    // A database that grew meanwhile, or was begun anew, must not exceed the whole.
                    done = min(total, done + UInt64(pages))
                    progress(Progress(done: done, total: total, database: name))
                }
                databases[place].damage = damage
                // Whole pages do not make a table readable that is none.
                if case .unreadable = databases[place].state { continue }
                databases[place].state = damage.isEmpty ? .whole : .damaged
            } catch let error as WeFlowError {
                databases[place].state = .unreadable(error)
            }
        }
    }

    private func verdict(_ databases: [DatabaseCheck], isCut: Bool) -> CheckReport.Verdict {
        guard databases.contains(where: { $0.pageCount != nil && $0.role != .other }) else { return .unreadable }
        let roles = Set(databases.filter { $0.state != .empty }.map(\.role))
        let isComplete = DatabaseRole.allCases.allSatisfy { !$0.isEssential || roles.contains($0) }
        let isWhole = databases.allSatisfy { $0.state == .whole || $0.state == .empty }
        return isComplete && isWhole && !isCut ? .whole : .damaged
    }

    private func keyForm(_ account: Account) -> CheckReport.KeyForm {
        switch account.keys.given {
        case .none: .none
        case .salted: .page
        case .map: .map
        case .bare:
            switch account.keys.form {
            case .account: .account
            case .page: .page
            case .unknown: .unproven
            }
        }
    }
}
