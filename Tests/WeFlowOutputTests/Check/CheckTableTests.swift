import Testing
import WeFlowPages
import WeFlowParameters

@testable import WeFlowOutput
@testable import WeFlowQuery

struct CheckTableTests {
    private func report(_ verdict: CheckReport.Verdict = .damaged) -> CheckReport {
        var whole = DatabaseCheck(name: "sns/sns.db", role: .moments, state: .whole, fileSize: 3 << 20, logSize: 90_000)
        whole.pageCount = 768
        whole.isEncrypted = true
        whole.layout = "4.1"
        var hurt = DatabaseCheck(
            name: "message/message_0.db", role: .messages, state: .damaged, fileSize: 900, logSize: 0)
        hurt.pageCount = 60
        hurt.isEncrypted = true
        hurt.messages = .init(chats: 1, count: 1000, first: 1_700_000_000, last: 1_710_000_000)
        hurt.damage = [
            .init(pages: 4...4, fault: .checksum, owner: .table("Msg_a", chat: "wxid_a")),
            .init(pages: 5...5, fault: .checksum, owner: .index(ofTable: "Msg_a", chat: nil)),
            .init(pages: 7...9, fault: .checksum, owner: .table("Msg_a", chat: "wxid_a")),
            .init(pages: 20...60, fault: .truncated, owner: .unknown),
        ]
        let shut = DatabaseCheck(
            name: "contact/contact.db", role: .contacts, state: .unreadable(WeFlowError(.storeFailed, "it is broken")),
            fileSize: 48 << 10, logSize: 0)
        let other = DatabaseCheck(name: "favorite/favorite.db", role: .other, state: .whole, fileSize: 4096, logSize: 0)
        return CheckReport(
            account: "/a/b", ownUsername: "me", keyForm: .account, isDeep: true, databases: [shut, other, hurt, whole],
            losses: [.init(cause: "contact/contact.db", reason: "it is broken", cost: "no names")], verdict: verdict)
    }

    @Test func theTableFitsTheScreenAndStandsOutOnIt() {
        let narrow = checkTable(report(), zone: .utc, width: 80, style: .init(hasColour: true))
        #expect(narrow.contains("\u{1B}[31m46 damaged pages\u{1B}[0m, 1 chat,\n"))
        #expect(narrow.contains("\n" + String(repeating: " ", count: 46) + "1000 messages,\n"))
        let bare = narrow.replacing(/\u{1B}\[\d+m/, with: "").split(separator: "\n")
        #expect(bare.filter { $0.contains("KiB") || $0.contains("2023") }.allSatisfy { $0.count <= 80 })
        let wide = checkTable(report(), zone: .utc, width: 200)
        #expect(wide == checkTable(report(), zone: .utc))
    }

    @Test func theTableIsForPeople() {
        #expect(
            checkTable(report(), environment: ["weflow    1"], zone: .utc) == """
                weflow    1
                account   /a/b
                owner     me
                key       account key (64 hex digits), opens 2 databases
                tables    of WeChat 4.1

                DATABASE                 SIZE  PAGES     LOG  STATE
                contact/contact.db     48 KiB      -       -  does not open
                message/message_0.db    900 B     60       -  46 damaged pages, 1 chat, 1000 messages, 2023-11-14 to 2024-03-09
                sns/sns.db            3.0 MiB    768  88 KiB  ok
                and 1 database that is not read here, 4.0 KiB

                damaged pages
                  message/message_0.db: pages 4, 7-9 fail their checksums (rows of Msg_a, chat wxid_a)
                  message/message_0.db: page 5 fails its checksum (index of Msg_a)
                  message/message_0.db: pages 20-60 are missing, the file ends before them

                what does not work
                  it is broken
                    no names

                the account can be read in part

                """)
    }

    @Test func theJSONHasAllOfIt() {
        let json = encodeCheck(report(), style: .compact).array()
        let text = String(decoding: json, as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"{"verdict":"damaged","deep":true,"account":"/a/b","ownUsername":"me","keyForm":"account","#))
        #expect(text.contains(#""state":"unreadable","error":"it is broken""#))
        #expect(
            text.contains(
                #"{"firstPage":4,"lastPage":4,"fault":"checksum","owner":"table","table":"Msg_a","chat":"wxid_a"}"#))
        #expect(text.contains(#""chats":1,"messages":1000,"firstTime":1700000000,"lastTime":1710000000"#))
        #expect(
            text.hasSuffix(#""losses":[{"cause":"contact/contact.db","reason":"it is broken","cost":"no names"}]}"#))
    }

    @Test func manyDamagedPagesAreCounted() {
        var report = report()
        report.databases[2].damage = (0..<100).map {
            .init(pages: ($0 * 2 + 1)...($0 * 2 + 1), fault: .blank, owner: nil)
        }
        let one = checkTable(report, zone: .utc)
        #expect(one.contains("pages 1, 3, 5, 7, 9, 11, 13, 15 and 92 more are blank"))
        report.databases[2].damage = (0..<100).map {
            .init(pages: ($0 * 2 + 1)...($0 * 2 + 1), fault: .blank, owner: .table("t\($0)", chat: nil))
        }
        #expect(checkTable(report, zone: .utc).contains("and 60 more; --json lists them all"))
    }
}
