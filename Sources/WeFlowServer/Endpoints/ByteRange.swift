/// What a `Range` field asks for of a file of known size (RFC 9110 section 14.2).
enum ByteRange: Equatable {
    /// Everything: the field has no form that is understood, or asks for several ranges.
    case whole
    /// These bytes.
    case part(Range<Int>)
    /// Bytes that the file does not have.
    case outside

    /// Reads `bytes=FIRST-LAST`, `bytes=FIRST-` or `bytes=-COUNT`.
    static func parse(_ field: String, size: Int) -> ByteRange {
        let unit = "bytes="
        guard field.lowercased().hasPrefix(unit) else { return .whole }
        let bounds = field.dropFirst(unit.count).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return .whole
        }
        // What is too large for a number lies behind the end of any file.
        let first = bounds[0].isEmpty ? nil : Int(bounds[0]) ?? .max
        let last = bounds[1].isEmpty ? nil : Int(bounds[1]) ?? .max
        switch (first, last) {
        case (nil, nil):
            return .whole
        case (nil, let count?):
            return count == 0 || size == 0 ? .outside : .part(max(0, size - count)..<size)
        case (let first?, let last):
            if let last, last < first { return .whole }
            guard first < size else { return .outside }
            return .part(first..<(min(last ?? .max, size - 1) + 1))
        }
    }
}
