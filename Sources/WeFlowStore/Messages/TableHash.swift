import WeFlowPages

/// The MD5 of a session's id, which names its message tables (<doc:MessageShards>).
package struct TableHash: Sendable, Hashable, Comparable {
    /// The first eight bytes.
    package let high: UInt64
    /// The last eight bytes.
    package let low: UInt64

    /// Puts a hash together.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The hash of a session's id.
    package init(of username: String) {
        (high, low) = md5Halves(username)
    }

    /// The hash in a table's name, nil where the name is none of a message table.
    package init?(tableName: UnsafeRawBufferPointer) {
        guard tableName.count == 36, zip(tableName, "msg_".utf8).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 }) else {
            return nil
        }
        self.init(digits: Array(tableName)[4...])
    }

    /// A hash that is written out, nil where the text is none.
    package init?(digits: String) {
        guard digits.utf8.count == HexName.length else { return nil }
        self.init(digits: Array(digits.utf8)[...])
    }

    private init?(digits: ArraySlice<UInt8>) {
        var halves: (UInt64, UInt64) = (0, 0)
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            halves = (halves.0 << 4 | halves.1 >> 60, halves.1 << 4 | UInt64(value))
        }
        self.init(high: halves.0, low: halves.1)
    }

    /// The table's name in lower case.
    package var tableName: String {
        var digits: [UInt8] = []
        for half in [high, low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let nibble = UInt8(half >> UInt64(shift) & 15)
                digits.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
            }
        }
        return "msg_" + String(decoding: digits, as: UTF8.self)
    }

    /// By value.
    package static func < (a: TableHash, b: TableHash) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
