import Testing

@testable import WeFlowModel

@Suite struct WireTests {
    private static func varint(_ value: UInt64) -> [UInt8] {
        var (value, bytes) = (value, [UInt8]())
        while value > 0x7F {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    private static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { varint(number << 3) + varint(value) }

    private static func field(_ number: UInt64, _ value: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(value.count)) + value
    }

    private static func field(_ number: UInt64, _ value: String) -> [UInt8] { field(number, Array(value.utf8)) }

    private static let room =
        field(1, field(1, "wxid_a") + field(2, " 群名片 ") + field(3, 9) + field(4, "wxid_b") + field(77, "later"))
        + field(99, 1) + field(1, field(1, "wxid_b") + field(3, 0)) + field(1, field(2, "nobody")) + field(5, 500)

    private func values(_ bytes: [UInt8]) -> [WireReader.Value] {
        bytes.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            var values: [WireReader.Value] = []
            while let field = reader.next() { values.append(field.value) }
            return values
        }
    }

    @Test func everyWireTypeIsRead() {
        let bytes =
            Self.field(1, UInt64.max) + [0x11, 1, 0, 0, 0, 0, 0, 0, 0x80] + Self.field(3, "x") + [0x25, 1, 2, 3, 4]
        let expected: [WireReader.Value] = [
            .varint(.max), .fixed64(0x8000_0000_0000_0001), .bytes(22..<23), .fixed32(0x0403_0201),
        ]
        #expect(values(bytes) == expected)
    }

    @Test(
        arguments: [
            [0x08], [0x08, 0x80], [0x12, 0x05, 1], [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x0B],
            [0x0C],
            [0x0E], [0x00, 0x01], [0x11, 1, 2], [0x15, 1], [0x80],
            [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
            [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        ] as [[UInt8]])
    func damageEndsTheMessage(_ damage: [UInt8]) {
        #expect(values(Self.field(1, 5) + damage) == [.varint(5)])
    }

    @Test func aGroupHasItsMembers() {
        let room = Self.room.withUnsafeBytes { ChatRoomData($0) }
        #expect(
            room.members == [
                ChatRoomData.Member(username: "wxid_a", groupNickname: "群名片"),
                ChatRoomData.Member(username: "wxid_b", groupNickname: ""),
            ])
        #expect(room.capacity == 500)
    }

    @Test func aCutOffGroupHasTheMembersBeforeTheCut() {
        let whole = Self.room.withUnsafeBytes { ChatRoomData($0) }.members
        var counts: Set<Int> = []
        for cut in 0...Self.room.count {
            let members = Self.room[..<cut].withUnsafeBytes { ChatRoomData($0) }.members
            #expect(members == Array(whole.prefix(members.count)))
            counts.insert(members.count)
        }
        #expect(counts == [0, 1, 2])
    }

    @Test func packedInfoNamesFiles() {
        let name = "0123456789abcdef0123456789ABCDEF"
        func read(_ bytes: [UInt8]) -> PackedInfo {
            (Self.field(1, 106) + Self.field(2, 14) + bytes).withUnsafeBytes { PackedInfo($0) }
        }
        #expect(read(Self.field(3, Self.field(4, name))).imageName == name.lowercased())
        #expect(read(Self.field(3, name)).imageName == name.lowercased())
        #expect(read(Self.field(3, Self.field(4, "../../etc/passwd"))).imageName == "")
        #expect(read(Self.field(4, Self.field(8, name))).videoName == name.lowercased())
        #expect(read(Self.field(9, Self.field(1, "rec1"))).recordFolder == "rec1")
        #expect(read([]) == PackedInfo(UnsafeRawBufferPointer(start: nil, count: 0)))
    }

    @Test(arguments: [
        ("086a100e2a130802120fe591a8e585ade4b99de782b9e8a781", "周六九点见"),
        // A text that is still worked on, one that is not begun, and none.
        ("086a100e2a0a08031206e591a8e585ad", nil), ("086a100e2a0208003a03616263", nil), ("086a100e", nil), ("", nil),
        // A final one that is blank, or missing, or no UTF-8.
        ("2a0708021203200a09", nil), ("2a020802", nil), ("2a0608021202fffe", nil),
        // Text of another field; a column that ends early behind the transcript, and one within it.
        ("3a130802120fe591a8e585ade4b99de782b9e8a781", nil), ("2a0508021201613a03", nil), ("2a0608021203e591", nil),
    ])
    func onlyAFinalTextIsATranscript(_ hex: String, _ text: String?) throws {
        let digits = Array(hex)
        let bytes = try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16))
        }
        #expect(bytes.withUnsafeBytes { VoiceTranscript.text(in: $0) } == text)
    }

    @Test func aTranscriptMayHaveAnyLength() {
        let bytes = Self.field(5, Self.field(1, 2) + Self.field(2, String(repeating: "a", count: 3 << 20)))
        #expect(bytes.withUnsafeBytes { VoiceTranscript.text(in: $0) }?.count == 3 << 20)
    }

    @Test func mutatedBuffersNeverFail() {
        for seed in 0..<3000 {
            var mutator = Mutator(seed: UInt64(seed))
            let bytes = mutator.mutate(Self.room + Self.field(3, Self.field(4, "0123456789abcdef0123456789abcdef")))
            bytes.withUnsafeBytes { bytes in
                #expect(ChatRoomData(bytes).members.count <= bytes.count, "seed \(seed)")
                #expect([0, 32].contains(PackedInfo(bytes).imageName.count), "seed \(seed)")
            }
        }
    }
}
