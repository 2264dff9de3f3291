import Foundation
import Synchronization
import TestSupport
import Testing
import WeFlowSystem

@testable import WeFlowPages

@Suite("Snapshots")
struct SnapshotTests {
    private func database(_ scratch: ScratchFolder, _ name: String = "a.db") -> DatabaseFile {
        DatabaseFile(path: scratch.file(name), name: name, keys: KeyRing(.none))
    }

    /// All pages of a snapshot, one after the other.
    private func pages(_ snapshot: PageSnapshot) throws -> [UInt8] {
        var all: [UInt8] = []
        for number in 1...snapshot.pageCount {
            var page = [UInt8](repeating: 0, count: snapshot.pageSize)
            try page.withUnsafeMutableBytes { try snapshot.read(number, into: try #require($0.baseAddress)) }
            all += page
        }
        return all
    }

    @Test("what is committed to the log is seen, and an open snapshot stays what it was")
    func seesTheLog() throws {
        let scratch = try ScratchFolder()
        let writer = try PlainDatabase(scratch.file("a.db"))
        try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES('first')")
        let file = database(scratch)
        let before = try file.snapshot()
        let content = try pages(before)
        #expect(content.contains(Array("first".utf8)))
        try writer.run("INSERT INTO t VALUES('second')")
        #expect(try pages(before) == content)
        let after = try file.snapshot()
        #expect(after.generation != before.generation)
        #expect(try pages(after).contains(Array("second".utf8)))
        try writer.run("BEGIN; INSERT INTO t VALUES('third')")
        let open = try file.snapshot()
        #expect(open.generation == after.generation)
        #expect(!(try pages(open).contains(Array("third".utf8))))
    }

    @Test("a checkpoint waits for the snapshot, a writer does not, and a restarted log is read from the file")
    func outlivesCheckpoints() throws {
        let scratch = try ScratchFolder()
        let writer = try PlainDatabase(scratch.file("a.db"))
        try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES('first')")
        // All frames are in the file, so the next commit restarts the log.
        _ = try writer.rows("PRAGMA wal_checkpoint(FULL)")
        let snapshot = try database(scratch).snapshot()
        #expect(snapshot.logSize > 0)
        let content = try pages(snapshot)
        try writer.run("INSERT INTO t VALUES('second'); UPDATE t SET x = 'changed' WHERE x = 'first'")
        #expect(try pages(snapshot) == content)
        try writer.run("INSERT INTO t SELECT zeroblob(5000)")
        #expect(try writer.rows("PRAGMA wal_checkpoint(PASSIVE)").first?.last == "0")
        #expect(try pages(snapshot) == content)
    }

    @Test("that nothing changed is said exactly while nothing has", arguments: [true, false], [true, false])
    func tellsWhatIsStill(wal: Bool, held: Bool) throws {
        let scratch = try ScratchFolder()
        let folder = try #require(HeldFolder(scratch.path))
        let store = held ? folder : nil
        let writer = try PlainDatabase(scratch.file("a.db"), wal: wal)
        try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES('first')")
        let file = database(scratch)
        #expect(!file.isStill((0, 0), in: store))
        var version = try file.version()
        for number in 0..<50 {
            #expect(file.isStill(version, in: store))
            // Larger each time, as a rollback database with equal bytes within one tick of the clock looks the same.
            try writer.run("INSERT INTO t VALUES(zeroblob(9000)); INSERT INTO t VALUES('\(number)')")
            #expect(!file.isStill(version, in: store))
            #expect(!file.isStill(version, in: store))
            let next = try file.version()
            #expect(next != version)
            version = next
            #expect(try file.snapshot().generation == version.generation)
            if wal, number.isMultiple(of: 10) {
                _ = try writer.rows("PRAGMA wal_checkpoint(FULL)")
                version = try file.version()
            }
        }
        #expect(file.isStill(version, in: store))
        try scratch.write(try scratch.bytes(of: "a.db"), to: "b.db")
        try FileManager.default.removeItem(atPath: scratch.file("a.db"))
        #expect(!file.isStill(version, in: store))
        try FileManager.default.moveItem(atPath: scratch.file("b.db"), toPath: scratch.file("a.db"))
        #expect(!file.isStill(version, in: store))
    }

    @Test("a log that comes or goes is seen")
    func seesALogComeAndGo() throws {
        let scratch = try ScratchFolder()
        do {
            let writer = try PlainDatabase(scratch.file("a.db"))
            try writer.run("CREATE TABLE t(x)")
        }
        let file = database(scratch)
        let without = try file.version()
        #expect(file.isStill(without))
        do {
            let writer = try PlainDatabase(scratch.file("a.db"))
            try writer.run("INSERT INTO t VALUES('logged')")
            #expect(!file.isStill(without))
            let with = try file.version()
            #expect(file.isStill(with))
            try writer.run("BEGIN; INSERT INTO t VALUES('open')")
            #expect(file.isStill(with))
        }
        #expect(!file.isStill(without))
    }

    @Test("reading changes no file and makes none")
    func changesNothing() throws {
        let scratch = try ScratchFolder()
        do {
            let writer = try PlainDatabase(scratch.file("b.db"))
            try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES('kept')")
            for name in ["b.db", "b.db-wal"] {
                try scratch.write(try scratch.bytes(of: name), to: name.replacingOccurrences(of: "b.db", with: "a.db"))
            }
        }
        let before = try ["a.db", "a.db-wal"].map { try scratch.bytes(of: $0) }
        #expect(try pages(try database(scratch).snapshot()).contains(Array("kept".utf8)))
        #expect(try ["a.db", "a.db-wal"].map { try scratch.bytes(of: $0) } == before)
        #expect(!FileManager.default.fileExists(atPath: scratch.file("a.db-shm")))
    }

    @Test("a database that shrank ends where its last commit says")
    func shrinks() throws {
        let scratch = try ScratchFolder()
        let writer = try PlainDatabase(scratch.file("a.db"))
        try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(200000))")
        _ = try writer.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        let large = try database(scratch).snapshot().pageCount
        try writer.run("DELETE FROM t; VACUUM")
        let small = try database(scratch).snapshot()
        #expect(small.pageCount < large)
        var page = [UInt8](repeating: 0, count: 4096)
        #expect(throws: PageFailure.self) {
            try page.withUnsafeMutableBytes { try small.read(small.pageCount + 1, into: try #require($0.baseAddress)) }
        }
    }

    @Test("a file without a lock that moves is noticed")
    func noticesAMovedFile() throws {
        let scratch = try ScratchFolder()
        do {
            let writer = try PlainDatabase(scratch.file("a.db"), wal: false)
            try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(20000))")
        }
        let snapshot = try database(scratch).snapshot()
        let writer = try PlainDatabase(scratch.file("a.db"), wal: false)
        try writer.run("UPDATE t SET x = zeroblob(20001); INSERT INTO t VALUES(zeroblob(90000))")
        let failure = #expect(throws: PageFailure.self) { try pages(snapshot) }
        #expect(failure?.reason == .moved)
    }

    /// All pages of a snapshot read together, in no order.
    private func pagesTogether(_ snapshot: PageSnapshot) throws -> [UInt8] {
        let size = snapshot.pageSize
        let count = Int(snapshot.pageCount)
        return try [UInt8](unsafeUninitializedCapacity: count * size) { buffer, filled in
            let base = try #require(buffer.baseAddress)
            let reads = (1...count).map { number in
                PageCipher.StoredPage(
                    bytes: UnsafeMutableRawPointer(base + (number - 1) * size), number: UInt32(number))
            }
            #expect(try snapshot.read(reads.shuffled()).isEmpty)
            filled = count * size
        }
    }

    @Test(
        "pages read together are those read one by one, from file and log, and from the file once the log was restarted"
    )
    func readsTogether() throws {
        let scratch = try ScratchFolder()
        let writer = try PlainDatabase(scratch.file("a.db"))
        try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(300000))")
        _ = try writer.rows("PRAGMA wal_checkpoint(FULL)")
        try writer.run("INSERT INTO t VALUES(zeroblob(9000)); UPDATE t SET x = x || 'a' WHERE rowid = 2")
        let mixed = try database(scratch).snapshot()
        let content = try pages(mixed)
        #expect(try pagesTogether(mixed).elementsEqual(content) as Bool)
        do {
            // Nobody reads meanwhile, so all of the log gets into the file.
            let path = scratch.file("b.db")
            for end in ["", "-wal"] { try scratch.write(try scratch.bytes(of: "a.db" + end), to: "b.db" + end) }
            let other = try PlainDatabase(path)
            _ = try other.rows("PRAGMA wal_checkpoint(FULL)")
            let whole = try database(scratch, "b.db").snapshot()
            #expect(try pagesTogether(whole).elementsEqual(content) as Bool)
            try other.run("INSERT INTO t VALUES('another log'); UPDATE t SET x = zeroblob(5000) WHERE rowid = 1")
            #expect(try pagesTogether(whole).elementsEqual(content) as Bool)
            #expect(try pages(whole).elementsEqual(content) as Bool)
        }
    }

