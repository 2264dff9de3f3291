import Foundation
import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowStore

@testable import WeFlowQuery

/// A copy of an invented account that a test damages, and what a check says of it.
private struct Patient {
    let scratch: ScratchFolder
    let name: String
    let path: String
    let key: String?

    init(_ name: String) throws {
        self.name = name
        let account = try FixtureAccount(name)
        scratch = try ScratchFolder()
        path = try account.copy(to: scratch)
        key = account.key
    }

    /// Checks the copy; `key` is another than the account's, `isFresh` forgets the page keys that other tests derived.
    func check(deep: Bool, key: String? = nil, isFresh: Bool = false) async throws -> CheckReport {
        let ring = key == nil && self.key != nil && !isFresh && name == "kdf" ? Self.kdf : nil
        let given = try (key ?? self.key).map { try KeyMaterial.parse($0, origin: "the test") } ?? .none
        let account = Account(folder: try AccountFolder.find(path), keys: ring ?? KeyRing(given))
        return try await CheckQuery(isDeep: deep).run(on: account)
    }

    /// The keys of the account `kdf`, each derived once for all tests.
    private static let kdf: KeyRing? = {
        guard let key = try? FixtureAccount("kdf").key else { return nil }
        return (try? KeyMaterial.parse(key, origin: "the test")).map { KeyRing($0) }
    }()

    /// Changes the stored bytes of a page.
    func damage(_ name: String, page: Int, _ change: (inout ArraySlice<UInt8>) -> Void) throws {
        let url = URL(fileURLWithPath: "\(path)/db_storage/\(name)")
        var bytes = [UInt8](try Data(contentsOf: url))
        change(&bytes[((page - 1) * 4096)..<(page * 4096)])
        try Data(bytes).write(to: url)
    }

    func truncate(_ name: String, to size: UInt64) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/db_storage/\(name)"))
        try file.truncate(atOffset: size)
        try file.close()
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/db_storage/\(name)")
    }
}

extension CheckReport {
    fileprivate func database(_ name: String) throws -> DatabaseCheck {
        try #require(databases.first { $0.name == name })
    }
}

private func flipMiddle(_ page: inout ArraySlice<UInt8>) { page[page.startIndex + 2000] ^= 1 }

struct CheckQueryTests {
    @Test(arguments: FixtureAccount.names, [false, true])
    func aWholeAccountIsWhole(name: String, deep: Bool) async throws {
        let account = try FixtureAccount(name)
        let report = try await Patient(name).check(deep: deep)
        #expect(report.verdict == .whole && report.exitCode == 0 && report.isDeep == deep)
        #expect(report.ownUsername == account.username)
        #expect(report.databases.allSatisfy { $0.state == .whole && $0.damage.isEmpty })
        #expect(report.databases.allSatisfy { $0.isEncrypted == (account.key != nil) })
        #expect(report.keyForm == (name == "kdf" ? .account : name == "none" ? CheckReport.KeyForm.none : .page))
        let truth = try account.truth()
        let messages = truth["messages"]?.members ?? [:]
        let shards = report.databases.compactMap(\.messages)
        #expect(shards.reduce(0) { $0 + Int($1.count) } == messages.values.reduce(0) { $0 + $1.items.count })
        let times = messages.values.flatMap(\.items).compactMap { $0["createTime"]?.int }
        #expect(shards.compactMap(\.first).min() == times.min().map(Int64.init))
        #expect(shards.compactMap(\.last).max() == times.max().map(Int64.init))
    }

    @Test(arguments: ["none", "raw-wal"])
    func checkingChangesNothing(name: String) async throws {
        let account = try FixtureAccount(name)
        let before = try account.files()
        let material = try account.key.map { try KeyMaterial.parse($0, origin: "the test") } ?? .none
        let opened = Account(folder: try AccountFolder.find(account.path), keys: KeyRing(material))
        _ = try await CheckQuery(isDeep: true).run(on: opened)
        #expect(try account.files() == before)
    }

    @Test(arguments: ["contact/contact.db", "message/message_0.db", "sns/sns.db", "message/media_0.db"])
    func everyDamagedPageIsFound(name: String) async throws {
        let patient = try Patient("kdf")
        let pages = try #require(try await patient.check(deep: false).database(name).pageCount)
        let wanted = Set([2, pages / 2, pages])
        for page in wanted { try patient.damage(name, page: Int(page), flipMiddle) }
        let report = try await patient.check(deep: true)
        #expect(report.verdict == .damaged && report.exitCode == 75)
        let found = try report.database(name)
        #expect(found.state == .damaged)
        #expect(Set(found.damage.flatMap { Array($0.pages) }) == wanted)
        #expect(found.damage.allSatisfy { $0.fault == .checksum && $0.owner != nil })
        #expect(report.losses.contains { $0.cause == name && $0.reason.contains("damaged page") })
        #expect(report.databases.allSatisfy { $0.name == name || $0.state == .whole })
    }

