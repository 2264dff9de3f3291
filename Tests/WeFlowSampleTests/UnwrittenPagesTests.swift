import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowSample
@testable import WeFlowStore

@Suite("Pages that were never written")
struct UnwrittenPagesTests {
    private let scratch: ScratchFolder
    private let salt = [UInt8](0..<16)
    private let key = SecretBytes([UInt8](repeating: 0x5A, count: 32))

    init() throws {
        scratch = try ScratchFolder()
    }

    /// The texts that can be read, by row, and the pages that cannot.
    private func texts(_ bytes: [UInt8]) throws -> (texts: [Int64: [UInt8]], damage: [PageFailure]) {
        try scratch.write(bytes, to: "a.db")
        let keys = KeyRing(.salted(key: key, salt: salt))
        let cache = PageCache(try DatabaseFile(path: scratch.file("a.db"), name: "a.db", keys: keys).snapshot())
        var damage: [PageFailure] = []
        let table = try #require(try Schema.tables(["t"], in: cache, damage: &damage)["t"])
        let cursor = TableCursor(cache, of: table)
        var texts: [Int64: [UInt8]] = [:]
        while try cursor.next() { texts[cursor.rowID] = Array(cursor.record.unsafeBytes(1)) }
        return (texts, cursor.damage)
    }

    @Test("a page of zeros passes the cipher, and never for the end of a long text")
    func zeros() throws {
        let database = try SampleDatabase()
        try database.execute("CREATE TABLE t(a INTEGER, b BLOB)")
        // The last of them ends in zeros of its own, which are sealed as any other bytes.
        let values: [[UInt8]] = [
            [UInt8](repeating: 7, count: 9000), [UInt8](repeating: 8, count: 40), [UInt8](repeating: 9, count: 30_000),
            [1] + [UInt8](repeating: 0, count: 20_000),
        ]
        try database.insert(into: "t", "a, b", values.map { [.int(1), .blob($0)] })
        let whole = try database.sealed(with: PageCipher(pageKey: key, salt: salt))
        let known = Dictionary(uniqueKeysWithValues: zip(Int64(1)..., values))
        let read = try texts(whole)
        #expect(read.texts == known && read.damage.isEmpty)
        for page in 3...whole.count / 4096 {
            var bytes = whole
            bytes.replaceSubrange((page - 1) * 4096..<page * 4096, with: repeatElement(0, count: 4096))
            let (texts, damage) = try texts(bytes)
            #expect(damage.map(\.page) == [UInt32(page)])
            #expect(texts.count < 4 && texts.allSatisfy { known[$0.key] == $0.value })
        }
    }
}
