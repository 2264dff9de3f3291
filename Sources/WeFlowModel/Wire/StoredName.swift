/// Names of files in columns whose layout is not known for sure (<doc:StoredText#Packed-info>).
public enum StoredName {
    /// The first run of exactly 32 hex digits, in lower case: whatever the layout, that is a file's name.
    ///
    /// - Parameter column: a column with a protobuf in it, any bytes.
    /// - Returns: "" where there is none.
    public static func hex(in column: UnsafeRawBufferPointer) -> String {
        var start = 0
        for at in 0...column.count {
            if at < column.count, isHexDigit(column[at]) { continue }
            if at - start == 32 {
                return String(decoding: column[start..<at], as: UTF8.self).lowercased()
            }
            start = at + 1
        }
        return ""
    }

    /// The name of a file on the disk, from `packed_info` of `message_resource.db`.
    ///
    /// - Parameter column: a protobuf whose first field holds the name, twice.
    /// - Returns: "" where there is none.
    public static func file(in column: UnsafeRawBufferPointer) -> String {
        guard let names = WireReader(column).message(1) else { return "" }
        let name = names.text(1)
        return name.isEmpty ? names.text(2) : name
    }

    /// The folder of a forwarded record's pictures, from `extra_buffer` of `hardlink.db`.
    ///
    /// - Parameter column: a protobuf whose first field is the name, or the name in whatever wraps it.
    /// - Returns: letters and digits, "" where there are none.
    public static func recordFolder(in column: UnsafeRawBufferPointer) -> String {
        let reader = WireReader(column)
        let range = reader.bytes(1) ?? 0..<column.count
        let kept = column[range].filter { $0.isASCIIDigit || ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
        return String(decoding: kept, as: UTF8.self)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }
}
