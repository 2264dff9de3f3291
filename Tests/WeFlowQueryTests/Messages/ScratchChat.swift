import Foundation
import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowQuery

/// A plain account with one chat, whose messages are made up by a seed: with ties, without sequences, with notices,
/// senders that a shard does not know, and people who have another id in every shard.
final class ScratchChat {
    static let owner = "wxid_owner"
    /// What the client's tables have indexes on.
    static let indexes = ["real_sender_id", "sort_seq", "local_type, sort_seq"]

    let talker: String
    let scratch: ScratchFolder
    private var random: SeededGenerator

    init(talker: String, seed: UInt64) throws {
        self.talker = talker
        random = SeededGenerator(seed: seed)
        scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: scratch.file("\(Self.owner)_1a2b/db_storage/message"), withIntermediateDirectories: true)
    }

    /// The account, newly opened.
    var account: Account {
        get throws { Account(folder: try AccountFolder.find(scratch.file("\(Self.owner)_1a2b")), keys: KeyRing(.none)) }
    }

    /// The table's name.
    var table: String { "[Msg_\(md5Hex(talker))]" }

    /// Opens a shard.
    func shard(_ number: Int) throws -> PlainDatabase {
        try PlainDatabase(scratch.file("\(Self.owner)_1a2b/db_storage/message/message_\(number).db"), wal: false)
    }

    /// Makes a shard.
    ///
    /// - Parameters:
    ///   - number: which.
    ///   - count: how many messages it has.
    ///   - notices: of how many messages one is a notice.
    ///   - indexes: what has an index.
    /// - Throws: what SQLite says.
    func makeShard(_ number: Int, count: Int, notices: Int = 40, indexes: [String] = ScratchChat.indexes) throws {
        let database = try shard(number)
        let people = Set([Self.owner, talker] + (1...12).map { "wxid_\($0)" }).sorted().shuffled(using: &random)
        try database.run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            CREATE TABLE \(table)(local_id INTEGER PRIMARY KEY, local_type INTEGER, sort_seq INTEGER,
                real_sender_id INTEGER, create_time INTEGER, status INTEGER, message_content TEXT);
            """)
        for (place, columns) in indexes.enumerated() {
            try database.run("CREATE INDEX i\(place) ON \(table)(\(columns))")
        }
        for name in people { try database.run("INSERT INTO Name2Id VALUES('\(name)')") }
        // Some come and others go, and there are those who speak once.
        let often = Int.random(in: 1...4, using: &random)
        var rows: [String] = []
        for place in 0..<count {
            var sender = place * 3 / count * 4 + Int.random(in: 1...often, using: &random)
            if chance(100) { sender = Int.random(in: 1...people.count, using: &random) }
            if chance(count) { sender = [0, -3, 77].randomElement(using: &random) ?? 0 }
            let time = 1_700_000_000 + place / 3 + (chance(20) ? Int.random(in: -400...400, using: &random) : 0)
            let sequence = chance(50) ? ["0", "NULL"].randomElement(using: &random) ?? "" : "\(time / 2 * 1000)"
            let (type, text) = notice(oneIn: notices)
            let prefix = chance(3) ? "wxid_\(Int.random(in: 1...14, using: &random)):\n" : ""
            let status = Int.random(in: 2...3, using: &random)
            rows.append("(\(type), \(sequence), \(sender), \(time), \(status), '\(prefix)\(text)')")
        }
        if chance(3) { rows.shuffle(using: &random) }
        try database.run(
            "INSERT INTO \(table)(local_type, sort_seq, real_sender_id, create_time, status, message_content) VALUES"
                + rows.joined(separator: ","))
    }

    private func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<max(1, oneIn), using: &random) == 0 }

    /// A text, or now and then a notice; one that somebody sent is among these.
    private func notice(oneIn: Int) -> (type: Int, text: String) {
        guard chance(oneIn) else { return (1, "text") }
        let notices = [
            (10000, "somebody joined"), (10000, ""),
            (10002, "<sysmsg><revokemsg><content>gone</content></revokemsg></sysmsg>"),
            (10002, "<sysmsg><pat><fromusername>wxid_2</fromusername><template>hm</template></pat></sysmsg>"),
            (5 << 32 | 10000, "a type with a sub-type"),
        ]
        return notices.randomElement(using: &random) ?? (10000, "")
    }
}
