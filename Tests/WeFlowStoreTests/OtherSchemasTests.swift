import Foundation
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

/// Tables that are not as WeChat makes them now.
struct OtherSchemasTests {
    /// A list without the column that names its rows is no empty list.
    @Test(arguments: ["CREATE TABLE SessionTable(user TEXT)", "CREATE TABLE sessiontable_1(username TEXT)"])
    func sessionsWithoutNamesAreAnError(schema: String) throws {
        let folder = try ScratchFolder()
        let scratch = try ScratchAccount(folder)
        try PlainDatabase(scratch.store("session/session.db")).run(schema)
        let error = #expect(throws: WeFlowError.self) { try SessionTables(scratch.account) }
        #expect(error?.kind == .unavailable && error?.sentence.contains("SessionTable") == true)
    }

    @Test(arguments: ["CREATE TABLE contact(id INTEGER, nick_name TEXT)", "CREATE TABLE other(username TEXT)"])
    func contactsWithoutNamesAreAnError(schema: String) throws {
        let folder = try ScratchFolder()
        let scratch = try ScratchAccount(folder)
        try PlainDatabase(scratch.store("contact/contact.db")).run(schema)
        let error = #expect(throws: WeFlowError.self) { try ContactTables(scratch.account) }
        #expect(error?.kind == .unavailable && error?.sentence.contains("contact") == true)
    }

    /// Of several automatic indexes only the first belongs to the first UNIQUE column.
    @Test func aTextIsFoundThroughItsOwnIndex() throws {
        let folder = try ScratchFolder()
        let scratch = try ScratchAccount(folder)
        let path = scratch.store("message/message_0.db")
        let database = try PlainDatabase(path)
        try database.run(
            "CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, other TEXT UNIQUE, UNIQUE(other, user_name))")
        for number in 0..<50 { try database.run("INSERT INTO Name2Id VALUES('b\(number)', 'a\(99 - number)')") }
        let account = scratch.account
        let snapshot = try account.database("message/message_0.db").snapshot()
        let table = try #require(account.tables(["name2id"], of: snapshot)["name2id"])
        for number in 0..<50 {
            #expect(try table.holds("b\(number)", in: "user_name", of: snapshot))
            #expect(try table.holds("a\(99 - number)", in: "other", of: snapshot))
        }
        #expect(try !table.holds("a50", in: "user_name", of: snapshot))
    }

    /// `PRIMARY KEY(tid)` behind the columns makes an INTEGER column the row id, which is stored as NULL.
    @Test(arguments: ["tid INTEGER PRIMARY KEY, content TEXT", "tid INTEGER, content TEXT, PRIMARY KEY(tid)"])
    func momentsAreKnownByTheirRowIDs(columns: String) throws {
        let folder = try ScratchFolder()
        let scratch = try ScratchAccount(folder)
        try FileManager.default.createDirectory(atPath: scratch.store("sns"), withIntermediateDirectories: true)
        let database = try PlainDatabase(scratch.store("sns/sns.db"))
        try database.run("CREATE TABLE SnsTimeLine(\(columns)); INSERT INTO SnsTimeLine VALUES(7, 'a'), (9, 'b')")
        var damage: [PageFailure] = []
        #expect(try MomentsTable(scratch.account).entries(&damage).map(\.tid) == [9, 7])
    }
}
