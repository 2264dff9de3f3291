import Testing

@testable import WeFlowModel

@Suite("Contacts beyond their names")
struct ContactExtraTests {
    private func extra(_ bytes: some Collection<UInt8>) -> ContactExtra {
        Array(bytes).withUnsafeBytes { ContactExtra($0) }
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        var digits = hex[...]
        var bytes: [UInt8] = []
        while digits.count > 1 {
            bytes.append(UInt8(digits.prefix(2), radix: 16) ?? 0)
            digits = digits.dropFirst(2)
        }
        return bytes
    }

    private static let sample = bytes(
        "10012209e685a2e685a2e69da52a02434e32085a68656a69616e673a0848616e677a686f75401e72110801120d0a0b"
            + "3133393030303030303030f20104332c372cc80280e2cfaa06")

    @Test("every field is read")
    func fields() {
        let found = extra(Self.sample)
        #expect(found.gender == .male && found.signature == "慢慢来" && found.scene == 30)
        #expect([found.country, found.province, found.city] == ["CN", "Zhejiang", "Hangzhou"])
        #expect(found.phones == ["13900000000"] && found.labels == [3, 7] && found.addedAt == 1_700_000_000)
        #expect(!found.isMuted && extra([0x60, 0x01]).isMuted && !extra([0x60, 0x00]).isMuted)
        #expect(extra([0x10, 0x00]).gender == nil && extra([0x10, 0x07]).gender == nil && extra([]) == ContactExtra())
        // Beyond 63 bits.
        #expect(extra([0xC8, 0x02] + [UInt8](repeating: 0xFF, count: 9) + [0x01]).addedAt == .max)
    }

    @Test("of a damaged column what stands before the damage counts")
    func cut() {
        for length in 0..<Self.sample.count {
            let found = extra(Self.sample.prefix(length))
            #expect(found.phones.isEmpty || found.phones == ["13900000000"])
            #expect(length < 13 || found.signature == "慢慢来")
            #expect(length == Self.sample.count || found.addedAt == nil)
        }
        var generator = SeededBytes(seed: 7)
        for _ in 0..<3000 { _ = extra(generator.next(count: 40)) }
    }

    @Test("labels are the positive numbers between anything that parts them")
    func labels() {
        let cases: [(String, [Int64])] = [
            ("3,7,", [3, 7]), ("", []), ("3；x，9, 3 0 -2", [3, 9]), ("7，2", [7, 2]), ("1|2;3\t4", [1, 2, 3, 4]),
            ("99999999999999999999,5", [5]), ("+5", []), ("5.0", []),
        ]
        for (text, expected) in cases {
            #expect(Array(text.utf8).withUnsafeBytes { ContactExtra.labels(in: $0) } == expected, "\(text)")
        }
        let many = (1...5000).map(String.init).joined(separator: ",")
        #expect(
            Array(many.utf8).withUnsafeBytes { ContactExtra.labels(in: $0) }.count == ContactExtra.maximumItems)
    }

    @Test("another column fills in what is not known, and never labels or sounds")
    func filled() {
        var found = extra([0x10, 0x02])
        var other = extra(Self.sample)
        other.isMuted = true
        found.fill(from: other)
        #expect(found.gender == .female && found.signature == "慢慢来" && found.city == "Hangzhou" && found.scene == 30)
        #expect(found.labels.isEmpty && !found.isMuted && found.phones == ["13900000000"])
    }
}

/// Bytes that are the same in every run.
private struct SeededBytes {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(count: Int) -> [UInt8] {
        (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }
}
