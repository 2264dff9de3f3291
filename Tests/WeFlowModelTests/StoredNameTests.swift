import Testing

@testable import WeFlowModel

@Suite("Names of files in columns")
struct StoredNameTests {
    private static let name = "0123456789abcdef0123456789abcdef"

    @Test(
        "the first run of exactly 32 hex digits is the name, whatever surrounds it",
        arguments: [
            ("\u{12}\" " + name, name), (name.uppercased(), name), ("x" + name + "\u{18}\u{1}", name),
            ("a" + name, ""), (name + "0 " + name, name), (String(name.dropLast()), ""), ("", ""),
        ])
    func hex(column: String, expected: String) {
        #expect(Array(column.utf8).withUnsafeBytes { StoredName.hex(in: $0) } == expected)
    }

    @Test("the folder of a record is the first field, or what letters and digits there are")
    func recordFolder() {
        let field: [UInt8] = [0x0A, 4] + Array("a1B2".utf8) + [0x10, 0x41]
        #expect(field.withUnsafeBytes { StoredName.recordFolder(in: $0) } == "a1B2")
        let bare = Array("../a1-B2/".utf8)
        #expect(bare.withUnsafeBytes { StoredName.recordFolder(in: $0) } == "a1B2")
    }
}
