import Foundation
import Testing
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@testable import WeFlowMoments

@Suite struct MomentsQueryTests {
    /// The id of a post made at a second, the `sequence`th of it.
    static func tid(_ seconds: Int64, _ sequence: Int64 = 0) -> Int64 {
        Int64(bitPattern: UInt64(seconds) * 1000 << 23) + sequence
    }

    static func xml(_ seconds: Int64, text: String = "", subject: String = "") -> String {
        "<SnsDataItem><TimelineObject><createTime>\(seconds)</createTime><contentDesc>\(text)</contentDesc>"
            + "<ContentObject><type>2</type>\(subject)</ContentObject></TimelineObject></SnsDataItem>"
    }

    static func ids(_ scratch: ScratchMoments, _ query: String) throws -> [Int64] {
        let request = try TimelineRequest(Parameters(query: QueryString(query)))
        let result = try TimelineQuery(request, hosts: MediaHosts(), proxyBase: "http://h").run(on: scratch.account)
        #expect(result.damage.isEmpty)
        return result.items.map(\.moment.tid)
    }

    static let base: Int64 = 1_760_000_000

    /// Five posts with times in their ids, two without, stored in no order.
    static func mixed() throws -> (scratch: ScratchMoments, newestFirst: [Int64]) {
        let rows: [(tid: Int64, userName: String, content: String)] = [
            (tid(base + 2), "a", xml(base + 2, text: "Straße &amp; Weg")), (5, "b", xml(base + 9, text: "five")),
            (tid(base), "b", xml(base)), (tid(base + 2, 1), " b ", xml(base + 2, text: "ÄÖÜ")),
            (tid(base + 4), "c", xml(base + 4, subject: "<title>Ein Titel</title>")), (7, "a", xml(base + 1)),
            (tid(base + 1), "a", "<SnsDataItem><TimelineObject><contentDesc>cut off he"),
        ]
        let order = [tid(base + 4), tid(base + 2, 1), tid(base + 2), tid(base + 1), tid(base), 7, 5]
        return (try ScratchMoments(rows: rows), order)
    }

    @Test(arguments: [1, 2, 3, 200])
    func `pages of any size put together are all posts, newest first`(size: Int) throws {
        let (scratch, order) = try Self.mixed()
        var found: [Int64] = []
        for offset in stride(from: 0, to: order.count + size, by: size) {
            found += try Self.ids(scratch, "limit=\(size)&offset=\(offset)")
        }
        #expect(found == order)
    }