    @Test("that a file without a lock moved is noticed where pages are read together", arguments: [true, false])
    func noticesAMovedFileTogether(hasLog: Bool) throws {
        let scratch = try ScratchFolder()
        do {
            let writer = try PlainDatabase(scratch.file("a.db"))
            try writer.run("CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(200000))")
            _ = try writer.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            if hasLog { try writer.run("INSERT INTO t VALUES('logged')") }
            for end in ["", "-wal"] { try scratch.write(try scratch.bytes(of: "a.db" + end), to: "b.db" + end) }
        }
        // Without a -shm there is no lock.
        let snapshot = try database(scratch, "b.db").snapshot()
        _ = try pagesTogether(snapshot)
        var bytes = try scratch.bytes(of: "b.db")
        bytes += [UInt8](repeating: 0, count: 4096)
        try scratch.write(bytes, to: "b.db")
        let failure = #expect(throws: PageFailure.self) { _ = try pagesTogether(snapshot) }
        #expect(failure?.reason == .moved)
    }

    @Test("a database with an unfinished rollback transaction is refused with what to do")
    func refusesAHotJournal() throws {
        let scratch = try ScratchFolder()
        do {
            let writer = try PlainDatabase(scratch.file("a.db"), wal: false)
            try writer.run("CREATE TABLE t(x)")
        }
        let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
        try scratch.write(magic + [UInt8](repeating: 1, count: 600), to: "a.db-journal")
        let error = #expect(throws: WeFlowError.self) { try database(scratch).snapshot() }
        #expect(error?.sentence.contains("-journal") == true)
        try scratch.write([UInt8](repeating: 0, count: 600), to: "a.db-journal")
        #expect(try database(scratch).snapshot().pageCount > 0)
    }

