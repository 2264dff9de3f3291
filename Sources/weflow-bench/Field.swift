internal import Foundation

/// The accounts and the programs that read them.
struct Field {
    let workshop: Workshop
    let raw: Account
    private let plain: Account
    var rounds: Int { workshop.options.repetitions }
    var shortRounds: Int { rounds * 4 }
    var scale: Int { workshop.options.scale }

    /// Makes the large accounts, or finds them.
    init(_ workshop: Workshop) throws {
        self.workshop = workshop
        raw = try workshop.account(.raw, messages: workshop.options.scale)
        plain = try workshop.account(.plain, messages: workshop.options.scale)
    }

    // MARK: programs

    func weflow(
        _ arguments: String..., of account: Account? = nil, output: Contender.Output = .null,
        before: @escaping () throws -> Void = {}
    ) -> Contender {
        let account = account ?? raw
        return Contender(
            label: "weflow",
            command: [workshop.options.weflow] + arguments + [
                "--account", account.account, "--key-file", account.keyFile,
            ],
            output: output, before: before)
    }

    func messages(_ arguments: String..., of account: Account? = nil, output: Contender.Output = .null)
        -> Contender
    {
        let account = account ?? raw
        var contender = weflow("messages", account.talker, of: account, output: output)
        contender = Contender(label: "weflow", command: contender.command + arguments, output: output)
        return contender
    }

    /// The C program on SQLCipher.
    private func c(_ label: String, _ task: String..., of account: Account? = nil, output: Contender.Output = .null)
        -> Contender
    {
        let account = account ?? raw
        return Contender(
            label: label,
            command: [
                workshop.path("peer"), account.keys == .plain ? Workshop.sqlite : workshop.sqlcipher,
                account.store + "/message", account.peerKey, account.table, account.me,
            ] + task,
            output: output)
    }

    /// The Python program on SQLCipher.
    private func python(_ label: String, _ task: String..., isSlow: Bool = false) -> Contender {
        Contender(
            label: label,
            command: [workshop.python, workshop.source("peer.py"), raw.store, raw.peerKey, raw.table, raw.me] + task,
            isSlow: isSlow)
    }

    /// All rows read inside the library, with the columns that an export needs, or with the content alone.
    func scan(of account: Account? = nil, contentOnly: Bool = false) -> Contender {
        let account = account ?? raw
        let label = account.keys == .plain ? "SQLite's scan, not encrypted" : "SQLCipher's scan"
        var scan = c(
            contentOnly ? label + ", one column" : label, contentOnly ? "skip" : "scan", of: account)
        scan.clock = .inside
        return scan
    }

    // MARK: parts

    func start() throws -> [Line] {
        let contest = try Contest(
            workshop, rounds: shortRounds * 2,
            [("version", Contender(label: "weflow", command: [workshop.options.weflow, "--version"]))])
        let result = try contest.result("version")
        return [
            Line(
                what: "`weflow --version`", ours: Report.time(result.wall), peer: "", theirs: "", ratio: "",
                goal: "≤ 6 ms", met: result.wall <= 0.006, cpu: Report.time(result.cpu),
                peak: Report.megabytes(result.peak))
        ]
    }

    func export() throws -> [Line] {
        let copies = workshop.path("copies")
        try FileManager.default.createDirectory(atPath: copies, withIntermediateDirectories: true)
        let jsonl = messages("--limit", "0", "--format", "jsonl")
        let cExport = c("C export on SQLCipher", "export")
        let pythonExport = python("Python export", "export", isSlow: true)
        let copy = c("decrypting to a copy, C export of it", "copy", copies, Workshop.sqlite)
        try Contest.agree(workshop, [jsonl, cExport, c("twin", "export", of: plain), pythonExport, copy], lines: scale)
        let contest = try Contest(
            workshop, rounds: rounds,
            [
                ("jsonl", jsonl), ("c", cExport), ("scan", scan()), ("plain", scan(of: plain)),
                ("scan one", scan(contentOnly: true)), ("plain one", scan(of: plain, contentOnly: true)),
                ("jsonl pipe", messages("--limit", "0", "--format", "jsonl", output: .drain)),
                ("c pipe", c("C export on SQLCipher", "export", output: .drain)),
                ("json", messages("--limit", "0", "--format", "json")), ("copy", copy),
                ("chatlab", messages("--limit", "0", "--format", "chatlab")), ("python", pythonExport),
            ])
        return [
            try contest.line("all, JSON lines, to /dev/null", "jsonl", "c", goal: 0.30),
            try contest.line("", "jsonl", "scan", goal: 0.55),
            try contest.line("", "jsonl", "plain", goal: 0.85),
            try contest.line("", "jsonl", "scan one"),
            try contest.line("", "jsonl", "plain one"),
            try contest.line("", "jsonl", "copy"),
            try contest.line("", "jsonl", "python"),
            try contest.line("all, JSON lines, into a pipe", "jsonl pipe", "c pipe", goal: 0.30),
            try contest.line("all, JSON", "json", "c", goal: 0.30),
            try contest.line("", "json", "scan", goal: 0.55),
            try contest.line("", "json", "plain", goal: 0.85),
            try contest.line("all, ChatLab", "chatlab", "python", goal: 0.05),
        ]
    }

