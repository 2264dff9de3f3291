internal import WeFlowMedia
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowStore
internal import WeFlowSystem

/// What `weflow setup` does between its options and the configuration (<doc:SettingsAndSecrets#Setting-up>).
struct SetupDialogue {
    private var options: AccountOptions
    private let isForced: Bool
    private let keepsKey: Bool?
    private let context: Context
    private let config: ConfigFile
    /// How often something may be typed.
    static let tries = 3

    /// Reads the configuration as it is.
    ///
    /// - Throws: `.unavailable` where it cannot be used.
    init(options: AccountOptions, isForced: Bool, keepsKey: Bool?, in context: Context) throws(WeFlowError) {
        (self.options, self.isForced, self.keepsKey, self.context) = (options, isForced, keepsKey, context)
        config = try ConfigFile(folder: context.folders.config, home: context.environment["HOME"])
    }

    private var asks: Bool { context.terminal.takesInput }

    /// The account that the configuration names; as it stands there where it is no longer one.
    private var known: String? {
        config.texts["account"].map(Self.meaning)
    }

    private static func meaning(of account: String) -> String {
        do throws(WeFlowError) { return try Settings.folder(account).path } catch { return account }
    }

    /// Finds, asks, tries and writes.
    ///
    /// - Returns: what can be read, and what to do next.
    /// - Throws: `.usage` where something would have to be asked and nobody can answer; `.unavailable` where the account
    ///   does not open; `.system` where the configuration cannot be written; `ExitCode` where the user said no.
    mutating func run() async throws -> String {
        let folder = try folder()
        guard !folder.path.hasPrefix("/proc/self/fd/") else {
            throw WeFlowError(
                .unavailable,
                "the path of \(folder.name) is no UTF-8, which a configuration cannot hold; set WEFLOW_ACCOUNT to it")
        }
        options.account = folder.path
        let settings = try Settings(options, in: context)
        let isOther = try isOfOther(folder.path)
        let keys = SetupKeys(
            asksForMore: options.keyFile == nil || options.keyFile == "-", config: config, context: context)
        let (candidate, account) = try await keys.opening(folder, settings, isOther: isOther)
        let (report, imageKey) = try await check(account, settings)
        func given(_ setting: Setting<SecretBytes>?) -> SecretBytes? {
            if case .file? = setting?.origin { nil } else { setting?.value }
        }
        let key = try keeping(candidate.entry, of: folder)
        try mayReplaceKey(with: key)
        let change = ConfigChange(
            account: folder.path, key: key, imageKey: imageKey ?? given(settings.imageKey),
            imageXorKey: given(settings.imageXorKey), isNamed: known == folder.path, isOther: isOther)
        let isChanged = try change.write(over: config)
        if let named = context.environment["WEFLOW_ACCOUNT"], Self.meaning(of: named) != folder.path {
            context.warn("WEFLOW_ACCOUNT names another account and goes before the configuration; unset it")
        }
        return try text(report, of: account, change.key, isChanged: isChanged)
    }

    // MARK: The folder

    private func folder() throws -> AccountFolder {
        if let given = options.account ?? context.environment["WEFLOW_ACCOUNT"] { return try Settings.folder(given) }
        let usual = UsualPlaces(context.environment)
        var accounts = usual.accounts
        if let known, Paths.exists(known) { accounts = [known] + accounts.filter { Paths.resolved($0) != known } }
        guard asks else {
            guard accounts.count == 1, options.keyFile != nil else {
                throw WeFlowError(
                    .usage,
                    "there is no terminal to ask on; give --account DIR, the folder that holds db_storage, and --key-file "
                        + "FILE (- reads the key from the standard input)")
            }
            return try Settings.folder(accounts[0])
        }
        for place in usual.olderFolders where accounts.isEmpty {
            context.report(
                "\(place) is a folder of WeChat 3, which is not read; WeChat 4 keeps its own in xwechat_files")
        }
        if accounts.count == 1, context.asks("use the account \(accounts[0])?", isYes: true) {
            return try Settings.folder(accounts[0])
        }
        if accounts.count > 1 {
            for (number, place) in accounts.enumerated() { context.report("\(number + 1)  \(place)") }
        }
        return try typedFolder(among: accounts)
    }