    @Test func aDamagedPageOfAChatNamesTheChat() async throws {
        let patient = try Patient("kdf")
        let name = "message/message_0.db"
        let pages = try #require(try await patient.check(deep: false).database(name).pageCount)
        for page in 2...pages { try patient.damage(name, page: Int(page), flipMiddle) }
        // With all of the schema's own pages gone the rest belongs to nobody that is known.
        let lost = try await patient.check(deep: true).database(name)
        #expect(lost.damage.reduce(0) { $0 + $1.pages.count } == Int(pages) - 1)

        let other = try Patient("kdf")
        let owners = try await other.check(deep: false).database(name)
        #expect(owners.damage.isEmpty)
        try other.damage(name, page: Int(pages), flipMiddle)
        try other.damage(name, page: Int(pages) - 1, flipMiddle)
        let report = try await other.check(deep: true)
        let talkers = Set(try FixtureAccount("kdf").truth()["messages"]?.members.keys.map { $0 } ?? [])
        for damage in try report.database(name).damage {
            switch damage.owner {
            case .table(let table, let chat?), .index(let table, let chat?):
                #expect(talkers.contains(chat))
                #expect(table == "Msg_" + md5Hex(chat))
            case let owner: Issue.record("\(String(describing: owner)) is no chat")
            }
        }
    }

    @Test func aPageOfZerosIsBlank() async throws {
        let patient = try Patient("kdf")
        try patient.damage("message/message_0.db", page: 7) { page in
            for place in page.indices { page[place] = 0 }
        }
        let found = try await patient.check(deep: true).database("message/message_0.db")
        #expect(found.damage.map(\.pages) == [7...7] && found.damage.map(\.fault) == [.blank])
    }

    @Test(arguments: [false, true])
    func aFileThatEndsEarlyIsFoundAtOnce(deep: Bool) async throws {
        let patient = try Patient("kdf")
        let name = "message/message_0.db"
        let pages = try #require(try await patient.check(deep: false).database(name).pageCount)
        try patient.truncate(name, to: UInt64(pages / 2) * 4096 + 100)
        let found = try await patient.check(deep: deep).database(name)
        #expect(found.state == .damaged && found.pageCount == pages)
        let missing = found.damage.filter { $0.fault == .truncated }
        #expect(Set(missing.flatMap { Array($0.pages) }) == Set((pages / 2 + 1)...pages))
    }

    @Test func aDatabaseWithoutChecksumsIsToldByItsStructure() async throws {
        let patient = try Patient("none")
        try patient.damage("message/message_0.db", page: 9) { $0[$0.startIndex] = 0x77 }
        let report = try await patient.check(deep: true)
        #expect(try report.database("message/message_0.db").damage.map(\.fault) == [.structure])
        #expect(report.exitCode == 75)
    }

    @Test func aDamagedFirstPageIsToldFromAWrongKey() async throws {
        let patient = try Patient("kdf")
        // The first to be opened, when nothing has proved the key yet.
        try patient.damage("contact/contact.db", page: 1, flipMiddle)
        let report = try await patient.check(deep: false, isFresh: true)
        guard case .unreadable(let error) = try report.database("contact/contact.db").state else {
            Issue.record("it opens")
            return
        }
        #expect(error.sentence.hasPrefix("contact/contact.db: page 1 fails its checksum"))
        #expect(report.keyForm == .account && report.exitCode == 75)
        #expect(report.losses.contains { $0.cause == "contact/contact.db" && $0.cost.contains("group-members") })
    }

    @Test func whatIsMissingSaysWhatItCosts() async throws {
        let patient = try Patient("kdf")
        let complete = try await patient.check(deep: false)
        #expect(!complete.losses.contains { $0.cause == "sns/sns.db" || $0.cause == "contact/contact.db" })
        try patient.remove("sns/sns.db")
        #expect(try await patient.check(deep: false).exitCode == 0)
        try patient.remove("contact/contact.db")
        try patient.truncate("session/session.db", to: 0)
        let report = try await patient.check(deep: false)
        #expect(report.exitCode == 75)
        #expect(report.losses.contains { $0.cause == "sns/sns.db" && $0.cost.contains("this account has no moments") })
        #expect(report.losses.contains { $0.cause == "contact/contact.db" && $0.cost.contains("contacts") })
        #expect(report.losses.contains { $0.cause == "session/session.db" && $0.reason.contains("is empty") })
    }