    func growth() throws -> [Line] {
        let sizes = [scale / 100, scale / 10, scale]
        let version = Contender(label: "weflow", command: [workshop.options.weflow, "--version"])
        let exports = try sizes.map { size in
            let account = try workshop.account(.raw, messages: size)
            return (String(size), messages("--limit", "0", "--format", "jsonl", of: account))
        }
        let contest = try Contest(workshop, rounds: rounds, [("version", version)] + exports)
        let base = try contest.result("version")
        let results = try sizes.map { try contest.result(String($0)) }
        let added = (results[2].peak - base.peak) / 1_048_576
        let spread = results[2].peak / results[1].peak
        let points = zip(sizes, results).map { (x: Double($0), y: $1.wall) }
        let steps = zip(points, points.dropFirst()).map { Statistics.exponent(from: $0, to: $1) }
        let steepest = steps.max() ?? 0
        return [
            Line(
                what: "memory of the export, \(scale)", ours: Report.megabytes(results[2].peak),
                peer: "`weflow --version`", theirs: Report.megabytes(base.peak),
                ratio: String(format: "+%.1f MB", added), goal: "≤ +16 MB", met: added <= 16),
            Line(
                what: "", ours: Report.megabytes(results[2].peak), peer: "the same of \(sizes[1])",
                theirs: Report.megabytes(results[1].peak), ratio: Report.ratio(spread), goal: "≤ 1.1",
                met: spread <= 1.10),
            Line(
                what: "time of the export, \(sizes.map(String.init).joined(separator: ", "))",
                ours: results.map { Report.time($0.wall) }.joined(separator: ", "), peer: "", theirs: "",
                ratio: "exponents " + steps.map { String(format: "%.3f", $0) }.joined(separator: ", "),
                goal: "≤ 1.03", met: steepest <= 1.03),
        ]
    }

    func cold() throws -> [Line] {
        let ours = messages("--limit", "100", "--format", "jsonl")
        let theirs = c("C program on SQLCipher", "page", "100", "0")
        try Contest.agree(workshop, [ours, theirs], lines: 100)
        let contest = try Contest(workshop, rounds: shortRounds, [("ours", ours), ("theirs", theirs)])
        return [try contest.line("newest 100, new process, raw key", "ours", "theirs", goal: 0.6)]
    }

    func accountKey() throws -> [Line] {
        let account = try workshop.account(.account, messages: scale)
        let warm = messages("--limit", "100", "--format", "jsonl", of: account)
        var cold = warm
        cold.before = { try workshop.forgetKeys() }
        let theirs = c("C program on SQLCipher", "page", "100", "0", of: account)
        try Contest.agree(workshop, [warm, theirs], lines: 100)
        // The run without remembered keys leaves them to the next, which is the one with them.
        let contest = try Contest(
            workshop, rounds: shortRounds, [("cold", cold), ("warm", warm), ("theirs", theirs)])
        return [
            try contest.line("the same, account key, keys remembered", "warm", "theirs", goal: 0.025),
            try contest.line("the same, keys not remembered", "cold", "theirs", goal: 0.55),
        ]
    }

    func offset() throws -> [Line] {
        let offset = String(scale / 10 * 9)
        let ours = messages("--limit", "100", "--format", "jsonl", "--offset", offset)
        let theirs = c("C program on SQLCipher", "page", "100", offset)
        let skim = c("C program that skips in the index", "skim", "100", offset)
        try Contest.agree(workshop, [ours, theirs, skim], lines: 100)
        var first = messages("--limit", "100", "--format", "jsonl")
        first = Contender(label: "weflow without offset", command: first.command)
        let contest = try Contest(
            workshop, rounds: rounds * 2, [("ours", ours), ("first", first), ("theirs", theirs), ("skim", skim)])
        return [
            try contest.line("`--offset \(offset)`", "ours", "first", goal: 6),
            try contest.line("", "ours", "theirs", goal: 0.04),
            try contest.line("", "ours", "skim"),
        ]
    }

