import Foundation
import TestSupport
import Testing
import WeFlowSystem

@testable import WeFlowPages
@testable import WeFlowStore

@Suite("Changes of the moments")
struct MomentsChangeTests {
    @Test("a deleted post is gone and nothing else is changed", arguments: ScratchStore.kinds)
    func deletion(kind: String) throws {
        let store = try ScratchStore(kind)
        var content = try store.content()
        let change = try store.change()
        for index in [content.ids.count - 1, 7, 0] {
            let tid = content.ids[index]
            #expect(try change.contains(tid))
            #expect(try change.delete(tid))
            content.ids.remove(at: index)
            content.rows.remove(at: index)
            #expect(try store.content() == content)
            #expect(try !change.contains(tid))
            #expect(try !change.delete(tid))
        }
        #expect(try store.files() == ["sns.db"])
        #expect(try store.bytes().contains(ScratchStore.plaintext) != store.isEncrypted)
    }

    @Test("a post whose content fills pages of its own", arguments: ScratchStore.kinds)
    func longPost(kind: String) throws {
        let store = try ScratchStore(kind)
        let content = try store.content()
        try store.commitToLog("INSERT INTO SnsTimeLine(tid, content) VALUES(5, hex(zeroblob(100000)))")
        #expect(try store.change().delete(5))
        #expect(try store.content() == content)
    }

    @Test("the protection keeps what SQLite deletes, and goes again", arguments: ScratchStore.kinds)
    func protection(kind: String) throws {
        let store = try ScratchStore(kind)
        let before = try store.content()
        let change = try store.change()
        #expect(try !change.isProtected())
        #expect(try change.protect())
        #expect(try change.isProtected())
        #expect(try !change.protect())
        let trigger =
            "trigger|block_delete_SnsTimeLine|CREATE TRIGGER block_delete_SnsTimeLine BEFORE DELETE ON SnsTimeLine "
            + "BEGIN SELECT RAISE(IGNORE); END"
        #expect(try store.content().schema == (before.schema + [trigger]).sorted { $0.name < $1.name })
        try store.commitToLog("DELETE FROM SnsTimeLine")
        #expect(try store.content().rows == before.rows)
        #expect(try change.unprotect())
        #expect(try !change.unprotect())
        #expect(try store.content() == before)
    }

    @Test("a protection is lifted for a deletion and put back as it was", arguments: ScratchStore.kinds)
    func deletionUnderProtection(kind: String) throws {
        let store = try ScratchStore(kind)
        // As another program wrote it.
        try store.commitToLog(
            "create trigger  block_delete_SnsTimeLine before delete on SnsTimeLine begin select raise(ignore) ; end")
        let before = try store.content()
        #expect(try store.change().delete(before.ids[3]))
        let after = try store.content()
        #expect(after.schema == before.schema)
        #expect(after.ids.count == before.ids.count - 1)
    }

    @Test("a post that another trigger guards is kept, with a sentence, and nothing is written")
    func foreignTrigger() throws {
        let store = try ScratchStore("none")
        try store.commitToLog("CREATE TRIGGER mine BEFORE DELETE ON SnsTimeLine BEGIN SELECT RAISE(IGNORE); END")
        let before = try (store.bytes(), store.bytes("-wal"), store.content())
        let error = #expect(throws: WeFlowError.self) { try store.change(keeping: Backups()).delete(before.2.ids[0]) }
        #expect(error?.kind == .storeFailed && error?.sentence.contains("keeps the post") == true)
        #expect(try store.bytes() == before.0 && store.bytes("-wal") == before.1)
        #expect(try store.files() == ["sns.db", "sns.db-wal"])
    }

