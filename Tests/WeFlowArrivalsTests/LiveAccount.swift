import Foundation
import TestSupport
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowState
import WeFlowStore

@testable import WeFlowArrivals

/// A plain account that a test writes to as the client does.
final class LiveAccount {
    static let owner = "wxid_owner"
    static let friend = "wxid_friend"
    static let group = "123@chatroom"
    static let official = "gh_news"

    let scratch: ScratchFolder
    let session: PlainDatabase
    private(set) var shards: [String: PlainDatabase] = [:]
    private var nextServerID = 1 << 40

    /// What the tables of messages say behind `local_id INTEGER PRIMARY KEY`.
    private let primaryKey: String

    /// `keepsSequence`: whether the shards count the rows that they ever gave, as WeChat's do.
    init(keepsSequence: Bool = true) throws {
        primaryKey = keepsSequence ? "AUTOINCREMENT" : ""
        scratch = try ScratchFolder()
        for name in ["message", "contact", "session"] {
            try FileManager.default.createDirectory(
                atPath: scratch.file("\(Self.owner)_1a2b/db_storage/\(name)"), withIntermediateDirectories: true)
        }
        session = try PlainDatabase(scratch.file("\(Self.owner)_1a2b/db_storage/session/session.db"))
        try session.run(
            "CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER, summary TEXT, "
                + "last_timestamp INTEGER, sort_timestamp INTEGER, last_msg_type INTEGER)")
        let contact = try PlainDatabase(scratch.file("\(Self.owner)_1a2b/db_storage/contact/contact.db"))
        try contact.run(
            "CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, remark TEXT, nick_name TEXT);"
                + "INSERT INTO contact(username, remark, nick_name) VALUES('\(Self.owner)','','Owner'),"
                + "('\(Self.friend)','Friend','F'),('\(Self.group)','','Group')")
        for talker in [Self.friend, Self.group, Self.official] { try addSession(talker) }
        try addShard("message_0", talkers: [Self.friend, Self.group])
    }

    func addSession(_ talker: String) throws {
        try session.run("INSERT INTO SessionTable VALUES('\(talker)',0,0,'',0,0,1)")
    }

    /// Opens a shard, which is made where it is not there, and makes tables in it.
    func addShard(_ name: String, talkers: [String]) throws {
        let shard =
            try shards[name]
            ?? PlainDatabase(scratch.file("\(Self.owner)_1a2b/db_storage/message/\(name).db"))
        shards[name] = shard
        try shard.run("CREATE TABLE IF NOT EXISTS Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER)")
        for talker in [Self.owner, Self.friend] + talkers {
            try shard.run("INSERT OR IGNORE INTO Name2Id VALUES('\(talker)',1)")
        }
        for talker in talkers {
            try shard.run(
                "CREATE TABLE \(Self.table(talker))(local_id INTEGER PRIMARY KEY \(primaryKey), server_id INTEGER, "
                    + "local_type INTEGER, sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, "
                    + "status INTEGER, message_content TEXT);"
                    + "CREATE INDEX \(Self.table(talker))_s ON \(Self.table(talker))(sort_seq)")
        }
    }

    /// A table that keeps no sequence, whatever the others do.
    func addPlainTable(_ talker: String, in shard: String) throws {
        try addSession(talker)
        try shards[shard]?.run(
            "INSERT OR IGNORE INTO Name2Id VALUES('\(talker)',1); CREATE TABLE \(Self.table(talker))("
                + "local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER, sort_seq INTEGER, "
                + "real_sender_id INTEGER, create_time INTEGER, status INTEGER, message_content TEXT)")
    }

    /// Adds many messages in one go.
    func sendMany(_ count: Int, in talker: String, shard: String = "message_0", at time: Int) throws {
        try shards[shard]?.run("BEGIN")
        for number in 0..<count { try send("many \(number)", in: talker, shard: shard, at: time) }
        try shards[shard]?.run("COMMIT")
    }

    // MARK: Files that are replaced

    private func path(_ shard: String) -> String {
        scratch.file("\(Self.owner)_1a2b/db_storage/message/\(shard).db")
    }

    /// What a shard holds now.
    func backup(_ shard: String) throws -> Data {
        try shards[shard]?.run("PRAGMA wal_checkpoint(TRUNCATE)")
        return try Data(contentsOf: URL(filePath: path(shard)))
    }

