import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowArrivals

struct ArrivalTests {
    @Test func whatIsThereBeforeTheFirstLookIsNotNew() throws {
        let live = try LiveAccount()
        try live.send("old", in: LiveAccount.friend)
        var poller = try Poller()
        #expect(try poller.poll(live.journal).texts == [])
        #expect(try poller.poll(live.journal).texts == [])
    }

    @Test(arguments: [false, true], [true, false])
    func everyMessageArrivesOnceInOrder(restarts: Bool, keepsSequence: Bool) throws {
        let live = try LiveAccount(keepsSequence: keepsSequence)
        let kept = try live.journal
        func journal() throws -> ArrivalJournal { restarts ? try live.journal : kept }
        var poller = try Poller()
        _ = try poller.poll(journal())
        let now = Int(Date().timeIntervalSince1970)
        // One second, a late sync, a new table, a new shard of an official account.
        try live.send("a", in: LiveAccount.friend, at: now)
        try live.send("b", in: LiveAccount.friend, at: now)
        #expect(try poller.poll(journal()).texts == ["a", "b"])
        try live.send("late", in: LiveAccount.group, at: now - 30 * 86_400)
        #expect(try poller.poll(journal()).texts == ["late"])
        try live.addShard("biz_message_0", talkers: [LiveAccount.official])
        try live.send("news", in: LiveAccount.official, shard: "biz_message_0", at: now)
        #expect(try poller.poll(journal()).texts == ["news"])
        try live.addSession("wxid_new")
        try live.addShard("message_0", talkers: ["wxid_new"])
        try live.send("hello", in: "wxid_new", at: now)
        try live.addShard("message_1", talkers: [LiveAccount.friend])
        try live.send("second shard", in: LiveAccount.friend, shard: "message_1", at: now + 1)
        #expect(try poller.poll(journal()).texts == ["hello", "second shard"])
        // The log is copied back and begins anew.
        for round in 0..<4 {
            try live.shards["message_0"]?.run("PRAGMA wal_checkpoint(\(round % 2 == 0 ? "TRUNCATE" : "RESTART"))")
            try live.send("round \(round)", in: LiveAccount.group, at: now)
            #expect(try poller.poll(journal()).texts == ["round \(round)"])
        }
        #expect(try poller.poll(journal()).texts == [])
    }

    /// Without `sqlite_sequence` a row takes the id of the one that was deleted before it.
    @Test func aMessageInThePlaceOfADeletedOneArrives() throws {
        let live = try LiveAccount(keepsSequence: false)
        for text in ["one", "two", "three"] { try live.send(text, in: LiveAccount.friend) }
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        let last = "(SELECT max(local_id) FROM \(LiveAccount.table(LiveAccount.friend)))"
        try live.shards["message_0"]?.run(
            "DELETE FROM \(LiveAccount.table(LiveAccount.friend)) WHERE local_id = \(last)")
        #expect(try poller.poll(live.journal).texts == [])
        try live.send("four", in: LiveAccount.friend)
        #expect(try poller.poll(live.journal).texts == ["four"])
    }

    /// A shard that cannot be read costs what is in it and no other; once it can, what came meanwhile is told by its time.
    @Test func aBrokenShardDoesNotKeepAJournalFromBeginning() throws {
        let live = try LiveAccount()
        try live.addShard("message_1", talkers: [LiveAccount.friend])
        try live.send("old", in: LiveAccount.friend, shard: "message_1", at: 1_600_000_000)
        try live.shards["message_1"]?.run("PRAGMA wal_checkpoint(TRUNCATE)")
        let path = try live.account.folder.store + "/message/message_1.db"
        let whole = try Data(contentsOf: URL(filePath: path))
        try FileHandle(forWritingTo: URL(filePath: path)).write(contentsOf: Data(repeating: 0x58, count: 4096))
        var poller = try Poller()
        #expect(try poller.poll(live.journal).page.losses.isPartial)
        try live.send("new", in: LiveAccount.friend)
        let (texts, page) = try poller.poll(live.journal)
        #expect(texts == ["new"] && page.losses.isPartial)

        try FileHandle(forWritingTo: URL(filePath: path)).write(contentsOf: whole)
        try live.send("meanwhile", in: LiveAccount.friend, shard: "message_1")
        let mended = try poller.poll(live.journal)
        #expect(mended.texts == ["meanwhile"] && !mended.page.losses.isPartial)
        #expect(try poller.poll(live.journal).texts == [])
    }

