internal import Foundation

/// The accounts and the programs that read them.
struct Field {
    let workshop: Workshop
    let raw: Account
    let plain: Account
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
    func c(_ label: String, _ task: String..., of account: Account? = nil, output: Contender.Output = .null)
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
    func python(_ label: String, _ task: String..., isSlow: Bool = false) -> Contender {
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
}
