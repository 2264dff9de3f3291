import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Leaves of a table")
struct LeafMapTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    /// Ids with gaps, negative ones too, and texts that need overflow pages now and then.
    private static let ids: [Int64] = {
        var (ids, id): ([Int64], Int64) = ([], -3000)
        for step in 0..<4000 {
            ids.append(id)
            id += step % 50 < 40 ? 1 : Int64(step % 13 + 1)
        }
        return ids
    }()

    @Test(
        "a walk reads more and more leaves at once, and one for all rows many from the first on",
        arguments: [false, true])
    func readsAhead(walksAll: Bool) throws {
        let table = try table()
        let root = table.schema.root
        let map = try #require(try LeafMap(table.snapshot, root: root))
        let cache = PageCache(table.snapshot, pages: 64)
        let cursor = TableCursor(cache, of: table.schema)
        cursor.walksAll = walksAll
        // How many leaves are there when one is asked for that was not.
        var rounds: [Int] = []
        var (place, known) = (0, 0)
        while try cursor.next() {
            while !map.admits(cursor.rowID, at: place) { place += 1 }
            guard place >= known else { continue }
            let ahead = (place..<map.count).prefix { cache.holds(map.page(at: $0)) }.count
            rounds.append(ahead)
            known = place + ahead
        }
        #expect(map.count > 40)
        #expect(Array(rounds.prefix(4)) == (walksAll ? [16, 16, 16] + rounds.dropFirst(3).prefix(1) : [2, 4, 8, 16]))
        #expect(rounds.reduce(0, +) == map.count)
    }

    /// A table of the rows above; `spoil` is a leaf that is made no page, `time` the time of a row in SQL.
    private func table(
        spoil: Int? = nil, isTimeLast: Bool = false, time: (Int64) -> String = { String($0 &* 3) }
    ) throws -> MessageTable {
        let folder = try ScratchAccount(scratch)
        let name = "Msg_" + md5Hex("wxid_chat")
        let path = folder.store("message/message_0.db")
        do {
            let database = try PlainDatabase(path)
            let columns = ["create_time INTEGER", "message_content TEXT"]
            try database.run(
                "CREATE TABLE [\(name)](local_id INTEGER PRIMARY KEY, "
                    + (isTimeLast ? columns.reversed() : columns).joined(separator: ", ") + ")")
            try database.run("BEGIN")
            for id in Self.ids {
                let text = String(repeating: "x", count: id % 501 == 0 ? 9000 : Int(abs(id) % 90))
                try database.run(
                    "INSERT INTO [\(name)](local_id, create_time, message_content) "
                        + "VALUES(\(id), \(time(id)), '\(text)')")
            }
            try database.run("COMMIT")
            _ = try database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        if let spoil {
            let file = "account/db_storage/message/message_0.db"
            var bytes = try scratch.bytes(of: file)
            let leaves = (1..<(bytes.count / 4096)).filter { bytes[$0 * 4096] == 13 }
            bytes[leaves[spoil] * 4096] = 0x77
            try scratch.write(bytes, to: file)
        }
        let account = folder.account
        let shard = try #require(account.messageShards().first)
        return try #require(try MessageTable.open(shard, ordinal: 0, talker: "wxid_chat", in: account))
    }

    @Test("rows in any order are those that a cursor finds, batch after batch")
    func findsRows() throws {
        let table = try table()
        let map = try #require(try table.leaves())
        #expect(map.count > 50)
        let (fast, slow) = (MessageReader(table, leaves: map), MessageReader(table))
        var generator = SeededGenerator(seed: 11)
        for size in [1, 30, 700, 5, 4000] {
            var wanted = Array(Self.ids.shuffled(using: &generator).prefix(size))
            wanted += [Self.ids[0] - 1, Self.ids[10] + 1, .max]
            try fast.plan(wanted)
            for (place, id) in wanted.enumerated() {
                guard try slow.find(id) else {
                    let lost = #expect(throws: PageFailure.self) { try fast.plannedRows.load(place) }
                    #expect(lost?.reason == .rowMissing)
                    continue
                }
                func values(_ reader: MessageReader) -> ([Int64], [UInt8]) {
                    reader.withRow { ([$0.localID, $0.createTime, $0.serverID], Array($0.content)) }
                }
                try fast.plannedRows.load(place)
                #expect(values(fast) == values(slow))
                #expect(try fast.createTime(planned: place) == values(slow).0[1])
            }
        }
    }

    @Test("a scan gives every row once")
    func scans() throws {
        let table = try table()
        let map = try #require(try table.leaves())
        let reader = MessageReader(table, leaves: map)
        var found: [Int64] = []
        for start in stride(from: 0, to: map.count, by: 7) {
            try reader.scan(start..<min(start + 7, map.count)) { row, id in
                #expect(row.createTime == id &* 3)
                found.append(id)
            } failed: {
                Issue.record("\($0)")
            }
        }
        #expect(found == Self.ids)
    }

    /// Times of all the ways that a row can hold one.
    private static func oddTime(_ id: Int64) -> String {
        switch id % 11 {
        case 0: "NULL"
        case 1, -1: "\(id).5"
        case 2, -2: "x'3132'"
        case 3, -3: "'soon'"
        case 4, -4: String(id % 2)
        case 5, -5: String(id << 40)
        default: String(id)
        }
    }

    @Test(
        "a scan of a span of time gives every row in it, and none whose time is plain to see outside",
        arguments: [false, true], [-100...100, 0...0, .min ... -1, 1...(.max)] as [ClosedRange<Int64>])
    func scansSpans(isTimeLast: Bool, times: ClosedRange<Int64>) throws {
        let table = try table(isTimeLast: isTimeLast, time: Self.oddTime)
        let map = try #require(try table.leaves())
        let reader = MessageReader(table, leaves: map)
        var (all, found, stray): ([Int64], [Int64], Int) = ([], [], 0)
        try reader.scan(0..<map.count) { row, id in
            if times.contains(row.createTime) { all.append(id) }
        } failed: {
            Issue.record("\($0)")
        }
        try reader.scan(0..<map.count, times: times) { row, id in
            if times.contains(row.createTime) { found.append(id) } else { stray += 1 }
        } failed: {
            Issue.record("\($0)")
        }
        #expect(!all.isEmpty)
        #expect(found == all)
        if !isTimeLast { #expect(stray < Self.ids.count / 2) }
    }

    @Test("a spoiled leaf is named, and costs its own rows only")
    func namesSpoiledLeaves() throws {
        let table = try table(spoil: 20)
        let map = try #require(try table.leaves())
        let reader = MessageReader(table, leaves: map)
        var found: [Int64] = []
        var failures: [PageFailure] = []
        try reader.scan(0..<map.count) { _, id in
            found.append(id)
        } failed: {
            failures.append($0)
        }
        #expect(failures.count == 1)
        #expect(found.count < Self.ids.count && found.count > Self.ids.count - 100)
        let lost = Set(Self.ids).subtracting(found)
        try reader.plan(Self.ids)
        for (place, id) in Self.ids.enumerated() {
            if lost.contains(id) {
                #expect(throws: failures[0]) { try reader.plannedRows.load(place) }
            } else {
                try reader.plannedRows.load(place)
                #expect(reader.withRow { $0.localID } == id)
            }
        }
    }
}