    /// Puts an earlier content in a shard's place.
    func restore(_ shard: String, from backup: Data, inPlace: Bool) throws {
        try shards[shard]?.run("PRAGMA wal_checkpoint(TRUNCATE)")
        shards[shard] = nil
        let path = path(shard)
        for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
        if inPlace {
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: backup)
        } else {
            try FileManager.default.removeItem(atPath: path)
            try backup.write(to: URL(filePath: path))
        }
        shards[shard] = try PlainDatabase(path)
    }

    /// Two shards change their numbers.
    func swapShards(_ first: String, _ second: String) throws {
        for name in [first, second] {
            try shards[name]?.run("PRAGMA wal_checkpoint(TRUNCATE)")
            shards[name] = nil
            for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path(name) + end) }
        }
        try FileManager.default.moveItem(atPath: path(first), toPath: path("kept"))
        try FileManager.default.moveItem(atPath: path(second), toPath: path(first))
        try FileManager.default.moveItem(atPath: path("kept"), toPath: path(second))
        for name in [first, second] { shards[name] = try PlainDatabase(path(name)) }
    }

    /// The account as it is now, at another place.
    func copy() throws -> Account {
        for shard in shards.values { try shard.run("PRAGMA wal_checkpoint(TRUNCATE)") }
        try session.run("PRAGMA wal_checkpoint(TRUNCATE)")
        try FileManager.default.createDirectory(atPath: scratch.file("other"), withIntermediateDirectories: true)
        let other = scratch.file("other/\(Self.owner)_1a2b")
        try FileManager.default.copyItem(atPath: scratch.file("\(Self.owner)_1a2b"), toPath: other)
        return Account(folder: try AccountFolder.find(other), keys: KeyRing(.none))
    }

    static func table(_ talker: String) -> String { "Msg_" + md5Hex(talker) }

    /// Adds a message and then changes the session's row, in two databases as the client does.
    @discardableResult
    func send(
        _ text: String, in talker: String, shard: String = "message_0", from sender: String = friend,
        at time: Int = Int(Date().timeIntervalSince1970), type: Int = 1, serverID: Int? = nil
    ) throws -> Int {
        nextServerID += 1
        let id = serverID ?? nextServerID
        try shards[shard]?.run(
            "INSERT INTO \(Self.table(talker))(server_id, local_type, sort_seq, real_sender_id, create_time, status, "
                + "message_content) VALUES(\(id),\(type),\(time * 1000),(SELECT rowid FROM Name2Id WHERE "
                + "user_name='\(sender)'),\(time),3,'\(text)')")
        try touch(talker, time, type: type)
        return id
    }

    func touch(_ talker: String, _ time: Int, type: Int) throws {
        try session.run(
            "UPDATE SessionTable SET unread_count=unread_count+1, last_timestamp=\(time), sort_timestamp=\(time), "
                + "last_msg_type=\(type) WHERE username='\(talker)'")
    }

    /// The account, newly opened, as another process would.
    var account: Account {
        get throws { Account(folder: try AccountFolder.find(scratch.file("\(Self.owner)_1a2b")), keys: KeyRing(.none)) }
    }

    var state: StateFolder { StateFolder(path: scratch.file("state")) }

    /// A journal, newly opened, as another process would.
    var journal: ArrivalJournal { get throws { ArrivalJournal(of: try account, in: state) } }

    static func notice(_ id: Int) -> String {
        "<sysmsg type=\"revokemsg\"><revokemsg><session>x</session><newmsgid>\(id)</newmsgid><replacemsg>"
            + "<![CDATA[\"Friend\" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>"
    }
}

/// A client that follows the cursor.
struct Poller {
    var cursor: ArrivalCursor?
    var request: NewMessagesRequest

    init(_ parameters: KeyValuePairs<String, String?> = [:]) throws {
        request = try NewMessagesRequest(Parameters(commandLine: parameters))
        request.beginning = .now
    }

    /// One call: the texts, with the event in front of a revocation.
    mutating func poll(_ journal: ArrivalJournal) throws -> (texts: [String], page: NewMessagesPage) {
        if let cursor { request.beginning = .cursor(cursor) }
        var texts: [String] = []
        let page = try NewMessagesQuery(request, journal: journal).run { arrival, message in
            texts.append(
                arrival.revoke == nil
                    ? String(decoding: message.body, as: UTF8.self) : "revoke \(arrival.rawID)")
        }
        cursor = page.cursor
        return (texts, page)
    }
}
