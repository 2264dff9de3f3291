import Testing
import WeFlowMoments
import WeFlowPages
import WeFlowQuery
import WeFlowSystem

@testable import WeFlowServer

@Suite struct PublicAddressTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:c0a8:101",
        "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "100::1", "fc00::1", "fd12:3456::1", "fe80::1",
        "febf::1", "fec0::1", "ff02::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1",
        "5f00::1",
    ])
    func `an address that is not of the open internet is closed`(text: String) throws {
        #expect(try #require(IPAddress(parsing: text)).isPublic == false)
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255", "2400:3200::1", "2001:4860:4860::8888", "2606:4700::1111", "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ])
    func `an address of the open internet is public`(text: String) throws {
        #expect(try #require(IPAddress(parsing: text)).isPublic)
    }

    @Test func `one address that is not public spoils the name`() throws {
        let good = try #require(IPAddress(parsing: "8.8.8.8"))
        let bad = try #require(IPAddress(parsing: "10.0.0.1"))
        #expect(try MediaHosts.checked([good], of: "a.qq.com") == [good])
        for addresses in [[], [bad], [good, bad]] {
            let error = #expect(throws: WeFlowError.self) { try MediaHosts.checked(addresses, of: "a.qq.com") }
            #expect(error?.kind == .network)
        }
    }
}
