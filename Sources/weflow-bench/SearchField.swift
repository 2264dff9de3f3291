internal import Foundation

/// Searches and statistics over all chats: of an account with one large chat, and of one with many small ones.
extension Field {
    /// How many chats the other account has.
    private static let chats = 5000

    /// All messages of an account as JSON lines, for whom a plain text is there.
    private func lines(of account: Account, _ name: String) throws -> String {
        let path = workshop.path("\(name)-\(account.messages).jsonl")
        guard !FileManager.default.fileExists(atPath: path) else { return path }
        Workshop.say("\(path) …")
        let all = weflow(
            "search", "--start", "19700102", "--limit", "0", "--format", "jsonl", "--output", path, of: account)
        _ = try Workshop.output(of: all.command, environment: workshop.environment)
        return path
    }

    /// ripgrep over plain JSON lines; nil where it is not installed.
    private func ripgrep(_ word: String, _ file: String) -> Contender? {
        let places = ["/usr/bin/rg", "/usr/local/bin/rg", "/opt/homebrew/bin/rg"]
        guard let program = places.first(where: FileManager.default.isExecutableFile) else { return nil }
        // It ends with 1 where nothing is found.
        return Contender(
            label: "ripgrep on \(word == raw.rare ? "the rare word, " : "")plain JSON lines",
            command: ["/bin/sh", "-c", "\(program) -c -F '\(word)' '\(file)' || true"])
    }

    func search() throws -> [Line] {
        let many = try workshop.chats(Self.chats, each: scale / Self.chats)
        let absent = weflow("search", "不存在的词语", "--format", "jsonl")
        let rare = weflow("search", raw.rare, "--format", "jsonl")
        let frequent = weflow("search", "今天", "--format", "jsonl", "--limit", "100")
        let latin = weflow("search", "kubernetes", "--format", "jsonl")
        let sender = weflow("search", "--from", raw.me, "--limit", "100", "--format", "jsonl")
        let counts = Contender(
            label: "weflow's count of all rows, no text read",
            command: weflow("search", "--start", "19700102", "--count").command)
        let absentMany = weflow("search", "不存在的词语", "--format", "jsonl", of: many)
        let frequentMany = weflow("search", "今天", "--format", "jsonl", "--limit", "100", of: many)
        let senderMany = weflow("search", "--from", many.me, "--limit", "100", "--format", "jsonl", of: many)
        let countsMany = weflow("search", "--start", "19700102", "--count", of: many)
        try Contest.agree(workshop, [absent], lines: 0)
        try Contest.agree(workshop, [rare], lines: raw.rareCount)
        try Contest.agree(workshop, [frequent], lines: min(100, scale))
        try Contest.agree(workshop, [absentMany], lines: 0)
        let version = Contender(label: "`weflow --version`", command: [workshop.options.weflow, "--version"])
        var contenders: [(String, Contender)] = [
            ("version", version), ("absent", absent), ("rare", rare), ("frequent", frequent), ("latin", latin),
            ("sender", sender), ("counts", counts), ("absent many", absentMany), ("frequent many", frequentMany),
            ("sender many", senderMany), ("counts many", countsMany), ("scan", scan()),
        ]
        let plain = try lines(of: raw, "one")
        if let ripgrep = ripgrep("不存在的词语", plain) { contenders.append(("ripgrep", ripgrep)) }
        if let ripgrep = ripgrep(raw.rare, plain) { contenders.append(("ripgrep rare", ripgrep)) }
        let contest = try Contest(workshop, rounds: rounds, contenders)
        var lines = [
            try contest.line("search in all chats, a word that does not occur", "absent", "scan", goal: 0.20, frames: 1)
        ]
        if contenders.contains(where: { $0.0 == "ripgrep" }) {
            lines.append(try contest.line("", "absent", "ripgrep", goal: 6))
            lines.append(try contest.line("the rare word", "rare", "ripgrep rare", goal: 6))
        }
        lines += [
            // The pages read, verified and decrypted: what is left for texts is the rest.
            try contest.line("", "absent", "counts"),
            try contest.line("one that occurs \(raw.rareCount) times", "rare", "scan", goal: 0.20),
            try contest.line("a word in Latin letters", "latin", "scan", goal: 0.20),
            try time("a frequent word, newest 100", "frequent", of: contest, goal: 0.030),
            try contest.line("", "frequent", "scan"),
            try contest.line("from one sender, newest 100", "sender", "scan"),
            try contest.line("counts of all chats", "counts", "scan"),
            try contest.line(
                "\(Self.chats) chats of \(scale / Self.chats): a word that does not occur", "absent many", "absent",
                goal: 1.3),
            try time("a frequent word, newest 100", "frequent many", of: contest, goal: 0.030),
            try contest.line("", "frequent many", "frequent"),
            try contest.line("from one sender, newest 100", "sender many", "sender", goal: 1.3),
            try contest.line("counts of all chats", "counts many", "counts", goal: 1.3),
        ]
        return try lines + memory(["absent", "frequent", "absent many", "counts many"], of: contest)
    }

    func stats() throws -> [Line] {
        let day = weflow("stats", "--by", "day")
        let session = weflow("stats", "--by", "session")
        let contest = try Contest(
            workshop, rounds: rounds,
            [
                ("version", Contender(label: "`weflow --version`", command: [workshop.options.weflow, "--version"])),
                ("day", day), ("session", session), ("type", weflow("stats", "--by", "type")),
                ("sender,month", weflow("stats", "--by", "sender,month")), ("scan", scan()),
            ])
        return try [
            contest.line("statistics by day", "day", "scan", goal: 0.35, frames: 0),
            contest.line("by chat", "session", "scan", goal: 0.35),
            contest.line("by kind", "type", "scan"),
            contest.line("by sender and month", "sender,month", "scan"),
        ] + memory(["day"], of: contest)
    }

    /// A line with a goal in seconds.
    private func time(_ what: String, _ name: String, of contest: Contest, goal: Double) throws -> Line {
        let result = try contest.result(name)
        return Line(
            what: what, ours: Report.time(result.wall), peer: "", theirs: "", ratio: "",
            goal: "≤ \(Report.time(goal))", met: result.wall <= goal, cpu: Report.time(result.cpu),
            peak: Report.megabytes(result.peak))
    }

    /// What is added to the memory of a program that does nothing.
    private func memory(_ names: [String], of contest: Contest) throws -> [Line] {
        let base = try contest.result("version")
        return try names.map { name in
            let result = try contest.result(name)
            let added = (result.peak - base.peak) / 1_048_576
            return Line(
                what: "memory, \(name)", ours: Report.megabytes(result.peak), peer: "`weflow --version`",
                theirs: Report.megabytes(base.peak), ratio: String(format: "+%.1f MB", added), goal: "≤ +24 MB",
                met: added <= 24)
        }
    }
}
