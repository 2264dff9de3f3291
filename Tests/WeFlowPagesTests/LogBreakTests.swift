import TestSupport
import Testing
import WeFlowSystem

@testable import WeFlowPages

@Suite("Logs that break off")
struct LogBreakTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    /// Five transactions, the third of two frames.
    private var log: LogBuilder {
        var log = LogBuilder(salt: 2)
        for page in 2...7 { log.frame(page: UInt32(page), fill: UInt8(page), commit: page == 4 ? 0 : UInt32(page)) }
        return log
    }

    private func look(_ bytes: [UInt8]) throws -> LogBreak? {
        try scratch.write(bytes, to: "a.db-wal")
        let file = try File(scratch.file("a.db-wal"), for: .reading)
        var index = WALIndex()
        try index.advance(pageSize: 4096) { target, count, offset throws(SystemError) in
            try file.read(into: target, count: count, at: offset)
        }
        return try index.breaks(in: file, pageSize: 4096, size: Int64(bytes.count))
    }

    private func flipped(_ bytes: [UInt8], _ place: Int) -> [UInt8] {
        var bytes = bytes
        bytes[place] ^= 0x40
        return bytes
    }

    private func offset(_ frame: Int) -> Int { 32 + (frame - 1) * 4120 }

    @Test("a whole log, one that is under way, and one that was begun anew break nowhere")
    func wholeLogs() throws {
        #expect(try look([]) == nil)
        #expect(try look(Array(log.bytes[..<32])) == nil)
        for end in stride(from: 32, through: log.bytes.count, by: 515) {
            #expect(try look(Array(log.bytes[..<end])) == nil)
        }
        var new = LogBuilder(salt: 3)
        new.frame(page: 7, fill: 1, commit: 7)
        #expect(try look(new.bytes + log.bytes[new.bytes.count...]) == nil)
        // A long transaction that was rolled back, and a short one over its beginning.
        var rolledBack = LogBuilder(salt: 3)
        for page in 2...40 { rolledBack.frame(page: UInt32(page), fill: 9) }
        #expect(try look(rolledBack.bytes) == nil)
        #expect(try look(new.bytes + rolledBack.bytes[new.bytes.count...]) == nil)
        #expect(try look(new.bytes + rolledBack.bytes[new.bytes.count...] + log.bytes[32...]) == nil)
    }

    @Test("a frame that does not fit is named where commits follow, and not where none does", arguments: 1...6)
    func damagedFrames(frame: Int) throws {
        for place in [0, 4, 9, 17, 24, 3000] {
            let found = try look(flipped(log.bytes, offset(frame) + place))
            #expect(found == (frame == 6 ? nil : .frame(Int64(frame))))
        }
        var zeroed = log.bytes
        zeroed.replaceSubrange(offset(frame)..<offset(frame) + 4120, with: repeatElement(0, count: 4120))
        #expect(try look(zeroed) == (frame == 6 ? nil : .frame(Int64(frame))))
    }

    @Test("a header that is damaged hides the whole log", arguments: [0, 5, 9, 13, 20, 31])
    func damagedHeader(place: Int) throws {
        #expect(try look(flipped(log.bytes, place)) == .header)
        #expect(try look(Array(flipped(log.bytes, place)[..<4000])) == nil)
    }
}
