import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// The journal and the cursors as a crash, a full disk or somebody's editor leaves them.
struct ArrivalFuzzTests {
    /// The journal's file of an account to which messages came.
    private func journal(of live: LiveAccount) throws -> URL {
        let files = FileManager.default.enumerator(atPath: live.scratch.file("state"))?.compactMap { $0 as? String }
        let name = try #require(files?.first { $0.hasSuffix("/arrivals") })
        return URL(fileURLWithPath: live.scratch.file("state/\(name)"))
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func aDamagedJournalRepeatsRatherThanLoses(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var damage = SeededGenerator(seed: seed)
        let live = try LiveAccount()
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        let now = Int(Date().timeIntervalSince1970)
        for round in 0..<12 {
            let texts = (0..<Int.random(in: 1...4, using: &random)).map { "\(seed).\(round).\($0)" }
            for text in texts { try live.send(text, in: LiveAccount.friend, at: now) }
            // Half of the time the look that wrote them down is lost with the damage, half it is not.
            if Bool.random(using: &random) { _ = try live.journal.update() }
            let file = try journal(of: live)
            let bytes = Array(try Data(contentsOf: file))
            try Data(damage.damaged(bytes)).write(to: file)
            var found: Set<String> = []
            let journal = try live.journal
            var hasMore = true
            while hasMore {
                let (got, page) = try poller.poll(journal)
                found.formUnion(got)
                hasMore = page.hasMore
            }
            #expect(found.isSuperset(of: texts), "seed \(seed), round \(round)")
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func anyBytesAreARecordOrNone(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let live = try LiveAccount()
        _ = try live.journal.update()
        for text in ["a", "b", "c"] { try live.send(text, in: LiveAccount.group, at: 1_700_000_000) }
        _ = try live.journal.update()
        let bytes = Array(try Data(contentsOf: journal(of: live)))
        for _ in 0..<500 {
            var rest = random.damaged(bytes)[...]
            while let (_, size) = ArrivalRecord.read(rest) {
                #expect(size > 0 && size <= rest.count)
                rest = rest.dropFirst(size)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func anyTextIsACursorOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let place = ArrivalPosition(
            createTime: 1, sortSeq: 2, localID: 3, table: TableKey(shard: 4, hash: TableHash(high: 5, low: 6)))
        let cursors = [
            ArrivalCursor(account: 1, journal: 2, position: 3, chain: 4, time: 5),
            ArrivalCursor(
                account: 1, journal: 2, position: .max, chain: 4, time: .min, walk: .init(since: 7, last: place)),
            ArrivalCursor(account: 1, journal: 2, position: 3, chain: 4, time: 5, walk: .init(since: 7, last: nil)),
            ArrivalCursor(account: 1, journal: 2, position: 3, chain: 4, time: 5, digest: CounterDigest()),
            ArrivalCursor(
                account: 1, journal: 2, position: 3, chain: 4, time: 5, digest: CounterDigest(),
                walk: .init(since: 7, then: CounterDigest(), last: place)),
        ]
        let form = try Regex(ArrivalCursor.pattern)
        for cursor in cursors {
            #expect(try ArrivalCursor(cursor.text) == cursor)
            #expect(try form.wholeMatch(in: cursor.text) != nil)
        }
        for round in 0..<1000 {
            let bytes = random.damaged(Array(cursors[round % cursors.count].text.utf8), from: round % 3 == 0 ? 0 : 3)
            let text = String(decoding: bytes, as: UTF8.self)
            let hasForm = try form.wholeMatch(in: text) != nil
            switch Result(catching: { () throws(WeFlowError) in try ArrivalCursor(text) }) {
            case .success(let read): #expect(cursors.contains(read) && hasForm)
            case .failure(let error): #expect(error.kind == (hasForm ? .notFound : .usage))
            }
        }
    }

    /// A cursor that was made for this account may still point anywhere.
    @Test func aCursorFromElsewhereIsAnsweredAndSaysSo() throws {
        let live = try LiveAccount()
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        let mine = try #require(poller.cursor)
        try live.send("a", in: LiveAccount.friend, at: Int(Date().timeIntervalSince1970))
        for position in [0, 1, mine.position &+ 1, 1 << 40, .max] as [UInt64] {
            poller.cursor =
                ArrivalCursor(
                    account: mine.account, journal: mine.journal, position: position, chain: mine.chain, time: mine.time
                )
            let (texts, page) = try poller.poll(live.journal)
            #expect(texts.contains("a") || (position == mine.position && page.count == 1))
        }
    }
}