    /// The folder that somebody types, or its number in the list; asked again as long as it is none.
    private func typedFolder(among accounts: [String]) throws(WeFlowError) -> AccountFolder {
        let question =
            accounts.count > 1
            ? "number of the account, or another folder" : "account folder, the one that holds db_storage"
        for attempt in 1... {
            var text = try context.answer(to: question)
            // As a file manager or a shell hands paths over.
            for quote in ["\"", "'"] where text.count > 1 && text.hasPrefix(quote) && text.hasSuffix(quote) {
                text = String(text.dropFirst().dropLast())
            }
            if let number = Int(text), accounts.indices.contains(number - 1) {
                return try Settings.folder(accounts[number - 1])
            }
            guard !text.isEmpty else { continue }
            if text.hasPrefix("~/"), let home = context.environment["HOME"] { text = home + text.dropFirst() }
            do throws(WeFlowError) {
                return try Settings.folder(text)
            } catch {
                guard attempt < Self.tries else { throw error }
                context.report(error.sentence)
            }
        }
        throw WeFlowError(.usage, "no account folder was named; nothing was written")
    }

    /// Whether the configuration is of another account; where it is, somebody has to agree.
    private func isOfOther(_ path: String) throws -> Bool {
        guard let known, known != path else { return false }
        try replace("is of another account, \(known)")
        return true
    }

    /// A key without an account is somebody's, perhaps another's than this one's.
    private func mayReplaceKey(with key: ConfigChange.Key) throws {
        guard config.texts["account"] == nil, config.secrets["key"] != nil || config.texts["keyFile"] != nil else {
            return
        }
        switch key {
        case .none, .asBefore: return
        case .file, .kept: try replace("holds another key")
        }
    }

    /// Asks before settings are replaced.
    ///
    /// - Throws: `.usage` where nobody can answer; `ExitCode` where the answer is no.
    private func replace(_ what: String) throws {
        if isForced { return }
        guard asks else {
            throw WeFlowError(.usage, "\(config.path) \(what); give --force to replace it")
        }
        guard context.asks("\(config.path) \(what); replace it?") else {
            context.report("nothing was written")
            throw ExitCode.failure
        }
    }

    // MARK: What is written

    /// What of the account can be read, and the key of its pictures where somebody typed one that opens them.
    private func check(_ account: Account, _ settings: Settings) async throws -> (CheckReport, SecretBytes?) {
        let keys = try settings.imageKeys()
        let report = try await CheckQuery(imageKeys: keys).run(on: account)
        guard asks, keys.aes == nil, let media = report.media, media.encrypted > 0, media.opened == 0 else {
            return (report, nil)
        }
        let text = try context.secretAnswer(to: "key of the pictures, 16 characters (empty leaves them out)")
        guard !text.isEmpty else { return (report, nil) }
        var own = options
        own.imageKey = text
        let typed = try Settings(own, in: context.silent)
        let better = try await CheckQuery(imageKeys: Self.keys(of: typed)).run(on: account)
        guard let media = better.media, media.opened > 0 else {
            context.warn("that key opens none of the pictures and is left out; weflow setup asks again")
            return (report, nil)
        }
        return (better, typed.imageKey?.value)
    }

    /// The keys of pictures as far as they have the form of one: another opens none.
    private static func keys(of settings: Settings) -> ImageKeys {
        do throws(WeFlowError) { return try settings.imageKeys() } catch { return ImageKeys() }
    }

    /// What the configuration is to say, with the name of the file that keeps a key.
    private func keeping(_ entry: ConfigChange.Key, of folder: AccountFolder) throws -> ConfigChange.Key {
        guard case .kept(let key, _) = entry else { return entry }
        let name = "\(folder.likelyUsername).key"
        let path = "\(Paths.folder(of: config.path))/\(name)"
        let keeps =
            keepsKey ?? (!asks || context.asks("keep the key in \(path), which only you can read?", isYes: true))
        return keeps ? .kept(key, name: name) : .none
    }

    // MARK: The answer

    private func text(
        _ report: CheckReport, of account: Account, _ key: ConfigChange.Key, isChanged: Bool
    ) throws(WeFlowError) -> String {
        var rows = checkSummary(report)
        if case .kept(_, let name) = key {
            rows.append(("Kept key", "\(Paths.folder(of: config.path))/\(name), readable by you alone"))
        }
        rows.append(("Settings", config.path + (isChanged ? ", written" : ", as it was")))
        let (count, newest) = try NextStep.sessions(of: account)
        rows.append(("Chats", "\(count)"))
        let next = newest.map(NextStep.reading) ?? ["weflow contacts --format table"]
        let list = TermList.text(
            rows.map { ($0.term, $0.text.inOneLine) }, width: min(max(context.terminal.width, 40), 100))
        return list + "\n" + context.style.paint("Next", .heading) + "\n"
            + (next + ["weflow archive wechat-archive"]).map { "  \($0)\n" }.joined()
    }
}
