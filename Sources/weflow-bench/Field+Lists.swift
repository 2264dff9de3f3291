internal import Foundation

/// Lists of people and chats, and queries.
extension Field {
    func members() throws -> [Line] {
        let ours = weflow("group-members", raw.talker, "--include-message-counts")
        let theirs = c("SQL in SQLCipher", "counts")
        let indexed = c("SQL in SQLCipher, from the indexes", "counts-index")
        try agreeOnCounts(ours, theirs)
        try agreeOnCounts(ours, indexed)
        let contest = try Contest(
            workshop, rounds: rounds, [("ours", ours), ("theirs", theirs), ("indexed", indexed)])
        return [
            try contest.line("members with message counts", "ours", "theirs", frames: 0),
            try contest.line("", "ours", "indexed", goal: 0.25),
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
            try contest.line("2,000 sessions", "sessions", "their sessions", goal: 0.08, frames: 0),
            try contest.line("contacts out of 5,000", "contacts", "their contacts", goal: 0.08, frames: 0),
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
            try contest.line("`sql`, the rows of a shard", "rows", "their rows", goal: 1.0, frames: 0),
            try contest.line("`sql`, sums over a shard", "sums", "their sums", goal: 1.0, frames: 0),
        ]
    }
}
