import Foundation
import TestSupport
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowSearch

/// An account of plain databases with a few chats whose rows a test writes itself.
final class ScratchTalk {
    static let owner = "wxid_owner"
    static let friend = "wxid_friend"
    static let other = "wxid_other"
    static let group = "12345@chatroom"
    /// By the row id that they have in every shard's list of names.
    static let people = [owner, friend, other, group]

    private let scratch: ScratchFolder
    private var tables: Set<String> = []

    init() throws {
        scratch = try ScratchFolder()
        for name in ["message", "contact", "session"] {
            try FileManager.default.createDirectory(
                atPath: scratch.file("\(Self.owner)_1a2b/db_storage/\(name)"), withIntermediateDirectories: true)
        }
        let contacts = try database("contact/contact.db")
        let columns =
            "(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, delete_flag INTEGER, "
            + "verify_flag INTEGER, remark TEXT, nick_name TEXT)"
        try contacts.run("CREATE TABLE contact\(columns); CREATE TABLE stranger\(columns)")
        for (username, name) in [(Self.owner, "我自己"), (Self.friend, "小林"), (Self.group, "登山群")] {
            try contacts.run(
                "INSERT INTO contact(username, local_type, alias, delete_flag, verify_flag, remark, nick_name) "
                    + "VALUES('\(username)', 1, '', 0, 0, '', '\(name)')")
        }
    }

    /// The account, newly opened.
    var account: Account {
        get throws { Account(folder: try AccountFolder.find(scratch.file("\(Self.owner)_1a2b")), keys: KeyRing(.none)) }
    }

    private func database(_ name: String) throws -> PlainDatabase {
        try PlainDatabase(scratch.file("\(Self.owner)_1a2b/db_storage/\(name)"), wal: false)
    }

    /// The path of a shard.
    func path(_ shard: Int) -> String { scratch.file("\(Self.owner)_1a2b/db_storage/message/message_\(shard).db") }

    /// A message to be written.
    struct Row {
        var text: String
        var talker = ScratchTalk.friend
        var sender = 2
        var time: Int
        var sequence: Int?
        var type = 1
        var shard = 0
        var source = ""
    }

    /// Writes messages; each is the next row of its table.
    func write(_ rows: [Row]) throws {
        for shard in Set(rows.map(\.shard)).sorted() {
            let database = try database("message/message_\(shard).db")
            if tables.insert("\(shard)").inserted {
                try database.run("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY)")
                for name in Self.people { try database.run("INSERT INTO Name2Id VALUES('\(name)')") }
            }
            try database.run("BEGIN")
            for row in rows where row.shard == shard {
                let table = "Msg_\(md5Hex(row.talker))"
                if tables.insert("\(shard) \(table)").inserted {
                    try database.run(
                        """
                        CREATE TABLE \(table)(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER,
                            local_type INTEGER, sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER,
                            status INTEGER, source TEXT, message_content TEXT, compress_content TEXT,
                            packed_info_data BLOB);
                        CREATE INDEX \(table)_SORTSEQ ON \(table)(sort_seq);
                        """)
                }
                let text = row.text.replacing("'", with: "''")
                try database.run(
                    "INSERT INTO \(table)(server_id, local_type, sort_seq, real_sender_id, create_time, status, source, "
                        + "message_content) VALUES(\(Int.random(in: 1...Int.max)), \(row.type), "
                        + "\(row.sequence ?? row.time * 1000), \(row.sender), \(row.time), 3, '\(row.source)', '\(text)')"
                )
            }
            try database.run("COMMIT")
        }
    }

    /// A hit as a test compares it: the shown text.
    struct Texts: SearchQuery.Sink {
        func makeOutput() -> [(text: String, matches: [Range<Int>], before: [String], after: [String])] { [] }

        func add(
            _ hit: SearchQuery.Hit, _ message: borrowing Message,
            to output: inout [(text: String, matches: [Range<Int>], before: [String], after: [String])]
        ) {
            output.append((message.content.displayText(of: message.body), hit.matches, [], []))
        }

        func add(
            _ neighbour: borrowing Message, at place: SearchNeighbour,
            to output: inout [(text: String, matches: [Range<Int>], before: [String], after: [String])]
        ) {
            let text = neighbour.content.displayText(of: neighbour.body)
            if place.isBefore {
                output[output.count - 1].before.append(text)
            } else {
                output[output.count - 1].after.append(text)
            }
        }

        func endHit(_ output: inout [(text: String, matches: [Range<Int>], before: [String], after: [String])]) {}
    }

    /// What a search gives.
    struct Answer {
        var hits: [(text: String, matches: [Range<Int>], before: [String], after: [String])] = []
        var texts: [String] { hits.map(\.text) }
        var page: SearchQuery.Page
        var losses: MessageLosses
    }

    /// Searches as the command line does.
    func search(_ words: [String], _ values: [String: String] = [:]) async throws -> Answer {
        var parameters = Parameters()
        for (name, value) in values { parameters.set(name, to: .string(value)) }
        if !words.isEmpty { parameters.set("q", to: .array(words.map(JSONValue.string))) }
        let query = try SearchQuery(SearchRequest(parameters), in: account)
        let page = try await query.page()
        var hits: [(text: String, matches: [Range<Int>], before: [String], after: [String])] = []
        let losses = try await query.write(page, into: Texts()) { hits += $0 }
        return Answer(hits: hits, page: page, losses: losses)
    }
}
