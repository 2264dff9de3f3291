import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowArrivals

struct PushFeedTests {
    @Test func eventsSayWhoAndWhat() throws {
        let live = try LiveAccount()
        let feed = PushFeed(try live.journal)
        #expect(try feed.next().events.isEmpty)
        let id = try live.send("wxid_friend:\nhello", in: LiveAccount.group, at: 1_760_000_123)
        try live.send("own", in: LiveAccount.friend, from: LiveAccount.owner)
        let events = try feed.next().events
        #expect(events.map(\.content) == ["hello", "own"])
        #expect(events.map(\.isOwn) == [false, true])
        #expect(events[0].sessionType == "group" && events[0].sourceName == "Friend")
        #expect(events[0].groupName == "Group" && events[0].rawID == "\(id)")
        #expect(events[1].sessionType == "other" && events[1].groupName == nil)
        #expect(events[1].id == events[0].id + 1)
        #expect(events.filter(PushFilter().admits).map(\.content) == ["hello"])
        #expect(events.filter(PushFilter(exclude: [LiveAccount.group], includesSelf: true).admits).count == 1)
        let notice = LiveAccount.notice(id)
        try live.shards["message_0"]?.run(
            "UPDATE \(LiveAccount.table(LiveAccount.group)) SET local_type=10000, message_content='\(notice)'")
        try live.touch(LiveAccount.group, 1_760_000_124, type: 10000)
        let revoke = try #require(try feed.next().events.first)
        #expect(revoke.event == "message.revoke" && revoke.rawID == "\(id)")
        #expect(revoke.content.contains("\(id)") && revoke.content.contains("hello"))
    }
}