    @Test("what is pending in the log is kept, and ends in the database with the change", arguments: ScratchStore.kinds)
    func pendingLog(kind: String) throws {
        let store = try ScratchStore(kind)
        let before = try store.content()
        try store.commitToLog("INSERT INTO SnsTimeLine(tid, user_name, content) VALUES(17, 'wxid_late', 'late')")
        try store.commitToLog("UPDATE SnsTimeLine SET user_name = 'wxid_moved' WHERE tid = \(before.ids[2])")
        // A transaction that was never completed lies behind them.
        try store.write(store.bytes("-wal") + [UInt8](repeating: 7, count: 5000), "-wal")
        #expect(try store.change(keeping: Backups()).delete(before.ids[0]))
        let after = try store.content()
        #expect(after.ids == before.ids.dropFirst() + [17])
        #expect(after.rows.contains { $0.hasPrefix("\(before.ids[2])|wxid_moved|") })
        #expect(try store.files() == ["sns.db", "sns.db.weflow-backup"])
        // The backup has the pending rows, and the deleted one.
        let backup = try ScratchStore.content(
            of: DatabaseFile(path: store.path + Backups.suffix, name: "x", keys: store.account.keys))
        #expect(backup.ids == before.ids + [17])
    }

    @Test("the database is kept byte for byte, once in a run, and not where that is not wanted")
    func backups() throws {
        let store = try ScratchStore("kdf")
        let ids = try store.content().ids
        #expect(try store.change().delete(ids[0]))
        #expect(try store.files() == ["sns.db"])
        let before = try store.bytes()
        let run = Backups()
        #expect(try store.change(keeping: run).delete(ids[1]))
        #expect(try store.change(keeping: run).delete(ids[2]))
        #expect(try store.bytes(Backups.suffix) == before)
        let next = try store.bytes()
        #expect(try store.change(keeping: Backups()).protect())
        #expect(try store.bytes(Backups.suffix) == next)
        let attributes = try FileManager.default.attributesOfItem(atPath: store.path + Backups.suffix)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("what is as wanted already needs no lock and leaves no trace")
    func nothingToDo() throws {
        let store = try ScratchStore("none")
        let user = try SharedLock(store.path, at: 0x4000_0002, size: 510)
        #expect(try !store.change(keeping: Backups()).unprotect())
        #expect(try !store.change(keeping: Backups()).delete(4))
        #expect(try store.files() == ["sns.db"])
        withExtendedLifetime(user) {}
    }

    /// A connection that reads holds the shared lock of the database; one that has it open in a log does so between two
    /// statements as well, and holds a lock of the `-shm`.
    @Test(
        "a database that another process has open is refused",
        arguments: [("", 0x4000_0002, 510), ("-shm", 128, 1)] as [(String, Int64, Int64)])
    func inUse(suffix: String, start: Int64, size: Int64) throws {
        let store = try ScratchStore("none")
        let content = try store.content()
        if suffix == "-shm" { try store.write([], suffix) }
        let user = try SharedLock(store.path + suffix, at: start, size: size)
        let files = try store.files()
        let error = #expect(throws: WeFlowError.self) { try store.change(keeping: Backups()).delete(content.ids[0]) }
        #expect(error?.kind == .conflict)
        #expect(error?.sentence.contains("in use by another process") == true)
        #expect(try store.files() == files)
        withExtendedLifetime(user) {}
        #expect(try store.content() == content)
    }

    @Test("a symbolic link is refused, for SQLite keeps its log elsewhere")
    func symbolicLink() throws {
        let store = try ScratchStore("none")
        let elsewhere = store.scratch.file("elsewhere.db")
        try FileManager.default.moveItem(atPath: store.path, toPath: elsewhere)
        try FileManager.default.createSymbolicLink(atPath: store.path, withDestinationPath: elsewhere)
        let tid = try store.content().ids[0]
        let error = #expect(throws: WeFlowError.self) { try store.change().delete(tid) }
        #expect(error?.sentence.contains("symbolic link") == true)
    }
}

/// The lock of another user of a file, while it lives.
private final class SharedLock {
    private let file: File

    init(_ path: String, at start: Int64, size: Int64) throws {
        file = try File(path, for: .reading)
        try #require(try file.lock(.shared, bytes: start..<(start + size)))
    }
}

extension String {
    /// The name in a row of the schema.
    fileprivate var name: String { split(separator: "|").dropFirst().first.map(String.init) ?? "" }
}

extension [UInt8] {
    /// Whether these bytes stand somewhere.
    func contains(_ bytes: [UInt8]) -> Bool { Data(self).range(of: Data(bytes)) != nil }
}
