internal import Foundation

/// What reads a chat from one end to the other: exports, and how time and memory grow with them; and the start.
extension Field {
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
            try contest.line("all, JSON lines, to /dev/null", "jsonl", "c", goal: 0.30, frames: 1),
            try contest.line("its processor time", "jsonl", "c", goal: 0.32, byProcessor: true),
            try contest.line("", "jsonl", "scan", goal: 0.55),
            try contest.line("", "jsonl", "plain", goal: 0.85),
            try contest.line("", "jsonl", "scan one"),
            try contest.line("", "jsonl", "plain one"),
            try contest.line("", "jsonl", "copy"),
            try contest.line("", "jsonl", "python"),
            try contest.line("all, JSON lines, into a pipe", "jsonl pipe", "c pipe", goal: 0.16, frames: 1),
            try contest.line("all, JSON", "json", "c", goal: 0.30, frames: 1),
            try contest.line("its processor time", "json", "c", goal: 0.32, byProcessor: true),
            try contest.line("", "json", "scan", goal: 0.55),
            try contest.line("", "json", "plain", goal: 0.85),
            try contest.line("all, ChatLab", "chatlab", "python", goal: 0.05, frames: 1),
            try contest.line("its processor time", "chatlab", "c", goal: 0.32, byProcessor: true),
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
}
