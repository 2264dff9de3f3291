/// Text files as shells and editors write them.
public enum WrittenText {
    /// The text of a file: UTF-8, or UTF-16 of either byte order, with a byte order mark or without; the mark is no part of
    /// it. PowerShell writes UTF-16 where others write UTF-8.
    public static func decoded(_ file: [UInt8]) -> String {
        if file.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: file[3...], as: UTF8.self) }
        if file.starts(with: [0xFF, 0xFE]) { return utf16(file[2...]) { UInt16($0) | UInt16($1) << 8 } }
        if file.starts(with: [0xFE, 0xFF]) { return utf16(file[2...]) { UInt16($0) << 8 | UInt16($1) } }
        // Keys and JSON begin with an ASCII character, of which one byte is zero in UTF-16 and none in UTF-8.
        if file.count >= 2, file[0] != 0, file[1] == 0 { return utf16(file[...]) { UInt16($0) | UInt16($1) << 8 } }
        if file.count >= 2, file[0] == 0, file[1] != 0 { return utf16(file[...]) { UInt16($0) << 8 | UInt16($1) } }
        return String(decoding: file, as: UTF8.self)
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, _ unit: (UInt8, UInt8) -> UInt16) -> String {
        let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { unit(bytes[$0], bytes[$0 + 1]) }
        return String(decoding: units, as: UTF16.self)
    }
}
