internal import Foundation

/// The lists of what lies beside messages, as a whole and up to their first line.
struct CollectionsField {
    let workshop: Workshop
    private let account: Account

    private static let counts = (favorites: 5000, pushes: 20_000, files: 20_000)

    /// Makes the account, or finds it.
    init(_ workshop: Workshop) throws {
        self.workshop = workshop
        account = try workshop.collections(
            favorites: Self.counts.favorites, pushes: Self.counts.pushes, files: Self.counts.files)
    }

    private func weflow(_ name: String, _ format: String) -> [String] {
        [
            workshop.options.weflow, name, "--limit", "0", "--format", format, "--account", account.account,
            "--key-file",
            account.keyFile,
        ]
    }

    func lines() throws -> [Line] {
        let rounds = workshop.options.repetitions
        let version = Contender(label: "`weflow --version`", command: [workshop.options.weflow, "--version"])
        var lines: [Line] = []
        for (name, what) in [
            ("favorites", "\(Self.counts.favorites) favourites"),
            ("articles", "articles of \(Self.counts.pushes) pushes"),
            ("files", "\(Self.counts.files) files"),
        ] {
            let all = Contender(label: "weflow", command: weflow(name, "jsonl"), output: .drain)
            // The program ends when nobody reads on.
            let first = Contender(
                label: "weflow", command: ["/bin/sh", "-c", #""$0" "$@" | head -n 1"#] + weflow(name, "jsonl"),
                output: .drain)
            let python = Contender(
                label: "Python",
                command: [
                    workshop.python, workshop.source("peer.py"), account.store, account.peerKey, account.table,
                    account.me, name,
                ], output: .drain)
            let counts = try [all, python].map { try Contest.run($0, workshop, output: .check).lines }
            guard counts[0] == counts[1] else {
                throw Workshop.Failure(description: "weflow prints \(counts[0]) \(name), Python \(counts[1])")
            }
            let contest = try Contest(
                workshop, rounds: rounds,
                [
                    ("version", version), ("all", all), ("first", first), ("python", python),
                    ("json", Contender(label: "weflow", command: weflow(name, "json"), output: .drain)),
                ])
            let room = (try contest.result("all").peak - contest.result("version").peak) / 1_048_576
            lines.append(try contest.line("\(what), JSON lines", "all", "python", goal: 0.25))
            lines.append(try contest.line("its first line", "first", "python", goal: 0.10))
            lines.append(try contest.line("the same as one object", "json", "python", goal: 0.40))
            lines.append(
                Line(
                    what: "its memory above that of `--version`", ours: String(format: "%.1f MB", room), peer: "",
                    theirs: "",
                    ratio: "", goal: "≤ 24 MB", met: room <= 24))
        }
        return lines
    }
}
