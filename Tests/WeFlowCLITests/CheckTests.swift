import Foundation
import TestSupport
import Testing

/// `weflow check`: its streams and exit codes.
struct CheckTests {
    @Test func aWholeAccountEndsWithZero() throws {
        let outcome = try Program(FixtureAccount("raw-wal")).run(["check"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.text.contains("every database opens"))
        #expect(outcome.text.contains("message/message_1.db"))
    }

    @Test func damageEndsWith75AndIsStillReported() throws {
        let account = try FixtureAccount("raw-wal")
        var program = try Program(account)
        let copy = try account.copy(to: program.scratch)
        program.environment["WEFLOW_ACCOUNT"] = copy
        let path = "\(copy)/db_storage/contact/contact.db"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[4096 * 3 + 99] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: path))
        let outcome = try program.run(["check", "--deep", "--json"])
        #expect(outcome.status == 75)
        let report = try outcome.json()
        #expect(report["verdict"]?.text == "damaged")
        let database = report["databases"]?.items.first { $0["name"]?.text == "contact/contact.db" }
        let damage = database?["damage"]?.items.first
        #expect(damage?["firstPage"]?.int == 4 && damage?["lastPage"]?.int == 4)
        #expect(damage?["fault"]?.text == "checksum" && damage?["owner"]?.text != nil)
    }

    @Test func aWrongKeyEndsWith78() throws {
        let outcome = try Program(FixtureAccount("kdf")).run(
            ["check"], ["WEFLOW_KEY": String(repeating: "0f", count: 32)])
        #expect(outcome.status == 78)
        #expect(outcome.text.contains("the key fits no database"))
    }

    @Test func theReportForOthersNamesTheProgramAndNobody() throws {
        let account = try FixtureAccount("kdf")
        let program = try Program(account)
        for arguments in [["check", "--report"], ["check", "--report", "--json", "--deep"]] {
            let text = try program.run(arguments).text
            #expect(!text.contains(account.username) && !text.contains(account.path))
        }
        #expect(try program.run(["check", "--report"]).text.hasPrefix("weflow    1."))
    }

    @Test func theReportGoesToAFile() throws {
        let program = try Program(FixtureAccount("none"))
        let outcome = try program.run(["check", "--output", "report.txt"])
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        let text = String(decoding: try program.scratch.bytes(of: "report.txt"), as: UTF8.self)
        #expect(text.contains("the databases are not encrypted"))
    }
}