    @Test func withAWrongKeyNothingCanBeRead() async throws {
        let patient = try Patient("kdf")
        let report = try await patient.check(deep: true, key: String(repeating: "ab", count: 32))
        #expect(report.verdict == .unreadable && report.exitCode == 78 && report.keyForm == .unproven)
        #expect(report.losses.map(\.cause) == ["key"])
        #expect(report.losses[0].reason.hasPrefix("the key fits no database; "))
    }

    @Test func anAccountWithoutDatabasesIsNone() async throws {
        let patient = try Patient("kdf")
        for folder in ["contact", "message", "session", "sns", "hardlink"] { try patient.remove(folder) }
        let report = try await patient.check(deep: true)
        #expect(report.exitCode == 78 && report.losses.map(\.cause) == ["db_storage"])
    }

    @Test func aReportForOthersHoldsNothingPrivate() async throws {
        let account = try FixtureAccount("kdf")
        let patient = try Patient("kdf")
        let pages = try #require(try await patient.check(deep: false).database("message/message_0.db").pageCount)
        for page in [pages, pages - 1, 3] { try patient.damage("message/message_0.db", page: Int(page), flipMiddle) }
        let other = patient.path + "/db_storage/general"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: patient.path + "/db_storage/sns/sns.db", toPath: "\(other)/\(account.username).db")
        let full = try await patient.check(deep: true)
        let text = String(describing: full.anonymized())
        #expect(String(describing: full).contains(account.username))
        let truth = try account.truth()
        let talkers = try #require(truth["messages"]).members.keys
        #expect(!talkers.isEmpty)
        for talker in talkers {
            #expect(!text.contains(talker) && !text.contains(md5Hex(talker)))
        }
        #expect(!text.contains(account.username) && !text.contains(patient.path))
        #expect(text.contains("Msg_…") && text.contains("other 1") && text.contains("message/message_0.db"))
    }

    @Test func progressComesToItsEnd() async throws {
        let patient = try Patient("raw-wal")
        let key = try #require(patient.key)
        let account = Account(
            folder: try AccountFolder.find(patient.path),
            keys: KeyRing(try KeyMaterial.parse(key, origin: "the test")))
        var seen: [CheckQuery.Progress] = []
        _ = try await CheckQuery(isDeep: true).run(on: account) { seen.append($0) }
        #expect(seen.last?.done == seen.last?.total)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.done <= $1.done && $0.total == $1.total })
    }
}

struct DatabaseRoleTests {
    @Test(arguments: [
        ("message/message_0.db", DatabaseRole.messages), ("message/message_17.db", .messages),
        ("message/biz_message_3.db", .officialMessages), ("message/media_1.db", .voices),
        ("message/message_fts.db", .other), ("message/message_resource.db", .resources),
        ("message/message_.db", .other), ("message/message_revoke.db", .other), ("contact/contact.db", .contacts),
        ("contact/contact_fts.db", .other), ("session/session.db", .sessions), ("sns/sns.db", .moments),
        ("hardlink/hardlink.db", .hardlinks), ("head_image/head_image.db", .avatars),
        ("emoticon/emoticon.db", .stickers), ("message_0.db", .other), ("", .other),
    ])
    func aDatabaseIsKnownByItsPath(name: String, role: DatabaseRole) {
        #expect(DatabaseRole(database: name) == role)
    }

    @Test func theExpectedDatabasesHaveTheirRole() {
        for role in DatabaseRole.allCases {
            guard let name = role.expected else { continue }
            #expect(DatabaseRole(database: name) == role)
        }
    }
}

struct PageDamageTests {
    @Test func pagesBesideEachOtherWithOneFaultAreOneRun() {
        let runs = DatabaseCheck.PageDamage.runs([
            (2, .checksum, .free), (3, .checksum, .free), (4, .blank, .free), (5, .blank, .unknown),
            (7, .blank, .unknown),
        ])
        #expect(runs.map(\.pages) == [2...3, 4...4, 5...5, 7...7])
        #expect(runs.map(\.fault) == [.checksum, .blank, .blank, .blank])
        #expect(DatabaseCheck.PageDamage.runs([]).isEmpty)
    }
}
