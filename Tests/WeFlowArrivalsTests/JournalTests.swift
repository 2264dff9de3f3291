import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowArrivals

struct JournalTests {
    /// Wherever the file is cut or damaged, a client that goes on misses nothing.
    @Test func aJournalCutAtAnyByteLosesNothing() throws {
        let live = try LiveAccount()
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        try live.send("a", in: LiveAccount.friend)
        #expect(try poller.poll(live.journal).texts == ["a"])
        let early = poller
        try live.send("b", in: LiveAccount.group)
        #expect(try poller.poll(live.journal).texts == ["b"])
        let name = "\(try live.account.owner.username)/arrivals"
        let whole = try live.scratch.bytes(of: "state/\(name)")
        try live.send("c", in: LiveAccount.friend)
        for size in stride(from: 0, through: whole.count, by: 3) {
            try live.scratch.write(Array(whole[..<size]), to: "state/\(name)")
            var (first, second) = (early, poller)
            let found = try first.poll(live.journal)
            #expect(Set(found.texts).isSuperset(of: ["b", "c"]), "\(size)")
            #expect(found.page.resync || found.texts.sorted() == ["b", "c"], "\(size)")
            let last = try second.poll(live.journal)
            #expect(last.texts.contains("c") && (last.page.resync || last.texts == ["c"]), "\(size)")
            #expect(try second.poll(live.journal).texts == [])
        }
        for at in stride(from: 1, to: whole.count, by: 7) {
            var damaged = whole
            damaged[at] ^= 0x55
            try live.scratch.write(damaged, to: "state/\(name)")
            var second = poller
            #expect(try second.poll(live.journal).texts.contains("c"), "\(at)")
        }
    }

    @Test func aShortenedJournalKeepsItsPositions() throws {
        let place = TableKey(shard: 0, hash: TableHash(high: 1, low: 2))
        var pass = ArrivalPass(seenAt: 100)
        pass.entries = (1...10).map {
            ArrivalEntry(place: place, localID: $0, createTime: $0, kind: .message, seenAt: $0)
        }
        pass.counters = [ArrivalPass.Counter(place: place, counter: ArrivalState.Counter(last: 10, notices: [3]))]
        let state = ArrivalState(ArrivalBase(journal: 7, createdAt: 1, first: 1000, chain: 9, pass: pass))
        let known = KnownRows([2, 5])
        let base = state.shortened(toLast: 6, since: 7, rows: known)
        let short = ArrivalState(base)
        #expect(short.first == 1006 && short.end == state.end)
        #expect(short.chain(at: 1008) == state.chain(at: 1008) && short.chain(at: 1005) == nil)
        #expect(short.entries(from: 1009).map(\.localID) == [10])
        #expect(short.counters[place]?.last == 10)
        #expect(base.rows.known(from: base.rows.bytes).contains(5) && !base.rows.known(from: []).isWhole)
        let bytes = ArrivalRecord.base(base).bytes
        #expect(ArrivalRecord.read(bytes[...])?.size == bytes.count)
        #expect(ArrivalRecord.read(bytes.dropLast()) == nil)
    }

    @Test func twoWritersShareAJournal() async throws {
        let live = try LiveAccount()
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        for number in 0..<20 { try live.send("\(number)", in: LiveAccount.friend, at: 1000 + number) }
        let journals = try (0..<4).map { _ in try live.journal }
        let ends = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for journal in journals { group.addTask { try journal.update().state.end } }
            return try await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(ends.count == 1)
        #expect(try poller.poll(live.journal).texts == (0..<20).map(String.init))
    }
}
