internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowStore
internal import WeFlowSystem

/// Finds the key that opens an account for `weflow setup`: what is set, or what somebody types.
struct SetupKeys {
    /// A key on trial, and what the configuration is to say of it.
    struct Candidate {
        let material: KeyMaterial
        let entry: ConfigChange.Key
    }

    /// Whether somebody may be asked where what is set does not open the account.
    let asksForMore: Bool
    /// The configuration as it is.
    let config: ConfigFile
    /// Terminal and environment.
    let context: Context

    private var asks: Bool { context.terminal.takesInput }

    /// The key that opens the account: what is set, none where none is needed, or what somebody types.
    ///
    /// - Throws: `.unavailable` where none opens it; `.usage` where the input ends.
    func opening(
        _ folder: AccountFolder, _ settings: Settings, isOther: Bool
    ) async throws -> (Candidate, Account) {
        do throws(WeFlowError) {
            let candidate = try candidate(settings, isOther: isOther)
            return (candidate, try await tried(candidate, folder, settings))
        } catch {
            guard asks, asksForMore else { throw error }
            // A key that was never given is no mistake.
            let isGiven = settings.key != nil || settings.keyFile.map { $0.value != "-" } == true
            if isGiven { context.report(error.sentence) }
        }
        for attempt in 1...SetupDialogue.tries {
            do throws(WeFlowError) {
                let text = try context.secretAnswer(
                    to: "database key, or a file that holds it (nothing is shown while you type)")
                let candidate = try typed(text)
                return (candidate, try await tried(candidate, folder, settings))
            } catch {
                guard attempt < SetupDialogue.tries, error.kind != .usage else { throw error }
                context.report(error.sentence)
            }
        }
        throw WeFlowError(.usage, "no key was given; nothing was written")
    }

    /// What the settings say.
    private func candidate(_ settings: Settings, isOther: Bool) throws(WeFlowError) -> Candidate {
        func isOfConfig(_ origin: Origin?) -> Bool { origin == .file(config.path) }
        if isOfConfig(settings.key?.origin) || isOfConfig(settings.keyFile?.origin) {
            // The key of another account says nothing of this one.
            guard !isOther else { return Candidate(material: .none, entry: .none) }
            return Candidate(material: try settings.keyMaterial(), entry: .asBefore)
        }
        if let key = settings.key {
            let material = try settings.keyMaterial()
            if case .file = key.origin { return Candidate(material: material, entry: .none) }
            return Candidate(material: material, entry: .kept(key.value, name: ""))
        }
        guard let file = settings.keyFile else { return Candidate(material: .none, entry: .none) }
        if file.value == "-" {
            // A person at a terminal is asked, unseen.
            guard !asks else { return Candidate(material: .none, entry: .none) }
            let bytes = try StateFolder.readAll(.standardInput, limit: 1 << 20, name: "the standard input")
            var text = WrittenText.decoded(bytes)
            while text.last?.isWhitespace == true { text.removeLast() }
            return Candidate(
                material: try KeyMaterial.parse(text, origin: "the standard input"),
                entry: .kept(SecretBytes(Array(text.utf8)), name: ""))
        }
        let material = try settings.keyMaterial()
        return Candidate(material: material, entry: .file(Paths.resolved(file.value) ?? file.value))
    }

    /// What somebody typed: a key, or the path of a file that holds one.
    private func typed(_ text: String) throws(WeFlowError) -> Candidate {
        guard !text.isEmpty else {
            throw WeFlowError(.unavailable, "nothing was typed; type the key, or Ctrl-C to stop")
        }
        var path = text
        if path.hasPrefix("~/"), let home = context.environment["HOME"] { path = home + path.dropFirst() }
        if let full = Paths.resolved(path), let file = try PrivateFile(path: full) {
            try file.refuseOthers(holding: "a key")
            return Candidate(material: try KeyMaterial.parse(file: file.bytes, origin: full), entry: .file(full))
        }
        return Candidate(
            material: try KeyMaterial.parse(text, origin: "your answer"),
            entry: .kept(SecretBytes(Array(text.utf8)), name: ""))
    }

    /// The account under a key that opens at least one of its databases.
    private func tried(
        _ candidate: Candidate, _ folder: AccountFolder, _ settings: Settings
    ) async throws(WeFlowError) -> Account {
        let account = settings.open(folder, candidate.material)
        let report: CheckReport
        do {
            report = try await CheckQuery().run(on: account)
        } catch {
            throw WeFlowError(.unavailable, "the account could not be looked at; start again")
        }
        guard report.verdict != .unreadable else {
            let reason = report.losses.first?.reason ?? "nothing can be read"
            throw WeFlowError(.unavailable, reason)
        }
        return account
    }
}
