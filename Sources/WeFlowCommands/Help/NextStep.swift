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
            next = ["weflow check", "weflow config", "weflow --help"]
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
            let places = Self.accounts(home: context.environment["HOME"])
            guard let first = places.first else {
                rows.append(("Account", "none is set, and none lies where WeChat puts it"))
                return [
                    "weflow sample demo && weflow sessions --account demo",
                    "weflow sessions --account DIR --key-file FILE",
                    "weflow help environment",
                ]
            }
            for place in places { rows.append(("Account", "\(place.inOneLine), which is not set yet")) }
            return [
                "export WEFLOW_ACCOUNT=\(PrivateFile.quoted(first).inOneLine)", "export WEFLOW_KEY_FILE=FILE",
                "weflow check",
            ]
        }
        rows.append(("Account", "\(account.value) (\(account.origin))".inOneLine))
        let key =
            settings.key.map { "set" + " (\($0.origin))" }
            ?? settings.keyFile.map { "\($0.value) (\($0.origin))" }
        rows.append(("Key", (key ?? "none is set").inOneLine))
        let opened = try settings.openAccount()
        var request = try SessionsRequest(Parameters())
        request.limit = 10_000
        let sessions = try SessionsQuery(request).run(on: opened).sessions
        guard let newest = sessions.first else {
            rows.append(("Sessions", "none"))
            return ["weflow contacts --format table", "weflow check"]
        }
        rows.append(("Sessions", "\(sessions.count), the newest is \(newest.displayName.inOneLine.isolated)"))
        return [
            "weflow sessions --format table",
            "weflow messages \(PrivateFile.quoted(newest.username).inOneLine) --format text", "weflow check",
            "weflow --help",
        ]
    }

    /// Accounts where WeChat puts them: Linux, macOS, and Windows as WSL shows it.
    static func accounts(home: String?) -> [String] {
        var roots: [String] = []
        if let home {
            roots = [
                "\(home)/Documents/xwechat_files", "\(home)/xwechat_files",
                "\(home)/Library/Containers/com.tencent.xinWeChat/Data/Documents/xwechat_files",
            ]
        }
        roots += AccountFolder.folders(in: "/mnt/c/Users").map { "\($0)/Documents/xwechat_files" }
        return roots.flatMap { AccountFolder.accounts(under: $0) }
    }
}
