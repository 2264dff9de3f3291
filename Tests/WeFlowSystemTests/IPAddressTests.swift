import Testing
import WeFlowSystem

@Suite struct IPAddressTests {
    @Test(arguments: [
        "", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f.1", "127.1", "::g", "[::1]", "fe80::1%eth0",
    ])
    func `anything else is no address`(text: String) {
        #expect(IPAddress(parsing: text) == nil)
    }

    @Test func `the text of an address reads back as the same address`() throws {
        for text in ["8.8.4.4", "2001:4860::8844", "::1"] {
            let address = try #require(IPAddress(parsing: text))
            #expect(IPAddress(parsing: address.text) == address)
        }
    }
}