    func middle() throws -> [Line] {
        let span = [String(raw.middleStart), String(raw.middleEnd)]
        let ours = messages("--limit", "10000", "--format", "jsonl", "--start", span[0], "--end", span[1])
        let theirs = python("Python, by time", "between", span[0], span[1])
        let indexed = python("Python, by the index on `sort_seq`", "between-seq", span[0], span[1])
        try Contest.agree(workshop, [ours, theirs, indexed])
        let contest = try Contest(
            workshop, rounds: rounds, [("ours", ours), ("theirs", theirs), ("indexed", indexed)])
        return [
            try contest.line("\(min(10000, scale / 4)) from the middle by time", "ours", "theirs", goal: 0.20),
            try contest.line("", "ours", "indexed"),
        ]
    }

    func keyword() throws -> [Line] {
        let absent = messages("--format", "jsonl", "--keyword", "不存在的词语")
        let rare = messages("--format", "jsonl", "--keyword", raw.rare)
        try Contest.agree(workshop, [absent], lines: 0)
        try Contest.agree(workshop, [rare], lines: raw.rareCount)
        let contest = try Contest(
            workshop, rounds: rounds, [("absent", absent), ("rare", rare), ("scan", scan())])
        return [
            try contest.line("keyword that does not occur", "absent", "scan", goal: 0.35),
            try contest.line("keyword that occurs three times", "rare", "scan", goal: 0.35),
        ]
    }

    func members() throws -> [Line] {
        let ours = weflow("group-members", raw.talker, "--include-message-counts")
        let theirs = c("SQL in SQLCipher", "counts")
        let indexed = c("SQL in SQLCipher, from the indexes", "counts-index")
        try agreeOnCounts(ours, theirs)
        try agreeOnCounts(ours, indexed)
        let contest = try Contest(
            workshop, rounds: rounds, [("ours", ours), ("theirs", theirs), ("indexed", indexed)])
        return [
            try contest.line("members with message counts", "ours", "theirs", goal: 0.25),
            try contest.line("", "ours", "indexed"),
        ]
    }

    /// Makes sure that both count the same number of messages.
    private func agreeOnCounts(_ ours: Contender, _ theirs: Contender) throws {
        struct Members: Decodable {
            struct Member: Decodable { let messageCount: Int }
            let members: [Member]
        }
        let answer = try Workshop.output(of: ours.command, environment: workshop.environment)
        let sum = try JSONDecoder().decode(Members.self, from: Data(answer.utf8)).members
            .reduce(0) { $0 + $1.messageCount }
        _ = try Workshop.output(of: theirs.command, environment: workshop.environment)
        let report = try String(contentsOfFile: workshop.path("report"), encoding: .utf8)
        guard report.split(whereSeparator: \.isWhitespace).last == Substring(String(sum)) else {
            throw Workshop.Failure(description: "weflow counts \(sum) messages of members, its peer reports \(report)")
        }
    }

    func lists() throws -> [Line] {
        let sessions = weflow("sessions", "--limit", "10000")
        let contacts = weflow("contacts", "--limit", "10000")
        let (theirSessions, theirContacts) = (python("Python", "sessions"), python("Python", "contacts"))
        try Contest.agree(workshop, [sessions, theirSessions])
        try Contest.agree(workshop, [contacts, theirContacts])
        let contest = try Contest(
            workshop, rounds: shortRounds,
            [
                ("sessions", sessions), ("their sessions", theirSessions), ("contacts", contacts),
                ("their contacts", theirContacts),
            ])
        return [
            try contest.line("2,000 sessions", "sessions", "their sessions", goal: 0.12),
            try contest.line("contacts out of 5,000", "contacts", "their contacts", goal: 0.12),
        ]
    }

    /// One query over a shard, printed as rows, and one that reads all of it and prints a line.
    func sql() throws -> [Line] {
        func contenders(_ select: String) -> (ours: Contender, theirs: Contender) {
            let query = "SELECT \(select) FROM \(raw.table)"
            return (
                weflow("sql", query, "--database", "message_0", "--format", "csv"),
                c("SQLCipher, as its shell", "sql", "0", "SELECT \(select) FROM %s")
            )
        }
        let rows = contenders(
            "local_id, server_id, create_time, length(message_content) AS n, "
                + "hex(substr(message_content, 1, 32)) AS head")
        let sums = contenders("count(*) AS n, sum(length(message_content)) AS bytes, max(create_time) AS last")
        try Contest.agree(workshop, [rows.ours, rows.theirs])
        try Contest.agree(workshop, [sums.ours, sums.theirs], lines: 2)
        let contest = try Contest(
            workshop, rounds: rounds,
            [("rows", rows.ours), ("their rows", rows.theirs), ("sums", sums.ours), ("their sums", sums.theirs)])
        return [
            try contest.line("`sql`, the rows of a shard", "rows", "their rows", goal: 1.0),
            try contest.line("`sql`, sums over a shard", "sums", "their sums", goal: 1.0),
        ]
    }
}
