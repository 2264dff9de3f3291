import Testing

@testable import WeFlowPages

@Suite("The end of a log")
struct WALAppenderTests {
    private func index(_ bytes: [UInt8]) -> WALIndex {
        var index = WALIndex()
        index.advance(pageSize: 4096) { target, count, offset -> Int in
            let start = min(Int(offset), bytes.count)
            let part = bytes[start..<min(start + count, bytes.count)]
            UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(from: part)
            return part.count
        }
        return index
    }

    /// A transaction of pages 2 and 9, of a database that then has 12.
    private func transaction(on log: WALIndex) -> WALAppender {
        var appender = WALAppender(log, pageSize: 4096)
        for (page, size) in [(2, 0), (9, 12)] as [(UInt32, UInt32)] {
            [UInt8](repeating: UInt8(page), count: 4096).withUnsafeBytes {
                appender.append(page: page, body: $0, size: size)
            }
        }
        return appender
    }

    @Test(
        "a transaction follows the last commit, in either byte order, over what was never completed",
        arguments: [false, true])
    func afterACommit(bigEndian: Bool) {
        var log = LogBuilder(bigEndian: bigEndian)
        log.frame(page: 2, fill: 1)
        log.frame(page: 3, fill: 1, commit: 11)
        let committed = log.bytes
        log.frame(page: 5, fill: 1)
        let before = index(log.bytes)
        let appender = transaction(on: before)
        #expect(appender.offset == Int64(committed.count))
        // As SQLite would have written it.
        var expected = LogBuilder(bigEndian: bigEndian)
        expected.frame(page: 2, fill: 1)
        expected.frame(page: 3, fill: 1, commit: 11)
        expected.frame(page: 2, fill: 2)
        expected.frame(page: 9, fill: 9, commit: 12)
        #expect(committed + appender.bytes == expected.bytes)
        let after = index(committed + appender.bytes)
        #expect(after.pageCount == 12 && after.frames.sorted.map(\.page) == [2, 3, 9])
    }

    @Test(
        "where there is no valid log a new one begins, with salts of its own",
        arguments: [[], [UInt8](repeating: 1, count: 5000)])
    func withoutALog(bytes: [UInt8]) {
        let appender = transaction(on: index(bytes))
        #expect(appender.offset == 0)
        let after = index(appender.bytes)
        #expect(after.pageCount == 12 && after.frames.sorted.map(\.page) == [2, 9])
        #expect(after.committedEnd == Int64(appender.bytes.count))
        #expect(transaction(on: index(bytes)).bytes[16..<24] != appender.bytes[16..<24])
    }

    @Test("a header without a commit is gone on with")
    func afterTheHeader() {
        let log = LogBuilder(salt: 5)
        let appender = transaction(on: index(log.bytes))
        #expect(appender.offset == 32)
        #expect(index(log.bytes + appender.bytes).pageCount == 12)
    }
}
