internal import Foundation

/// What reads a part of a chat: pages of messages, spans of time, words.
extension Field {
    func cold() throws -> [Line] {
        let ours = messages("--limit", "100", "--format", "jsonl")
        let theirs = c("C program on SQLCipher", "page", "100", "0")
        try Contest.agree(workshop, [ours, theirs], lines: 100)
        let contest = try Contest(workshop, rounds: shortRounds, [("ours", ours), ("theirs", theirs)])
        return [try contest.line("newest 100, new process, raw key", "ours", "theirs", goal: 0.6, frames: 0)]
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
            workshop, rounds: shortRounds,
            [
                ("cold", cold), ("warm", warm), ("theirs", theirs),
                ("version", Contender(label: "`weflow --version`", command: [workshop.options.weflow, "--version"])),
            ])
        return [
            try contest.line("the same, account key, keys remembered", "warm", "theirs", goal: 0.014, frames: 0),
            try contest.line("", "warm", "version", goal: 2),
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
            try contest.line("", "ours", "theirs", goal: 0.012, frames: 0),
            try contest.line("", "ours", "skim"),
        ]
    }

    func middle() throws -> [Line] {
        let most = min(10000, scale / 4)
        let span = [String(raw.middleStart), String(raw.middleEnd)]
        let ours = messages("--limit", "10000", "--format", "jsonl", "--start", span[0], "--end", span[1])
        let theirs = python("Python, by time", "between", span[0], span[1])
        let indexed = python("Python, by the index on `sort_seq`", "between-seq", span[0], span[1])
        try Contest.agree(workshop, [ours, theirs, indexed])
        let contest = try Contest(
            workshop, rounds: rounds, [("ours", ours), ("theirs", theirs), ("indexed", indexed)])
        return [
            try contest.line(
                "\(most) from the middle by time", "ours", "theirs", goal: 0.15,
                frames: Double(most) / Double(scale)),
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
            try contest.line("keyword that does not occur", "absent", "scan", goal: 0.35, frames: 1),
            try contest.line("keyword that occurs three times", "rare", "scan", goal: 0.35, frames: 1),
        ]
    }
}
