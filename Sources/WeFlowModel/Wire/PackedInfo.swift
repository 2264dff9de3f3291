/// What `packed_info_data` of a message row says of the files that belong to it (<doc:StoredText#Packed-info>).
public struct PackedInfo: Sendable, Equatable {
    /// The 32 hex digits that name a picture's `.dat` file, lower case, "" for none.
    public var imageName = ""
    /// The 32 hex digits that name a video's `.mp4` file, lower case, "" for none.
    public var videoName = ""
    /// The folder of a forwarded record under `Rec`, "" for none.
    public var recordFolder = ""

    /// Reads the column; a damaged one yields what can be read.
    public init(_ column: UnsafeRawBufferPointer) {
        var reader = WireReader(column)
        while let field = reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            let inside = WireReader(column, in: range)
            switch field.number {
            case 3: imageName = Self.fileName(column, inside.bytes(4), range)
            case 4: videoName = Self.fileName(column, inside.bytes(8), range)
            case 9: recordFolder = inside.text(1)
            default: continue
            }
        }
    }

    /// The name in the nested field, else the first run of 32 hex digits: some clients write it as plain text.
    private static func fileName(
        _ bytes: UnsafeRawBufferPointer, _ nested: Range<Int>?, _ whole: Range<Int>
    ) -> String {
        for range in [nested, whole] {
            guard let range, let name = hexName(bytes, range) else { continue }
            return String(decoding: bytes[name], as: UTF8.self).lowercased()
        }
        return ""
    }

    /// The first 32 hex digits in a row.
    private static func hexName(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int>? {
        var start = range.lowerBound
        for at in range {
            let byte = bytes[at]
            guard byte.isASCIIDigit || (byte | 0x20) &- UInt8(ascii: "a") < 6 else {
                start = at + 1
                continue
            }
            if at + 1 - start == 32 { return start..<at + 1 }
        }
        return nil
    }
}