    @Test(arguments: [false, true]) func damagedCountersCostNoMessage(isFirstLook: Bool) throws {
        let live = try LiveAccount()
        try live.send("old", in: LiveAccount.friend)
        var poller = try Poller()
        if !isFirstLook { _ = try poller.poll(live.journal) }
        try live.send("new", in: LiveAccount.group)
        let shard = try #require(live.shards["message_0"])
        try shard.run("PRAGMA wal_checkpoint(TRUNCATE)")
        let root = try shard.rows("SELECT rootpage FROM sqlite_schema WHERE name='sqlite_sequence'")
        let file = try FileHandle(
            forWritingTo: URL(filePath: try live.account.folder.store + "/message/message_0.db"))
        try file.seek(toOffset: UInt64(4096 * (try #require(root.first?.first.flatMap { Int($0) }) - 1)))
        try file.write(contentsOf: Data(repeating: 0x99, count: 4096))
        if isFirstLook { poller.request.beginning = .since(1_577_836_800) }
        let (texts, page) = try poller.poll(live.journal)
        #expect(texts.sorted() == (isFirstLook ? ["new", "old"] : ["new"]) && !page.losses.isPartial)
    }

    @Test func burstsAreGivenPageByPage() throws {
        let live = try LiveAccount()
        var poller = try Poller(["limit": "7"])
        _ = try poller.poll(live.journal)
        for number in 0..<50 { try live.send("\(number)", in: LiveAccount.friend, at: 1_700_000_000) }
        var texts: [String] = []
        let journal = try live.journal
        var hasMore = true
        while hasMore {
            let (found, page) = try poller.poll(journal)
            #expect(found.count == page.count && page.count <= 7 && !page.resync)
            #expect(page.hasMore == (texts.count + found.count < 50))
            texts += found
            hasMore = page.hasMore
        }
        #expect(texts == (0..<50).map(String.init))
    }

    @Test func filtersLetTheCursorGoOn() throws {
        let live = try LiveAccount()
        var poller = try Poller(["talker": LiveAccount.group, "received": "1", "keyword": "X"])
        _ = try poller.poll(live.journal)
        try live.send("x other", in: LiveAccount.friend)
        try live.send("x own", in: LiveAccount.group, from: LiveAccount.owner)
        try live.send("no", in: LiveAccount.group)
        try live.send("x yes", in: LiveAccount.group)
        #expect(try poller.poll(live.journal).texts == ["x yes"])
        poller.request = try NewMessagesRequest(Parameters(commandLine: ["exclude": LiveAccount.group]))
        #expect(try poller.poll(live.journal).texts == [])
    }

    @Test func revocationsAreFoundInPlaceAndAsRows() throws {
        let live = try LiveAccount()
        let now = Int(Date().timeIntervalSince1970)
        let before = try live.send("before the journal", in: LiveAccount.group, at: now)
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        let table = LiveAccount.table(LiveAccount.friend)
        let late = try live.send("late", in: LiveAccount.friend, at: now - 30 * 86_400)
        let kept = try live.send("kept", in: LiveAccount.friend, at: now)
        #expect(try poller.poll(live.journal).texts == ["late", "kept"])
        try live.shards["message_0"]?.run(
            "UPDATE \(table) SET local_type=10000, message_content='\(LiveAccount.notice(late))' WHERE server_id=\(late)"
        )
        try live.touch(LiveAccount.friend, now, type: 10000)
        #expect(try poller.poll(live.journal).texts == ["revoke \(late)"])
        #expect(try poller.poll(live.journal).texts == [])
        try live.shards["message_0"]?.run("DELETE FROM \(table) WHERE server_id=\(kept)")
        try live.send("x", in: LiveAccount.friend, at: now, type: 10000, serverID: kept)
        try live.shards["message_0"]?.run(
            "UPDATE \(table) SET message_content='\"F\" 撤回了一条消息' WHERE server_id=\(kept)")
        #expect(try poller.poll(live.journal).texts == ["revoke \(kept)"])
        // The session's row may be written before the message's.
        try live.touch(LiveAccount.group, now, type: 10000)
        #expect(try poller.poll(live.journal).texts == [])
        try live.shards["message_0"]?.run(
            "UPDATE \(LiveAccount.table(LiveAccount.group)) SET local_type=10000, "
                + "message_content='\(LiveAccount.notice(before))' WHERE server_id=\(before)")
        #expect(try poller.poll(live.journal).texts == ["revoke \(before)"])
        #expect(try poller.poll(live.journal).texts == [])
    }

    @Test func aTableThatIsMadeAnewIsReadFromItsBeginning() throws {
        let live = try LiveAccount()
        for number in 0..<9 { try live.send("\(number)", in: LiveAccount.friend) }
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        try live.shards["message_0"]?.run("DROP TABLE \(LiveAccount.table(LiveAccount.friend))")
        try live.addShard("message_0", talkers: [LiveAccount.friend])
        try live.send("anew", in: LiveAccount.friend)
        #expect(try poller.poll(live.journal).texts == ["anew"])
    }

    @Test func aTimeIsWalkedAndThenFollowed() throws {
        let live = try LiveAccount()
        for number in 0..<9 {
            try live.send("\(number)", in: number % 2 == 0 ? LiveAccount.friend : LiveAccount.group, at: 1000 + number)
        }
        var poller = try Poller(["since": "1003", "limit": "4"])
        poller.request.beginning = .since(1003)
        let journal = try live.journal
        let (texts, page) = try poller.poll(journal)
        #expect(texts == ["3", "4", "5", "6"] && page.hasMore && !page.resync)
        try live.send("new", in: LiveAccount.friend, at: 1006)
        let (rest, last) = try poller.poll(journal)
        #expect(rest == ["7", "8", "new"] && !last.hasMore)
        #expect(try poller.poll(journal).texts == [])
    }

    @Test func unreadMessagesAreTheNewestReceivedOnes() throws {
        let live = try LiveAccount()
        for number in 0..<5 { try live.send("\(number)", in: LiveAccount.friend, at: 1000 + number) }
        try live.send("own", in: LiveAccount.friend, from: LiveAccount.owner, at: 1006)
        try live.send("notice", in: LiveAccount.friend, at: 1007, type: 10000)
        try live.session.run("UPDATE SessionTable SET unread_count=3 WHERE username='\(LiveAccount.friend)'")
        try live.send("group", in: LiveAccount.group, at: 1003)
        var poller = try Poller()
        poller.request.beginning = .unread
        #expect(try poller.poll(live.journal).texts == ["2", "group", "3", "4"])
    }

    @Test(arguments: ["x", "c1.", "c1.AAAA", "c1.!!!!", "c2.AAAAAAAAAAAAAAAA"])
    func aCursorOfAnotherKindIsRefused(text: String) {
        #expect(throws: WeFlowError.self) { try ArrivalCursor(text) }
    }

    @Test func aCursorOfAnotherAccountIsRefused() throws {
        let live = try LiveAccount()
        var poller = try Poller()
        poller.cursor = ArrivalCursor(account: 1, journal: 2, position: 3, chain: 4, time: 5)
        let error = #expect(throws: WeFlowError.self) { try poller.poll(live.journal) }
        #expect(error?.kind == .usage)
    }

    @Test func keysHaveTheirForm() throws {
        let live = try LiveAccount()
        var poller = try Poller()
        _ = try poller.poll(live.journal)
        try live.send("a", in: LiveAccount.friend, at: 1_760_000_123, serverID: 123_456)
        poller.request.beginning = .cursor(try #require(poller.cursor))
        var keys: [String] = []
        _ = try NewMessagesQuery(poller.request, journal: live.journal).run { arrival, _ in
            keys.append(arrival.messageKey)
        }
        #expect(keys == ["server:123456:1760000123:1760000123000:1:wxid_friend:1"])
    }
}
