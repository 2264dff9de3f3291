public import WeFlowPages

/// How a key is written: the forms are the article "Key forms" of WeFlowPages.
extension KeyMaterial {
    /// Takes what a key file holds: text of any of the encodings that shells and editors write, see ``parse(_:origin:)``.
    ///
    /// - Parameters:
    ///   - file: the file's bytes.
    ///   - origin: where it was given, as an error shall name it.
    /// - Returns: the key by its form.
    /// - Throws: as there.
    public static func parse(file: [UInt8], origin: String) throws(WeFlowError) -> KeyMaterial {
        try parse(WrittenText.decoded(file), origin: origin)
    }

    /// Takes a key as people write it: `0x…`, `x'…'`, blanks and line ends around it, upper or lower case; or a JSON map.
    ///
    /// - Parameters:
    ///   - text: what was given.
    ///   - origin: where it was given, as an error shall name it (`--key`, `WEFLOW_KEY`, a file).
    /// - Returns: the key by its form.
    /// - Throws: `.unavailable` where it has no form that is known; the sentence never repeats it.
    public static func parse(_ text: String, origin: String) throws(WeFlowError) -> KeyMaterial {
        let trimmed = Self.trimmed(text)
        if trimmed.hasPrefix("{") { return try parseMap(trimmed, origin: origin) }
        guard let bytes = hexBytes(trimmed), let material = material(bytes) else {
            throw WeFlowError(
                .unavailable,
                "the key of \(origin) is neither 64 nor 96 hex digits nor a JSON key map; pass the database key as 64 hex digits"
            )
        }
        return material
    }

    /// The text without blanks, line ends and byte order marks around it.
    private static func trimmed(_ text: String) -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
                true
            default: false
            }
        }
        let scalars = text.unicodeScalars
        let start = scalars.drop(while: isBlank).startIndex
        let end = scalars.lastIndex { !isBlank($0) }.map(scalars.index(after:)) ?? start
        return String(scalars[start..<max(start, end)])
    }

    private static func material(_ bytes: [UInt8]) -> KeyMaterial? {
        switch bytes.count {
        case 32: .bare(SecretBytes(bytes))
        case 48: .salted(key: SecretBytes(bytes[..<32]), salt: Array(bytes[32...]))
        default: nil
        }
    }

    /// The bytes behind `0x…`, `x'…'` or bare hex digits, or nil.
    private static func hexBytes(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8.filter { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 && $0 != 0x22 })
        if digits.starts(with: Array("0x".utf8)) || digits.starts(with: Array("0X".utf8)) {
            digits.removeFirst(2)
        }
        if digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X") { digits.removeFirst() }
        if digits.first == UInt8(ascii: "'"), digits.last == UInt8(ascii: "'"), digits.count >= 2 {
            digits = Array(digits.dropFirst().dropLast())
        }
        return Self.bytes(hex: digits)
    }

    private static func bytes(hex digits: [UInt8]) -> [UInt8]? {
        guard digits.count % 2 == 0, !digits.isEmpty else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for at in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[at].hexDigitValue, let low = digits[at + 1].hexDigitValue else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// A map of path or salt to a key. A salt may have a mark of its account and a colon before it; the key is bare or
    /// under `enc_key`, `key`, `encKey` or `page_key`.
    private static func parseMap(_ text: String, origin: String) throws(WeFlowError) -> KeyMaterial {
        let broken = WeFlowError(
            .unavailable, "the key map of \(origin) is not a JSON object of paths and hex keys; correct the file")
        guard case .object(let members) = try? JSONValue(parsing: Array(text.utf8)) else { throw broken }
        var entries: [Entry] = []
        for (name, value) in members.map({ ($0.name, $0.value) }).sorted(by: { $0.0 < $1.0 }) {
            let names = ["enc_key", "encKey", "key", "page_key"]
            let written = value.text ?? names.lazy.compactMap { value[$0]?.text }.first
            guard let written, let bytes = hexBytes(written), bytes.count == 32 || bytes.count == 48 else { continue }
            let last = name.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last
            let nameAsSalt = last.flatMap { $0.count == 32 ? Self.bytes(hex: Array($0)) : nil }
            let innerSalt = value["salt"]?.text.flatMap(hexBytes)
            let salt = bytes.count == 48 ? Array(bytes[32...]) : nameAsSalt ?? innerSalt
            entries.append(
                Entry(
                    path: nameAsSalt == nil ? normalized(path: name) : nil, salt: salt?.count == 16 ? salt : nil,
                    key: SecretBytes(bytes[..<32])))
        }
        guard !entries.isEmpty else { throw broken }
        return .map(entries)
    }

    /// A path of a key map as below `db_storage`, with `/`.
    private static func normalized(path: String) -> String {
        let slashed = path.split(whereSeparator: { $0 == "\\" || $0 == "/" }).joined(separator: "/")
        guard let range = slashed.firstRange(of: "db_storage/") else { return slashed }
        return String(slashed[range.upperBound...])
    }
}

extension JSONValue {
    /// The text of a string.
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
