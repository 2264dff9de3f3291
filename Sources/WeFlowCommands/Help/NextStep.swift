internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowStore

/// What `weflow` alone says: which account it finds, whether that opens, and what to do next.
struct NextStep {
    private let context: Context

    init(_ context: Context) { self.context = context }

    /// The page.
    func text() -> String {
        var rows: [(term: String, text: String)] = []
        var next: [String]
        do throws(WeFlowError) {
            next = try steps(&rows)
        } catch {
            rows.append(("Problem", error.sentence.inOneLine))
            next = ["weflow setup", "weflow check", "weflow config", "weflow --help"]
        }
        let style = context.style
        let head = "weflow \(Weflow.version) reads your own WeChat 4 account\n"
        let found = TermList.text(rows, width: min(max(context.terminal.width, 40), 100))
        return head + "\n" + found + "\n" + style.paint("Next", .heading) + "\n"
            + next.map { "  \($0)\n" }.joined()
    }

    private func steps(
        _ rows: inout [(term: String, text: String)]
    ) throws(WeFlowError) -> [String] {
        let settings = try Settings(AccountOptions(), in: context)
        guard let account = settings.account else {
            let places = UsualPlaces(context.environment)
            let accounts = places.accounts
            for place in accounts { rows.append(("Account", "\(place.inOneLine), which is not set yet")) }
            guard accounts.isEmpty else { return ["weflow setup", "weflow help environment"] }
            rows.append(("Account", "none is set, and none lies where WeChat puts it"))
            for place in places.olderFolders {
                rows.append(
                    ("WeChat 3", "\(place.inOneLine), which is not read; WeChat 4 keeps its own in xwechat_files"))
            }
            return ["weflow setup", "weflow sample demo && weflow sessions --account demo", "weflow help environment"]
        }
        rows.append(("Account", "\(account.value) (\(account.origin))".inOneLine))
        let key =
            settings.key.map { "set" + " (\($0.origin))" }
            ?? settings.keyFile.map { "\($0.value) (\($0.origin))" }
        rows.append(("Key", (key ?? "none is set").inOneLine))
        let opened = try settings.openAccount()
        let (count, newest) = try Self.sessions(of: opened)
        guard let newest else {
            rows.append(("Chats", "none"))
            return ["weflow contacts --format table", "weflow check"]
        }
        rows.append(("Chats", "\(count), the newest is \(newest.displayName.inOneLine.isolated)"))
        return Self.reading(newest) + ["weflow check", "weflow --help"]
    }

    /// How many sessions an account has, and the newest of them.
    static func sessions(of account: Account) throws(WeFlowError) -> (count: Int, newest: Session?) {
        var request = try SessionsRequest(Parameters())
        request.limit = 10_000
        let sessions = try SessionsQuery(request).run(on: account).sessions
        return (sessions.count, sessions.first)
    }

    /// Commands that read.
    static func reading(_ newest: Session) -> [String] {
        [
            "weflow sessions --format table",
            "weflow messages \(PrivateFile.quoted(newest.username).inOneLine) --format text",
        ]
    }
}
