import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowState
import WeFlowStore

@testable import WeFlowArrivals

/// What a table or a journal is, is not judged by one number.
struct RestoreTests {
    /// A client and a stream that look at the same store.
    private struct Both {
        let live: LiveAccount
        var poller: Poller
        let feed: PushFeed

        init(_ live: LiveAccount) throws {
            self.live = live
            poller = try Poller()
            _ = try poller.poll(live.journal)
            feed = PushFeed(try live.journal)
            _ = try feed.next()
        }

        mutating func next() throws -> (texts: [String], events: [String], resync: Bool) {
            let (texts, page) = try poller.poll(live.journal)
            return (texts, try feed.next().events.map(\.content), page.resync)
        }
    }

    private static let now = Int(Date().timeIntervalSince1970)

    @Test(arguments: [true, false], [1, 5]) func aChatThatIsBegunAnewIsNewAsAWhole(isCounted: Bool, count: Int) throws {
        let live = try LiveAccount(keepsSequence: isCounted)
        for number in 0..<3 { try live.send("old \(number)", in: LiveAccount.friend) }
        var both = try Both(live)
        try live.shards["message_0"]?.run("DROP TABLE \(LiveAccount.table(LiveAccount.friend))")
        try live.addShard("message_0", talkers: [LiveAccount.friend])
        let new = (0..<count).map { "new \($0)" }
        for (place, text) in new.enumerated() { try live.send(text, in: LiveAccount.friend, at: Self.now + place) }
        let found = try both.next()
        #expect(found.texts == new && found.events == new && !found.resync)
        #expect(try both.next().texts == [])
    }

    /// Rows at the end are gone, and then others take their ids and go on behind them.
    @Test(arguments: [true, false], [5, 40]) func aShardThatWentBackAndOnLosesNothing(isSameFile: Bool, more: Int)
        throws
    {
        let live = try LiveAccount()
        for number in 0..<30 { try live.send("old \(number)", in: LiveAccount.friend, at: 1_600_000_000 + number) }
        let backup = try live.backup("message_0")
        for number in 30..<50 { try live.send("old \(number)", in: LiveAccount.friend, at: 1_600_000_000 + number) }
        var both = try Both(live)
        try live.send("seen", in: LiveAccount.friend, at: 1_600_000_050)
        #expect(try both.next().texts == ["seen"])
        try live.restore("message_0", from: backup, inPlace: isSameFile)
        #expect(try both.next().events == [])
        let new = (0..<more).map { "new \($0)" }
        for (place, text) in new.enumerated() {
            // As old as what was there, so that no time tells them apart.
            try live.send(text, in: LiveAccount.friend, at: 1_600_000_030 + place)
        }
        let found = try both.next()
        #expect(found.texts == new && found.events == new && !found.resync)
        #expect(try both.next().texts == [])
    }

    @Test func whatComesBackByARestoreIsNoEvent() throws {
        let live = try LiveAccount()
        for number in 0..<40 { try live.send("old \(number)", in: LiveAccount.group, at: 1_600_000_000 + number) }
        let backup = try live.backup("message_0")
        var both = try Both(live)
        // The chat is deleted, and comes back.
        try live.shards["message_0"]?.run("DROP TABLE \(LiveAccount.table(LiveAccount.group))")
        #expect(try both.next().texts == [])
        try live.restore("message_0", from: backup, inPlace: true)
        let found = try both.next()
        #expect(found.texts == [] && found.events == [])
        try live.send("new", in: LiveAccount.group, at: 1_600_000_040)
        #expect(try both.next().events == ["new"])
    }

    @Test func shardsThatChangeTheirNumbersBringNothing() throws {
        let live = try LiveAccount()
        try live.addShard("message_1", talkers: [LiveAccount.friend])
        for number in 0..<9 {
            try live.send("\(number)", in: LiveAccount.friend, shard: number % 2 == 0 ? "message_0" : "message_1")
        }
        var both = try Both(live)
        try live.swapShards("message_0", "message_1")
        #expect(try both.next().texts == [])
        try live.send("new", in: LiveAccount.friend, shard: "message_1")
        let found = try both.next()
        #expect(found.texts == ["new"] && found.events == ["new"])
    }

    @Test func twoCopiesInTurnGiveEverythingOnce() throws {
        let live = try LiveAccount()
        for number in 0..<60 { try live.send("old \(number)", in: LiveAccount.friend, at: 1_600_000_000 + number) }
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        let copy = try live.copy()
        for round in 0..<4 {
            try live.send("here \(round)", in: LiveAccount.friend, at: 1_700_000_000 + round)
            #expect(try poller.poll(live.journal).texts == ["here \(round)"])
            let (texts, page) = try poller.poll(ArrivalJournal(of: copy, in: live.state))
            #expect(texts == [] && !page.resync)
        }
    }

    /// The counters of the shards themselves tell what was written since.
    @Test func aCursorWithoutItsJournalMissesNothing() throws {
        let live = try LiveAccount()
        for number in 0..<20 { try live.send("old \(number)", in: LiveAccount.friend, at: 1_600_000_000 + number) }
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        try live.send("seen", in: LiveAccount.friend, at: Self.now - 4000)
        #expect(try poller.poll(live.journal).texts == ["seen"])
        try live.send("years old", in: LiveAccount.friend, at: 1_500_000_000)
        try live.send("an hour old", in: LiveAccount.group, at: Self.now - 3600)
        try FileManager.default.removeItem(atPath: live.scratch.file("state"))
        var (texts, page) = try poller.poll(live.journal)
        #expect(texts == ["years old", "an hour old"] && page.resync)
        (texts, page) = try poller.poll(live.journal)
        #expect(texts == [] && !page.resync)
    }