    @Test("a missing file, an empty one and one without permission are each named")
    func namesWhatIsUnreadable() throws {
        let scratch = try ScratchFolder()
        try scratch.write([], to: "empty.db")
        for (name, words) in [("none.db", "missing"), ("empty.db", "empty")] {
            let error = #expect(throws: WeFlowError.self) { try database(scratch, name).snapshot() }
            #expect(error?.kind == .unavailable)
            #expect(error?.sentence.contains(name) == true && error?.sentence.contains(words) == true)
        }
    }

    @Test("while a writer commits, checkpoints, restarts the log and reconnects, every snapshot is one commit")
    func isConsistentUnderAWriter() throws {
        let scratch = try ScratchFolder()
        let path = scratch.file("a.db")
        let setUp = try PlainDatabase(path)
        // Each commit writes the same number into two far apart pages.
        try setUp.run("CREATE TABLE a(n); CREATE TABLE f(x); CREATE TABLE b(n); INSERT INTO a VALUES(0)")
        try setUp.run("INSERT INTO f VALUES(zeroblob(100000)); INSERT INTO b VALUES(0)")
        let isDone = Atomic<Bool>(false)
        let failure = Mutex<String?>(nil)
        let thread = Thread {
            do {
                var writer = try PlainDatabase(path)
                for round in 1...400 {
                    try writer.run("BEGIN; UPDATE a SET n = \(round); UPDATE b SET n = \(round); COMMIT")
                    let mode = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"][round % 4]
                    if round % 3 == 0 {
                        try writer.run("PRAGMA busy_timeout=1")
                        _ = try writer.rows("PRAGMA wal_checkpoint(\(mode))")
                        try writer.run("PRAGMA busy_timeout=5000")
                    }
                    if round % 37 == 0 { writer = try PlainDatabase(path) }
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
            isDone.store(true, ordering: .releasing)
        }
        thread.start()
        let file = database(scratch)
        var seen = 0
        while !isDone.load(ordering: .acquiring) {
            let found = try WeFlowError.retrying { () throws(WeFlowError) in try numbers(try file.snapshot()) }
            #expect(found.count == 2 && found[0] == found[1] && found[0] >= seen)
            seen = found.first ?? 0
        }
        #expect(failure.withLock { $0 } == nil)
        #expect(try numbers(try file.snapshot()) == [400, 400])
    }

    /// The numbers in the tables `a` and `b`, whose roots are pages 2 and 4: the last two bytes of one small record.
    private func numbers(_ snapshot: PageSnapshot) throws(WeFlowError) -> [Int] {
        var found: [Int] = []
        var page = [UInt8](repeating: 0, count: 4096)
        for root: UInt32 in [2, 4] {
            let outcome = page.withUnsafeMutableBytes { bytes in
                Result { () throws(PageFailure) in
                    if let base = bytes.baseAddress { try snapshot.read(root, into: base) }
                }
            }
            if case .failure(let failure) = outcome { throw failure.error }
            let cell = Int(page[8]) << 8 | Int(page[9])
            // Payload size, row id, header size, serial type, then the value; types 8 and 9 are 0 and 1.
            let type = page[cell + 3]
            found.append(
                type == 8
                    ? 0
                    : type == 9
                        ? 1
                        : type == 1
                            ? Int(page[cell + 4])
                            : Int(page[cell + 4]) << 8 | Int(page[cell + 5]))
        }
        return found
    }
}

extension [UInt8] {
    /// Whether the bytes of `part` occur in these.
    func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return part.isEmpty }
        for start in 0...(count - part.count) where self[start] == first {
            if self[start..<(start + part.count)].elementsEqual(part) { return true }
        }
        return false
    }
}
