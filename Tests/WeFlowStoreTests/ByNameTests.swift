import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowStore

@Suite("Values by name")
struct ByNameTests {
    @Test("are those that were set last, in whatever order the names come")
    func areThoseSetLast() {
        for seed in 0..<40 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var (values, expected) = (ByName<Int>(), [String: Int]())
            for step in 0..<300 {
                // From names that come in order to names that come in none, some of them again.
                let number = seed < 10 ? step : Int.random(in: 0..<200, using: &random)
                values.set(step, for: "msg_\(number)")
                expected["msg_\(number)"] = step
            }
            #expect(values.count == expected.count, "seed \(seed)")
            for number in 0..<310 {
                #expect(values["msg_\(number)"] == expected["msg_\(number)"], "seed \(seed), \(number)")
            }
        }
    }

    @Test("are the same where names and values are, however they came there")
    func areCompared() {
        var (one, other) = (ByName<Int>(), ByName<Int>())
        for (name, value) in [("b", 2), ("a", 1)] { one.set(value, for: name) }
        for (name, value) in [("a", 1), ("b", 2)] { other.set(value, for: name) }
        #expect(one.elementsEqual(other, ==))
        other.set(3, for: "b")
        #expect(!one.elementsEqual(other, ==))
        #expect(!ByName<Int>().elementsEqual(one, ==))
    }
}

@Suite("Many tables of a schema")
struct ManyTablesTests {
    @Test("are found by their names in any order and case, with their indexes")
    func areFound() throws {
        let scratch = try ScratchFolder()
        let folder = try ScratchAccount(scratch)
        do {
            let database = try PlainDatabase(folder.store("message/message_0.db"))
            try database.run("BEGIN")
            for number in 0..<400 {
                let name = number % 3 == 0 ? "MSG_\(number)" : "Msg_\(number)"
                try database.run("CREATE TABLE [\(name)](a INTEGER, b); CREATE INDEX i\(number) ON [\(name)](b)")
            }
            try database.run("COMMIT")
        }
        let shard = try #require(folder.account.messageShards().first)
        let snapshot = try shard.database.snapshot()
        let names = (0..<410).map { "msg_\($0)" }.shuffled()
        // First a few, then all: those that are known and those that are not come together.
        let account = folder.account
        let few = Array(names.prefix(20))
        let there = few.filter { Int($0.dropFirst(4)) ?? .max < 400 }
        #expect(try account.tables(few, of: snapshot).count == there.count)
        let tables = try account.tables(names, of: snapshot)
        #expect(tables.count == 400)
        for number in 0..<400 {
            let table = try #require(tables["msg_\(number)"])
            #expect(table.name.lowercased() == "msg_\(number)" && table.indexes.map(\.columns) == [["b"]])
        }
        #expect(try tables["msg_400"] == nil)
    }
}