    /// A cursor of an older program has no counters: a month is given again.
    @Test func anOlderCursorWithoutItsJournalGoesBackAMonth() throws {
        let live = try LiveAccount()
        try live.send("old", in: LiveAccount.friend, at: 1_600_000_000)
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        let cursor = try #require(poller.cursor)
        poller.cursor =
            ArrivalCursor(
                account: cursor.account, journal: cursor.journal, position: cursor.position, chain: cursor.chain,
                time: cursor.time)
        try live.send("weeks old", in: LiveAccount.friend, at: Self.now - 20 * 86_400)
        try FileManager.default.removeItem(atPath: live.scratch.file("state"))
        let (texts, page) = try poller.poll(live.journal)
        #expect(texts == ["weeks old"] && page.resync)
    }

    @Test(arguments: [10, 700]) func aRecallInPlaceIsFoundHoweverManyRowsFollow(count: Int) throws {
        let live = try LiveAccount()
        let id = try live.send("taken back", in: LiveAccount.group, at: Self.now)
        try live.sendMany(count, in: LiveAccount.group, at: Self.now)
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        try live.shards["message_0"]?.run(
            "UPDATE \(LiveAccount.table(LiveAccount.group)) SET local_type=10000, "
                + "message_content='\(LiveAccount.notice(id))' WHERE server_id=\(id)")
        try live.touch(LiveAccount.group, Self.now, type: 10000)
        #expect(try poller.poll(live.journal).texts == ["revoke \(id)"])
        #expect(try poller.poll(live.journal).texts == [])
    }

    @Test(arguments: [Int64.min, -1, .max]) func aCounterAtTheEndsOfItsRangeLosesNothing(counter: Int64) throws {
        let live = try LiveAccount()
        try live.send("old", in: LiveAccount.friend)
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        try live.shards["message_0"]?.run("UPDATE sqlite_sequence SET seq=\(counter)")
        #expect(try poller.poll(live.journal).texts == [])
        try live.shards["message_0"]?.run(
            "INSERT INTO \(LiveAccount.table(LiveAccount.friend))(local_id, server_id, local_type, sort_seq, "
                + "real_sender_id, create_time, status, message_content) VALUES(2, 77, 1, 1, 1, 1, 3, 'new')")
        try live.touch(LiveAccount.friend, Self.now, type: 1)
        #expect(try poller.poll(live.journal).texts == ["new"])
        #expect(try poller.poll(live.journal).texts == [])
    }

    /// One table that `sqlite_sequence` does not have, among others that it has.
    @Test func aTableThatIsNotCountedIsSeenToo() throws {
        let live = try LiveAccount()
        try live.send("counted", in: LiveAccount.friend)
        try live.addPlainTable("gh_plain", in: "message_0")
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        try live.send("not counted", in: "gh_plain")
        #expect(try poller.poll(live.journal).texts == ["not counted"])
    }

    @Test func aLockThatIsKeptIsWaitedForAndThenSaid() throws {
        let live = try LiveAccount()
        _ = try live.journal.update()
        let path = live.scratch.file("state/\(try live.account.owner.username)/arrivals.lock")
        let lock = open(path, O_RDWR)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        let error = #expect(throws: WeFlowError.self) { try live.journal.update() }
        #expect(error?.kind == .conflict && error?.sentence.contains("arrivals.lock") == true)
    }

    /// A journal as the program before this one wrote it goes on where it was.
    @Test func anEarlierJournalGoesOn() throws {
        let live = try LiveAccount()
        for number in 0..<5 { try live.send("\(number)", in: LiveAccount.friend) }
        let bytes = EarlierJournal.bytes(table: LiveAccount.friend, last: 3, createdAt: Int64(Self.now) - 60)
        let folder = live.state.account(try live.account.folder.name)
        try folder.write(bytes, to: "arrivals")
        var poller = try Poller()
        let journal = try live.journal
        let state = try journal.update().state
        #expect(state.journal == 42 && state.entries.map(\.localID) == [4, 5])
        poller.cursor = journal.cursor(at: 1000, in: state)
        let (texts, page) = try poller.poll(journal)
        #expect(texts == ["3", "4"] && !page.resync)
    }
}

/// The first form of the journal's file.
private enum EarlierJournal {
    static func bytes(table: String, last: Int64, createdAt: Int64) -> [UInt8] {
        var payload = LittleEndianWriter()
        payload.put(UInt8(ascii: "B"))
        payload.put(1 as UInt8)
        payload.put(42 as UInt64)
        payload.put(createdAt)
        payload.put(1000 as UInt64)
        payload.put(42 as UInt64)
        payload.put(createdAt)
        payload.put(0 as UInt32)
        payload.put(1 as UInt32)
        let hash = TableHash(of: table)
        payload.put(0 as UInt32)
        payload.put(hash.high)
        payload.put(hash.low)
        payload.put(last)
        payload.put(last)
        payload.put(0 as UInt32)
        payload.put(0 as UInt32)
        payload.put(0 as UInt32)
        var sum = ChecksumFNV(seed: UInt64(payload.bytes.count))
        sum.add(payload.bytes)
        var record = LittleEndianWriter()
        record.put(UInt32(payload.bytes.count))
        record.put(sum.value)
        return record.bytes + payload.bytes
    }
}
