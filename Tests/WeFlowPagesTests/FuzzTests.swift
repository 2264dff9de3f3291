import TestSupport
import Testing

@testable import WeFlowPages

/// Files that are not what they say: every reader ends, and what it gives lies within the bytes that there are.
@Suite("Damaged files")
struct FuzzTests {
    @Test("any log gives frames that lie in it, and as much again after more of it", arguments: 0..<40)
    func logs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var log = LogBuilder(bigEndian: Bool.random(using: &random))
        for number in 0..<Int.random(in: 1...6, using: &random) {
            log.frame(
                page: UInt32.random(in: 0...9, using: &random), fill: UInt8(number),
                commit: Bool.random(using: &random) ? UInt32.random(in: 0...12, using: &random) : 0)
        }
        for round in 0..<20 {
            let bytes = round == 0 ? log.bytes : random.damaged(log.bytes)
            var index = WALIndex()
            for end in [Int.random(in: 0...bytes.count, using: &random), bytes.count] {
                index.advance(pageSize: 4096) { target, count, offset -> Int in
                    guard offset >= 0, offset < end else { return 0 }
                    let part = bytes[Int(offset)..<min(Int(offset) + count, end)]
                    UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(from: part)
                    return part.count
                }
                for page in UInt32(0)...12 {
                    if let offset = index.frames[page] {
                        #expect(offset >= 32 && Int(offset) + 24 + 4096 <= bytes.count, "seed \(seed), round \(round)")
                    }
                }
            }
        }
    }

    @Test("any file and any log give pages or a failure", arguments: 0..<12)
    func databases(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try ScratchFolder()
        let database = try PlainDatabase(scratch.file("a.db"))
        try database.run("PRAGMA wal_autocheckpoint=0; CREATE TABLE t(n, b); CREATE INDEX i ON t(n)")
        try database.run("INSERT INTO t VALUES(1, zeroblob(9000))")
        _ = try database.rows("PRAGMA wal_checkpoint(FULL)")
        try database.run("INSERT INTO t VALUES(2, zeroblob(9000)), (3, 'x')")
        let (file, log) = (try scratch.bytes(of: "a.db"), try scratch.bytes(of: "a.db-wal"))
        for round in 0..<25 {
            let name = "b\(round).db"
            try scratch.write(round % 3 == 0 ? file : random.damaged(file), to: name)
            try scratch.write(round % 3 == 1 ? log : random.damaged(log), to: "\(name)-wal")
            let snapshot: PageSnapshot
            do {
                snapshot = try DatabaseFile(path: scratch.file(name), name: name, keys: KeyRing(.none)).snapshot()
            } catch {
                #expect(error.kind == .unavailable || error.kind == .storeFailed || error.kind == .system)
                continue
            }
            let page = UnsafeMutableRawPointer.allocate(byteCount: 65_536, alignment: 16)
            defer { page.deallocate() }
            for number in UInt32(0)...(min(snapshot.pageCount, 40) + 2) {
                do throws(PageFailure) {
                    try snapshot.read(number, into: page)
                } catch {
                    #expect(error.page == number, "seed \(seed), round \(round)")
                }
            }
        }
    }
}
