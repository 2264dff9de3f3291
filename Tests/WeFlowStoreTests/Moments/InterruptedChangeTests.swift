import Foundation
import TestSupport
import Testing

@testable import WeFlowPages
@testable import WeFlowStore

@Suite("Changes that were interrupted")
struct InterruptedChangeTests {
    private static let frameSize = WALIndex.frameHeaderSize + PageCipher.pageSize

    @Test(
        "a log that ends anywhere gives the state before, whole it gives the state after",
        arguments: ScratchStore.kinds, [false, true])
    func cutLog(kind: String, pending: Bool) throws {
        let store = try ScratchStore(kind)
        if pending { try store.commitToLog("INSERT INTO SnsTimeLine(tid, content) VALUES(17, 'late')") }
        let before = try store.content()
        let file = try store.bytes()
        let old = pending ? try store.bytes("-wal") : []
        try store.commitToLog("DELETE FROM SnsTimeLine WHERE tid = \(before.ids[4])")
        let after = try store.content()
        #expect(after.ids.count == before.ids.count - 1)
        let log = try store.bytes("-wal")
        #expect(log.starts(with: old) && (log.count - 32) % Self.frameSize == 0)
        #expect(try store.bytes() == file)
        if store.isEncrypted { #expect(!log.contains(ScratchStore.plaintext)) }
        let frames = (0...((log.count - 32) / Self.frameSize)).map { 32 + $0 * Self.frameSize }
        let cuts = Set([0, 1, 31] + frames.flatMap { [$0 - 1, $0, $0 + 1, $0 + 24, $0 + 2000] })
        for cut in cuts.sorted() where cut >= old.count && cut < log.count {
            try store.write(log[..<cut], "-wal")
            #expect(try store.content() == before)
            // What the disk had no time for may also be zeros.
            let zeros = log[..<cut] + [UInt8](repeating: 0, count: log.count - cut)
            try store.write(zeros, "-wal")
            if Array(zeros) != log { #expect(try store.content() == before) }
        }
        try store.write(log, "-wal")
        #expect(try store.content() == after)
    }

    @Test("a log that is copied back in part, or was not removed, gives the state after", arguments: ScratchStore.kinds)
    func copiedInPart(kind: String) throws {
        let store = try ScratchStore(kind)
        let file = try store.bytes()
        let ids = try store.content().ids
        try store.commitToLog("DELETE FROM SnsTimeLine WHERE tid = \(ids[4])")
        let after = try store.content()
        let log = try store.bytes("-wal")
        try store.copyLogBack()
        let whole = try store.bytes()
        #expect(try store.content() == after)
        for cut in stride(from: 0, through: whole.count, by: 2048) {
            try store.write(whole[..<cut] + file[cut...])
            try store.write(log, "-wal")
            #expect(try store.content() == after)
        }
        // The next change takes over from there.
        try store.write(file)
        try store.write(log, "-wal")
        #expect(try store.change().delete(ids[5]))
        #expect(try store.content().ids == after.ids.filter { $0 != ids[5] })
        #expect(try store.files() == ["sns.db"])
    }
}
