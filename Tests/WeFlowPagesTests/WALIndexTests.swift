import Testing

@testable import WeFlowPages

/// Builds logs by hand, frame by frame, as SQLite lays them out.
struct LogBuilder {
    var bytes: [UInt8] = []
    private let bigEndian: Bool
    private let salts: [UInt8]
    private var s0: UInt32 = 0
    private var s1: UInt32 = 0

    init(bigEndian: Bool = false, salt: UInt8 = 1) {
        self.bigEndian = bigEndian
        salts = [UInt8](repeating: salt, count: 8)
        bytes = Self.word(bigEndian ? 0x377F_0683 : 0x377F_0682) + Self.word(3_007_000) + Self.word(4096)
        bytes += Self.word(0) + salts
        sum(bytes)
        bytes += Self.word(s0) + Self.word(s1)
    }

    static func word(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private mutating func sum(_ data: [UInt8]) {
        for at in stride(from: 0, to: data.count, by: 8) {
            func word(_ at: Int) -> UInt32 {
                let parts = (0..<4).map { UInt32(data[at + (bigEndian ? $0 : 3 - $0)]) }
                return parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
            }
            s0 = s0 &+ word(at) &+ s1
            s1 = s1 &+ word(at + 4) &+ s0
        }
    }

    /// Appends a frame; `commit` is the database's size in pages where the frame ends a transaction.
    mutating func frame(page: UInt32, fill: UInt8, commit: UInt32 = 0) {
        let head = Self.word(page) + Self.word(commit)
        let body = [UInt8](repeating: fill, count: 4096)
        sum(head)
        sum(body)
        bytes += head + salts + Self.word(s0) + Self.word(s1) + body
    }
}

@Suite("Log index")
struct WALIndexTests {
    private func index(_ bytes: [UInt8], from known: WALIndex = WALIndex()) -> WALIndex {
        var index = known
        index.advance(pageSize: 4096) { target, count, offset -> Int in
            let start = min(Int(offset), bytes.count)
            let part = bytes[start..<min(start + count, bytes.count)]
            UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(from: part)
            return part.count
        }
        return index
    }

    private func offset(ofFrame number: Int) -> Int64 { 32 + Int64(number) * 4120 }

    @Test("committed frames are found and the last of a page wins, in both byte orders", arguments: [false, true])
    func findsCommittedFrames(bigEndian: Bool) {
        var log = LogBuilder(bigEndian: bigEndian)
        log.frame(page: 2, fill: 1)
        log.frame(page: 3, fill: 2, commit: 3)
        log.frame(page: 2, fill: 3, commit: 9)
        let index = index(log.bytes)
        #expect(index.frames == [2: offset(ofFrame: 2), 3: offset(ofFrame: 1)])
        #expect(index.pageCount == 9)
        #expect(index.committedEnd == offset(ofFrame: 3))
    }

    @Test("an uncommitted tail is no part of the database")
    func ignoresTheUncommittedTail() {
        var log = LogBuilder()
        log.frame(page: 2, fill: 1, commit: 2)
        log.frame(page: 2, fill: 2)
        log.frame(page: 4, fill: 3)
        #expect(index(log.bytes).frames == [2: offset(ofFrame: 0)])
    }

    @Test("a transaction with a torn frame in it is none", arguments: [40, 32 + 4120 + 100, 32 + 4120 + 20])
    func ignoresATornTransaction(flipped: Int) {
        var log = LogBuilder()
        log.frame(page: 2, fill: 1)
        log.frame(page: 3, fill: 2, commit: 3)
        var bytes = log.bytes
        bytes[flipped] ^= 1
        #expect(index(bytes).isEmpty)
    }

    @Test("a log that ends within a frame counts up to the commit before")
    func ignoresACutFrame() {
        var log = LogBuilder()
        log.frame(page: 2, fill: 1, commit: 2)
        let whole = log.bytes.count
        log.frame(page: 3, fill: 2, commit: 3)
        for cut in [whole, whole + 1, whole + 24, log.bytes.count - 1] {
            #expect(index(Array(log.bytes[..<cut])).pageCount == 2)
        }
    }

    @Test("frames of an older generation behind the new ones are ignored")
    func ignoresOlderGenerations() {
        var old = LogBuilder(salt: 1)
        for page in 2...5 { old.frame(page: UInt32(page), fill: 9, commit: 5) }
        var new = LogBuilder(salt: 2)
        new.frame(page: 7, fill: 1, commit: 7)
        let bytes = new.bytes + old.bytes[new.bytes.count...]
        #expect(index(bytes).frames == [7: offset(ofFrame: 0)])
    }

    @Test("only what is new is read when the log has grown, and all of it when it was restarted")
    func advances() {
        var log = LogBuilder(salt: 1)
        log.frame(page: 2, fill: 1, commit: 2)
        let first = index(log.bytes)
        log.frame(page: 3, fill: 1, commit: 3)
        var reads: [(offset: Int64, count: Int)] = []
        var second = first
        let grown = log.bytes
        second.advance(pageSize: 4096) { target, count, offset -> Int in
            reads.append((offset, count))
            let part = grown[min(Int(offset), grown.count)..<min(Int(offset) + count, grown.count)]
            UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(from: part)
            return part.count
        }
        #expect(second.frames.count == 2)
        #expect(reads.map(\.offset) == [0, self.offset(ofFrame: 1), self.offset(ofFrame: 1)])
        // Where nothing is new, a few bytes tell.
        reads = []
        second.advance(pageSize: 4096) { target, count, offset -> Int in
            reads.append((offset, count))
            let part = grown[min(Int(offset), grown.count)..<min(Int(offset) + count, grown.count)]
            UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(from: part)
            return part.count
        }
        #expect(second.frames.count == 2 && reads.allSatisfy { $0.count <= 32 })
        var restarted = LogBuilder(salt: 3)
        restarted.frame(page: 8, fill: 1, commit: 8)
        #expect(index(restarted.bytes, from: second).frames == [8: self.offset(ofFrame: 0)])
    }

    @Test("no log, an empty one, a damaged header and another page size are no log")
    func takesNoLogForNone() {
        var log = LogBuilder()
        log.frame(page: 2, fill: 1, commit: 2)
        var badMagic = log.bytes
        badMagic[3] = 0x80
        var badSum = log.bytes
        badSum[30] ^= 1
        for bytes in [[], [UInt8](repeating: 0, count: 32), Array(log.bytes[..<31]), badMagic, badSum] {
            #expect(index(bytes).isEmpty)
        }
        var other = WALIndex()
        other.advance(pageSize: 8192) { target, count, offset -> Int in
            let part = log.bytes[Int(offset)..<min(Int(offset) + count, log.bytes.count)]
            UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(from: part)
            return part.count
        }
        #expect(other.isEmpty)
    }

    @Test("any bytes are taken without a trap")
    func survivesNoise() {
        var log = LogBuilder()
        for page in 2...6 { log.frame(page: UInt32(page), fill: UInt8(page), commit: UInt32(page)) }
        var state: UInt64 = 42
        func random() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        for _ in 0..<300 {
            var bytes = log.bytes
            for _ in 0..<(1 + random() % 4) { bytes[random() % bytes.count] = UInt8(random() & 255) }
            bytes.removeLast(random() % 5000)
            #expect(index(bytes).frames.count <= 5)
        }
    }
}
