import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Order of messages")
struct MessageEntriesTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    private struct Row {
        let id: Int64
        let sequence: Int64?
        let time: Int64
    }

    /// Makes one shard for each list of rows and gives the chat's tables.
    private func tables(
        _ shards: [[Row]], index: Bool = true, column: Bool = true, indexed: String = "sort_seq"
    ) throws -> [MessageTable] {
        let folder = try ScratchAccount(scratch)
        let table = "Msg_" + md5Hex("wxid_chat")
        for (number, rows) in shards.enumerated() {
            let database = try PlainDatabase(folder.store("message/message_\(number).db"))
            let sequence = column ? "sort_seq INTEGER, " : ""
            try database.run(
                "CREATE TABLE [\(table)](local_id INTEGER PRIMARY KEY, \(sequence)create_time INTEGER, message_content TEXT)"
            )
            if index && column { try database.run("CREATE INDEX [\(table)_SORTSEQ] ON [\(table)](\(indexed))") }
            try database.run("BEGIN")
            for row in rows {
                let value = column ? (row.sequence.map(String.init) ?? "NULL") + ", " : ""
                try database.run("INSERT INTO [\(table)] VALUES(\(row.id), \(value)\(row.time), 'x')")
            }
            try database.run("COMMIT")
        }
        let account = folder.account
        return try account.messageShards().enumerated().compactMap { ordinal, shard in
            try MessageTable.open(shard, ordinal: ordinal, talker: "wxid_chat", in: account)
        }
    }

    private func places(_ tables: [MessageTable], _ direction: IndexCursor.Direction) throws -> [String] {
        try MessageEntries(tables, direction: direction).next(10_000).map { "\($0.table):\($0.rowID)" }
    }

    @Test("by sequence, then time, then id, then shard; the other way round exactly the reverse")
    func ordersTies() throws {
        let tables = try tables([
            [
                Row(id: 1, sequence: 5000, time: 5), Row(id: 2, sequence: 5000, time: 4),
                Row(id: 3, sequence: 7000, time: 7),
            ],
            [
                Row(id: 1, sequence: 5000, time: 5), Row(id: 9, sequence: 6000, time: 1),
                Row(id: 4, sequence: 1000, time: 9),
            ],
        ])
        let forward = ["1:4", "0:2", "0:1", "1:1", "1:9", "0:3"]
        #expect(try places(tables, .forward) == forward)
        #expect(try places(tables, .backward) == forward.reversed())
    }

    @Test(
        "an index that is not in the order of the sequence, or leaves rows out, is passed by",
        arguments: ["sort_seq DESC", "sort_seq COLLATE NOCASE DESC", "sort_seq) WHERE (sort_seq > 2000", "-sort_seq"])
    func ordersByOtherIndexes(indexed: String) throws {
        let rows = (1...400).map { Row(id: $0, sequence: 1000 + $0 * 7 % 401, time: 0) }
        let tables = try tables([rows], indexed: indexed)
        let wanted = rows.sorted { $0.sequence ?? 0 < $1.sequence ?? 0 }.map { "0:\($0.id)" }
        #expect(try places(tables, .forward) == wanted)
        #expect(try places(tables, .backward) == wanted.reversed())
    }

    @Test("a missing or zero sequence counts as the time times 1000", arguments: [true, false])
    func ordersRowsWithoutSequence(index: Bool) throws {
        let tables = try tables(
            [
                [
                    Row(id: 1, sequence: nil, time: 6), Row(id: 2, sequence: 0, time: 3),
                    Row(id: 3, sequence: 5000, time: 5), Row(id: 4, sequence: 4000, time: 4),
                    Row(id: 5, sequence: -8, time: 0),
                ]
            ], index: index)
        #expect(try places(tables, .forward) == ["0:5", "0:2", "0:4", "0:3", "0:1"])
        #expect(try places(tables, .backward) == ["0:1", "0:3", "0:4", "0:2", "0:5"])
    }

    @Test("without the column the time orders")
    func ordersByTime() throws {
        let tables = try tables(
            [[Row(id: 1, sequence: nil, time: 9), Row(id: 2, sequence: nil, time: 3)]], column: false)
        #expect(try places(tables, .forward) == ["0:2", "0:1"])
    }

    @Test("skipping and paging in any portion gives each message once", arguments: [1, 2, 3, 7, 100])
    func pages(size: Int) throws {
        let rows = (1...40).map { Row(id: Int64($0), sequence: Int64($0 / 4) * 1000, time: Int64(40 - $0)) }
        let tables = try tables([rows, rows.map { Row(id: $0.id + 100, sequence: $0.sequence, time: $0.time) }])
        for direction in [IndexCursor.Direction.forward, .backward] {
            let all = try places(tables, direction)
            #expect(Set(all).count == 80)
            for offset in stride(from: 0, to: 85, by: size) {
                let order = try MessageEntries(tables, direction: direction)
                #expect(try order.skip(offset) == min(offset, 80))
                #expect(
                    try order.next(size).map { "\($0.table):\($0.rowID)" } == Array(all.dropFirst(offset).prefix(size)))
            }
        }
    }

    @Test("passing over whole leaves gives what passing over each entry gives", arguments: [0, 1, 2, 3])
    func passesLeaves(shape: Int) throws {
        // Sequences that grow, with ties, across zero and with gaps, over many leaves; a second shard that follows the
        // first, lies between its entries, or begins in its midst.
        func sequence(_ id: Int) -> Int64? {
            switch shape {
            case 0: Int64(id)
            case 1: Int64(id / 3 + 1)
            case 2: id % 97 == 0 ? nil : Int64(id - 900)
            default: Int64(id / 400 * 1000 + id % 400)
            }
        }
        let rows = (1...1800).map { Row(id: Int64($0), sequence: sequence($0), time: Int64($0 * 7 % 50)) }
        let others = (1...700).map { id in
            let first = [1801, 1, 900, 2][shape] + (shape == 1 ? id : 0)
            return Row(id: Int64(id), sequence: sequence(first + id), time: Int64(id % 40))
        }
        let tables = try tables([rows, others])
        for direction in [IndexCursor.Direction.forward, .backward] {
            let all = try places(tables, direction)
            #expect(Set(all).count == 2500)
            for offset in Array(stride(from: 0, to: 2600, by: 83)) + [1799, 1800, 1801, 2499, 2500] {
                for trusts in [true, false] {
                    let order = try MessageEntries(tables, direction: direction, trustsPages: trusts)
                    #expect(try order.skip(offset) == min(offset, 2500))
                    let next = try order.next(4).map { "\($0.table):\($0.rowID)" }
                    #expect(next == Array(all.dropFirst(offset).prefix(4)))
                    #expect(try order.skip(5000) == max(0, 2500 - offset - 4))
                }
            }
        }
    }

    @Test("leaping gives what passing over each entry gives, in any order of rows and with any ties", arguments: 0..<12)
    func leaps(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Few sequences make crowds that lie on several leaves; some shards end before others begin.
        let spread = Int64([40, 3000, 1 << 40][Int(seed % 3)])
        let least: Int64 = seed.isMultiple(of: 4) ? 1 - spread / 2 : 1
        let shards = (0..<Int.random(in: 1...3, using: &random)).map { shard in
            (1...Int.random(in: 1000...3000, using: &random)).map { id in
                var sequence = Int64.random(in: least...(least + spread), using: &random)
                if seed % 5 == 1 { sequence += Int64(shard) * spread / 2 }
                let row = Row(id: Int64(id), sequence: sequence, time: Int64.random(in: 0...9, using: &random))
                return seed.isMultiple(of: 4) || sequence != 0 ? row : Row(id: Int64(id), sequence: 1, time: 0)
            }
        }
        let tables = try tables(shards)
        let size = shards.reduce(0) { $0 + $1.count }
        for direction in [IndexCursor.Direction.forward, .backward] {
            let all = try places(tables, direction)
            #expect(Set(all).count == size)
            var leapt = 0
            for _ in 0..<25 {
                let offset = Int.random(in: 0...(size + 20), using: &random)
                let order = try MessageEntries(tables, direction: direction, trustsPages: true, leapsFrom: 1)
                #expect(try order.skip(offset) == min(offset, size))
                #expect(try order.next(7).map { "\($0.table):\($0.rowID)" } == Array(all.dropFirst(offset).prefix(7)))
                #expect(order.damage.isEmpty)
                var leap = try #require(try EntryLeap(tables, direction))
                leapt += try leap.leap(over: offset)?.passed ?? 0
            }
            // A crowd is passed over as a whole or not at all.
            #expect(leapt > 0 || spread == 40 || shards.count == 1 && size < 1400)
            let whole = try MessageEntries(tables, direction: direction, trustsPages: true, leapsFrom: 1)
            #expect(try whole.skip(.max) == size)
        }
    }

    @Test("entries of one sequence stay in one batch for a reader who orders them", arguments: [1, 2, 3, 7, 100])
    func keepsTiesTogether(size: Int) throws {
        let rows = (1...60).map { Row(id: Int64($0), sequence: Int64($0 / 4) * 1000, time: Int64(60 - $0)) }
        let crowd = (200...300).map { Row(id: Int64($0), sequence: 7000, time: Int64(1000 - $0)) }
        let tables = try tables([rows, rows.map { Row(id: $0.id + 100, sequence: $0.sequence, time: $0.time) } + crowd])
        for direction in [IndexCursor.Direction.forward, .backward] {
            let all = try MessageEntries(tables, direction: direction).next(1000)
            let order = try MessageEntries(tables, direction: direction)
            var batches: [[MessageEntry]] = []
            while true {
                let batch = try order.next(size, ordersTies: false)
                if batch.isEmpty { break }
                batches.append(batch)
            }
            #expect(batches.joined().map(\.sequence) == all.map(\.sequence))
            for (batch, next) in zip(batches, batches.dropFirst()) {
                // A crowd is put in order here, so that no batch has to hold all of it.
                #expect(batch.last?.sequence != next.first?.sequence || batch.last?.sequence == 7000)
            }
            let crowded = batches.joined().filter { $0.sequence == 7000 }
            #expect(crowded.elementsEqual(all.filter { $0.sequence == 7000 }))
        }
    }

    @Test("a walk goes on behind the place an earlier one got to")
    func resumes() throws {
        let rows = (1...12).map { Row(id: Int64($0), sequence: Int64($0 / 3) * 1000, time: Int64($0 % 2)) }
        let tables = try tables([rows, rows])
        for direction in [IndexCursor.Direction.forward, .backward] {
            let all = try MessageEntries(tables, direction: direction).next(100)
            for (at, entry) in all.enumerated() {
                let time = Int64(entry.rowID % 2)
                let place = MessagePosition(entry, createTime: time, in: tables[entry.table])
                let rest = try MessageEntries(tables, direction: direction, after: place).next(100)
                #expect(rest == Array(all[(at + 1)...]))
            }
        }
    }

    @Test("a damaged index costs no message")
    func readsPastADamagedIndex() throws {
        let rows = (1...3000).map { Row(id: Int64($0), sequence: Int64(5000 - $0), time: Int64($0)) }
        // No snapshot may be left: it would keep the log from being copied.
        let (all, root) = try {
            let whole = try tables([rows])
            return (try places(whole, .backward), try #require(whole.first?.schema.index(on: "sort_seq")?.root))
        }()
        // The index's pages follow its root; one of its leaves is spoiled.
        let path = scratch.file("account/db_storage/message/message_0.db")
        do {
            let database = try PlainDatabase(path)
            _ = try database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let name = "account/db_storage/message/message_0.db"
        var bytes = try scratch.bytes(of: name)
        let leaves = (1..<(bytes.count / 4096)).filter { bytes[$0 * 4096] == 10 && UInt32($0 + 1) != root }
        bytes[try #require(leaves.dropFirst(2).first) * 4096] = 0x77
        try scratch.write(bytes, to: name)
        let account = ScratchAccount(existing: scratch).account
        let shard = try #require(account.messageShards().first)
        let damaged = try #require(try MessageTable.open(shard, ordinal: 0, talker: "wxid_chat", in: account))
        let order = try MessageEntries([damaged], direction: .backward)
        #expect(try order.next(5000).map { "\($0.table):\($0.rowID)" } == Array(all.prefix(3000)))
    }
}
