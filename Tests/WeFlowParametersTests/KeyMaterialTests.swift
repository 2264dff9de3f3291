import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters

@Suite("Keys as people write them")
struct KeyMaterialTests {
    private static let digits = String(repeating: "a1", count: 32)
    private static let salt = String(repeating: "0f", count: 16)

    @Test(
        "a key is taken as people write it",
        arguments: [
            digits, digits.uppercased(), " \(digits)\n", "0x\(digits)", "0X\(digits)", "x'\(digits)'", "X'\(digits)'",
            "\"\(digits)\"", "\u{FEFF}\(digits)",
        ])
    func takesABareKey(text: String) throws {
        guard case .bare(let key) = try KeyMaterial.parse(text, origin: "--key") else {
            Issue.record("not taken as a bare key")
            return
        }
        #expect(key.withUnsafeBytes { $0.allSatisfy { $0 == 0xA1 } && $0.count == 32 })
    }

    @Test("96 digits are a page key and its salt", arguments: [digits + salt, "x'\(digits)\(salt)'"])
    func takesASaltedKey(text: String) throws {
        guard case .salted(let key, let salt) = try KeyMaterial.parse(text, origin: "--key") else {
            Issue.record("not taken as a salted key")
            return
        }
        #expect(key.count == 32)
        #expect(salt == [UInt8](repeating: 0x0F, count: 16))
    }

    @Test("a key map has paths in either spelling, salts, and keys bare or under a name")
    func takesAMap() throws {
        let text = """
            {"message\\\\message_0.db": {"enc_key": "\(Self.digits)"}, "C:/x/db_storage/contact/contact.db": "\(Self.digits)",
             "\(Self.salt)": "\(Self.digits)", "broken.db": {"enc_key": "zz"}}
            """
        guard case .map(let entries) = try KeyMaterial.parse(text, origin: "keys.json") else {
            Issue.record("not taken as a map")
            return
        }
        #expect(Set(entries.map { $0.path ?? "" }) == ["message/message_0.db", "contact/contact.db", ""])
        #expect(entries.contains { $0.salt == [UInt8](repeating: 0x0F, count: 16) })
    }

    @Test("a key file is of any encoding that shells and editors write", arguments: [true, false])
    func takesFiles(isMap: Bool) throws {
        let text = isMap ? "{\"message/message_0.db\":\r\n \"\(Self.digits)\"}\r\n" : "\(Self.digits)\r\n"
        let little = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        let files = [
            Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little,
            big,
        ]
        for file in files {
            switch try KeyMaterial.parse(file: file, origin: "key.txt") {
            case .bare(let key): #expect(!isMap && key.count == 32)
            case .map(let entries): #expect(isMap && entries.map(\.path) == ["message/message_0.db"])
            default: Issue.record("not taken")
            }
        }
        for file in [[], [0], [0xFF], [0xFF, 0xFE], [0xFF, 0xFE, 0x61], [0x61, 0]] as [[UInt8]] {
            #expect(throws: WeFlowError.self) { try KeyMaterial.parse(file: file, origin: "key.txt") }
        }
    }

    @Test("a salt of a key map may have a mark of its account before it")
    func takesMarkedSalts() throws {
        let text = "{\"0123456789abcdef:\(Self.salt)\": \"\(Self.digits)\", \"C:contact.db\": \"\(Self.digits)\"}"
        guard case .map(let entries) = try KeyMaterial.parse(text, origin: "cache.json") else {
            Issue.record("not taken as a map")
            return
        }
        #expect(entries.map(\.salt) == [[UInt8](repeating: 0x0F, count: 16), nil])
        #expect(entries.map(\.path) == [nil, "C:contact.db"])
    }

    @Test(
        "what is no key is refused without being repeated",
        arguments: ["", "abc", String(repeating: "g1", count: 32), digits + "00", "{\"a\": 1}", "{nonsense"])
    func refusesOthers(text: String) throws {
        let error = #expect(throws: WeFlowError.self) { try KeyMaterial.parse(text, origin: "WEFLOW_KEY") }
        #expect(error?.kind == .unavailable)
        #expect(error?.sentence.contains("WEFLOW_KEY") == true)
        #expect(text.count < 5 || error?.sentence.contains(text) == false)
    }

    @Test("any text is a key or is refused without being repeated", arguments: 0..<20)
    func keys(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let hex = String(repeating: "0123456789abcdef", count: 4)
        let texts = [
            hex, hex + hex.prefix(32), "x'\(hex)'", "0x\(hex)\n", "\u{FEFF}\(hex)",
            #"{"databases": [{"path": "message_0.db", "key": "\#(hex)"}]}"#, #"{"message/message_0.db": "\#(hex)"}"#,
            #"{"salt": {"\#(hex.prefix(32))": "\#(hex)"}}"#,
        ]
        for _ in 0..<100 {
            let bytes = random.damaged(Array((texts.randomElement(using: &random) ?? "").utf8))
            do {
                _ = try KeyMaterial.parse(String(decoding: bytes, as: UTF8.self), origin: "the key file")
            } catch {
                #expect(error.kind == .unavailable && !error.sentence.contains("89abcdef"))
            }
        }
    }
}