    @Test(arguments: [0, 1, 2, 6, 7, 100])
    func `an offset counts what the filter means`(offset: Int) throws {
        let (scratch, order) = try Self.mixed()
        let (start, end) = (Self.base + 1, Self.base + 3)
        // Of the ids without a time one lies in the range by its XML.
        let inRange = [order[1], order[2], order[3], 7]
        #expect(
            try Self.ids(scratch, "offset=\(offset)&start=\(start)&end=\(end)") == Array(inRange.dropFirst(offset)))
        #expect(try Self.ids(scratch, "offset=\(offset)") == Array(order.dropFirst(offset)))
        #expect(try Self.ids(scratch, "offset=\(offset)&usernames=a,b").count == max(0, 6 - offset))
    }

    @Test func `bounds are inclusive to the second, and a range that ends before it begins is empty`() throws {
        let (scratch, order) = try Self.mixed()
        #expect(try Self.ids(scratch, "start=\(Self.base + 2)&end=\(Self.base + 2)") == [order[1], order[2]])
        #expect(try Self.ids(scratch, "end=\(Self.base)") == [Self.tid(Self.base)])
        #expect(try Self.ids(scratch, "start=\(Self.base + 5)") == [5])
        #expect(try Self.ids(scratch, "start=\(Self.base + 2)&end=\(Self.base + 1)").isEmpty)
    }

    @Test(arguments: [
        ("STRASSE", 0), ("straße", 1), ("äöü", 1), ("ße & w", 1), ("TITEL", 1), ("&amp;", 0), ("contentDesc", 0),
        ("cut off", 1), ("e", 4),
    ])
    func `a keyword is looked for in the text, without regard to case`(keyword: String, count: Int) throws {
        let (scratch, _) = try Self.mixed()
        var allowed = CharacterSet.urlQueryAllowed
        allowed.remove(charactersIn: "&+")
        let encoded = try #require(keyword.addingPercentEncoding(withAllowedCharacters: allowed))
        #expect(try Self.ids(scratch, "keyword=" + encoded).count == count)
    }

    @Test(arguments: [
        "CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY DESC, user_name TEXT, content TEXT)",
        "CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY, user_name TEXT, content TEXT, pack_info_buf TEXT)",
        "CREATE TABLE SnsTimeLine(content TEXT, extra INTEGER, tid INTEGER, user_name TEXT)",
        "CREATE TABLE snstimeline(\"tid\" INTEGER, [user_name] TEXT, `content` TEXT, UNIQUE(tid))",
    ])
    func `other generations of the table are read alike`(schema: String) throws {
        let scratch = try ScratchMoments(
            schema: schema, rows: (0..<50).map { (Self.tid(Self.base + ($0 * 37) % 50), "a", Self.xml(Self.base)) })
        #expect(try Self.ids(scratch, "limit=200") == (0..<50).reversed().map { Self.tid(Self.base + $0) })
    }

    @Test func `the census counts all posts, authors by their number, then by name`() throws {
        let (scratch, _) = try Self.mixed()
        try scratch.insert([(1, "", ""), (2, "wxid_me", ""), (3, "B", "")])
        let census = try MomentsCensus.run(on: scratch.account)
        #expect(census.posts == 10)
        #expect(census.usernames == ["a", "b", "B", "c", "wxid_me"])
        #expect(census.ownPosts == 1)
    }

    @Test func `the kept census is counted anew when the database changed`() throws {
        let (scratch, _) = try Self.mixed()
        let cache = MomentsCensusCache()
        #expect(try cache.census(of: scratch.account).posts == 7)
        try scratch.insert([(1, "new", "")])
        #expect(try cache.census(of: scratch.account).usernames.contains("new"))
    }

    @Test func `an account without moments says so`() throws {
        for scratch in [try ScratchMoments(schema: nil), try ScratchMoments(schema: "CREATE TABLE Other(a)")] {
            let error = #expect(throws: WeFlowError.self) { try MomentsCensus.run(on: scratch.account) }
            #expect(error?.kind == .unavailable)
            #expect(error?.sentence.contains("moments") == true)
        }
    }

    /// Sixty posts, the last of which by age lie on a damaged page, or the first.
    static func damaged(newest: Bool) throws -> ScratchMoments {
        let padding = String(repeating: "x", count: 900)
        let scratch = try ScratchMoments(
            rows: (0..<60).map { (index: Int64) in
                let time = newest ? base + index : base - index
                return (tid(time), "a", xml(time, text: padding))
            })
        guard let file = FileHandle(forUpdatingAtPath: scratch.database) else { throw CocoaError(.fileNoSuchFile) }
        let size = try file.seekToEnd()
        // The last page is a leaf of the table, since it was filled last.
        try file.seek(toOffset: size - 4096)
        try file.write(contentsOf: Data(repeating: 0xff, count: 4096))
        try file.close()
        return scratch
    }

    @Test(arguments: [true, false])
    func `a damaged page costs the posts on it and no other`(newest: Bool) throws {
        let scratch = try Self.damaged(newest: newest)
        let request = try TimelineRequest(Parameters(query: QueryString("limit=200")))
        let result = try TimelineQuery(request, hosts: MediaHosts(), proxyBase: "http://h").run(on: scratch.account)
        #expect(result.damage.count == 1)
        #expect(result.damage.first?.database == MomentsTable.database)
        #expect((50..<60).contains(result.items.count))
        #expect(result.items.map(\.moment.tid) == result.items.map(\.moment.tid).sorted(by: >))
    }

    @Test(arguments: ["limit=40", "limit=40&keyword=x", "limit=20&offset=20&usernames=a"])
    func `a damaged page behind the answer is none of its damage`(query: String) throws {
        let scratch = try Self.damaged(newest: false)
        let request = try TimelineRequest(Parameters(query: QueryString(query)))
        let result = try TimelineQuery(request, hosts: MediaHosts(), proxyBase: "http://h").run(on: scratch.account)
        #expect(result.damage.isEmpty && result.items.count == request.limit)
    }
}
