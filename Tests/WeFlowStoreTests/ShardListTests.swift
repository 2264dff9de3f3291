import Foundation
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite struct ShardListTests {
    /// Makes the folder of messages look as if it had changed long ago.
    private func settle(_ scratch: ScratchAccount) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: scratch.store("message"))
    }

    @Test func aListIsCurrentUntilADatabaseComesOrGoes() throws {
        let folder = try ScratchFolder()
        let scratch = try ScratchAccount(folder)
        for name in ["message_1.db", "biz_message_0.db", "message_0.db", "message_fts.db"] {
            try Data([1]).write(to: URL(filePath: scratch.store("message/\(name)")))
        }
        try Data().write(to: URL(filePath: scratch.store("message/message_2.db")))
        let account = scratch.account
        try settle(scratch)
        let list = ShardList(of: account)
        #expect(
            list.shards.map(\.database.name) == [
                "message/message_0.db", "message/message_1.db", "message/biz_message_0.db",
            ])
        #expect(list.isCurrent)

        // A file that is filled changes nothing of the folder.
        let empty = try FileHandle(forWritingTo: URL(filePath: scratch.store("message/message_2.db")))
        try empty.write(contentsOf: Data([1]))
        try empty.close()
        #expect(!list.isCurrent)
        try settle(scratch)
        let filled = ShardList(of: account)
        #expect(filled.shards.count == 4 && filled.isCurrent)

        try Data([1]).write(to: URL(filePath: scratch.store("message/message_3.db")))
        #expect(!filled.isCurrent)
        try settle(scratch)
        let added = ShardList(of: account)
        #expect(added.isCurrent)
        try FileManager.default.removeItem(atPath: scratch.store("message"))
        #expect(!added.isCurrent)
        #expect(!ShardList(of: account).isCurrent)
    }

    /// The shard may lie on a disk that is away: it is there, and cannot be opened.
    @Test func aLinkThatLeadsNowhereIsAShard() throws {
        let folder = try ScratchFolder()
        let scratch = try ScratchAccount(folder)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.store("message/message_0.db"), withDestinationPath: "/nowhere/message_0.db")
        let shard = try #require(ShardList(of: scratch.account).shards.first)
        #expect(throws: WeFlowError.self) { try shard.database.snapshot() }
    }

    @Test func aFolderThatHasJustChangedTellsNothing() throws {
        let folder = try ScratchFolder()
        let scratch = try ScratchAccount(folder)
        for time in [Date.now, Date(timeIntervalSinceNow: 3600)] {
            try FileManager.default.setAttributes(
                [.modificationDate: time], ofItemAtPath: scratch.store("message"))
            #expect(!ShardList(of: scratch.account).isCurrent)
        }
    }
}
