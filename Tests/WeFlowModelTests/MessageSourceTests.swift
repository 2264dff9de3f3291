import Testing

@testable import WeFlowModel

@Suite struct MessageSourceTests {
    @Test(arguments: [
        ("<msgsource><atuserlist>wxid_a,wxid_b</atuserlist><silence>1</silence></msgsource>", ["wxid_a", "wxid_b"]),
        ("<msgsource><atuserlist><![CDATA[,notify@all, wxid_c]]></atuserlist></msgsource>", ["notify@all", "wxid_c"]),
        ("<msgsource></msgsource>", []), ("", []), ("<msgsource><atuserlist>wxid_a", []),
    ])
    func mentionsAreListed(_ source: String, _ usernames: [String]) {
        source.withBytes { #expect(MessageSource.mentions($0) == usernames) }
    }
}
