import Testing

@testable import WeFlowParameters

@Suite("Zones that TZ names")
struct LocalZoneTests {
    private func doubt(_ variables: [String: String]) -> String? { LocalZone.doubt { variables[$0] } }

    @Test(
        "a zone of the machine or a rule is known",
        arguments: [
            "Asia/Shanghai", ":Asia/Shanghai", "UTC", "GMT", "UTC0", "CST-8", "CST+6CDT", "<+08>-8",
            "EST5EDT,M3.2.0,M11.1.0", "/usr/share/zoneinfo/Asia/Shanghai",
        ])
    func known(name: String) {
        #expect(doubt(["TZ": name]) == nil)
    }

    @Test(
        "anything else is said, with what is used instead",
        arguments: [
            "Asia/Shangai", "Asia/Shanghai ", "Asia", "/nowhere", "CST", "<+08", "-8", "Beijing", "+08:00", "zone.tab",
            "/etc/passwd",
        ])
    func unknown(name: String) {
        let sentence = doubt(["TZ": name]) ?? ""
        #expect(sentence.contains("TZ=\(name)") && sentence.contains("UTC"))
    }

    @Test("nothing is said where there is no TZ, and a machine without zones knows rules alone") func rules() {
        #expect(doubt([:]) == nil)
        #expect(doubt(["TZ": "Asia/Shanghai", "TZDIR": "/nonexistent"]) != nil)
        #expect(doubt(["TZ": "CST-8", "TZDIR": "/nonexistent"]) == nil)
    }
}
