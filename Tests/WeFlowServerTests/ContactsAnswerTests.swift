import Foundation
import TestSupport
import Testing
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

@Suite("The answer with contacts")
struct ContactsAnswerTests {
    @Test(
        "a text is escaped in whichever field it stands, and is what the list says it is",
        arguments: ["username", "remark", "nick_name", "alias", "big_head_url", "small_head_url"],
        [JSONWriter.Style.compact, .pretty])
    func escapes(column: String, style: JSONWriter.Style) throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: scratch.file("account/db_storage/contact"), withIntermediateDirectories: true)
        let database = try PlainDatabase(scratch.file("account/db_storage/contact/contact.db"))
        let columns = ["username", "remark", "nick_name", "alias", "big_head_url", "small_head_url"]
        try database.run(
            "CREATE TABLE contact(local_type INTEGER, \(columns.map { "\($0) TEXT" }.joined(separator: ", ")))")
        let texts = ["plain", "quote \" here", "back\\slash", "two\nlines", "\u{1}\u{85}\u{2028}", "群\t群", ""]
        for (row, text) in texts.enumerated() {
            let values = columns.map { $0 == column ? "'\(text)\(row)'" : $0 == "username" ? "'wxid_\(row)'" : "''" }
            try database.run("INSERT INTO contact VALUES(1, \(values.joined(separator: ", ")))")
        }
        let account = Account(folder: try AccountFolder.find(scratch.file("account")), keys: KeyRing(.none))
        let contacts = try ContactsQuery(ContactsRequest(Parameters(commandLine: [:]))).run(on: account).contacts
        let answer = encodeContacts(contacts, form: .json(style)).array()
        #expect(!answer.contains(0x85) && !String(decoding: answer, as: UTF8.self).contains("\u{2028}"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(answer)) as? [String: any Sendable])
        let listed = try #require(json["contacts"] as? [[String: String]])
        #expect(json["count"] as? Int == texts.count)
        #expect(
            listed
                == contacts.map { contact in
                    [
                        "username": contact.username, "displayName": contact.displayName, "remark": contact.remark,
                        "nickname": contact.nickname, "alias": contact.alias, "avatarUrl": contact.avatarURL,
                        "type": contact.type,
                    ]
                })
        let names = ["nick_name": "nickname", "big_head_url": "avatarUrl", "small_head_url": "avatarUrl"]
        let key = names[column] ?? column
        #expect(Set(listed.map { $0[key] }) == Set(texts.enumerated().map { "\($1)\($0)" }))
    }
}
