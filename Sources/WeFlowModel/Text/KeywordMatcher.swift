/// Finds a keyword in texts without regard to case: a substring under Unicode simple case folding, one scalar for one,
/// so `ß` is not `ss`. No wildcards, no normalization.
public struct KeywordMatcher: Sendable {
    /// The keyword, folded.
    private let scalars: [UInt32]
    private let bytes: [UInt8]
    /// True where no scalar of the keyword has another case, so that its bytes can be searched as they are.
    private let isCaseless: Bool
    /// Which bytes can begin a match.
    private let beginnings: [Bool]

    /// Prepares a keyword; the empty one is found everywhere.
    public init(_ keyword: String) {
        let scalars = keyword.unicodeScalars.map { CaseFolding.fold($0.value) }
        self.scalars = scalars
        var bytes: [UInt8] = []
        for scalar in scalars.lazy.compactMap(Unicode.Scalar.init) { XMLEntities.append(scalar, to: &bytes) }
        self.bytes = bytes
        isCaseless = scalars.allSatisfy { CaseFolding.scalars(foldingTo: $0) == [$0] }
        var beginnings = [Bool](repeating: false, count: 256)
        if let first = scalars.first {
            for scalar in CaseFolding.scalars(foldingTo: first).lazy.compactMap(Unicode.Scalar.init) {
                if let lead = Unicode.UTF8.encode(scalar)?.first { beginnings[Int(lead)] = true }
            }
        }
        self.beginnings = beginnings
    }

    /// True where the keyword occurs in `text`, UTF-8.
    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        if bytes.isEmpty { return true }
        return isCaseless ? containsBytes(text) : containsFolded(text)
    }

    /// True where the keyword occurs in `text`.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// Where the keyword occurs in `text`, UTF-8, from the left and without overlapping itself.
    ///
    /// - Returns: places in Unicode scalars; none for the empty keyword.
    public func ranges(in text: UnsafeRawBufferPointer) -> [Range<Int>] {
        guard !scalars.isEmpty, matches(text) else { return [] }
        var ranges: [Range<Int>] = []
        var (at, place) = (0, 0)
        while at < text.count {
            if beginnings[Int(text[at])], let end = scalars.withUnsafeBufferPointer({ Self.end(text, at, $0) }) {
                ranges.append(place..<place + scalars.count)
                place += scalars.count
                at = end
            } else {
                at += text[at] < 0x80 ? 1 : Self.decode(text, at).length
                place += 1
            }
        }
        return ranges
    }

    /// The scalars that the keyword needs and that have no case, for a look whether a text can hold it at all.
    public var caselessScalars: [Unicode.Scalar] {
        Set(scalars).sorted().filter { CaseFolding.scalars(foldingTo: $0) == [$0] }.compactMap(Unicode.Scalar.init)
    }

    private func containsBytes(_ text: UnsafeRawBufferPointer) -> Bool {
        // The last byte is the rarest of a Chinese character's three.
        let last = bytes.count - 1
        return bytes.withUnsafeBytes { needle in
            var at = last
            while at < text.count, let hit = text.firstOffset(of: needle[last], in: at..<text.count) {
                if text.matches(needle, at: hit - last) { return true }
                at = hit + 1
            }
            return false
        }
    }

    private func containsFolded(_ text: UnsafeRawBufferPointer) -> Bool {
        scalars.withUnsafeBufferPointer { scalars in
            beginnings.withUnsafeBufferPointer { beginnings in
                for at in 0..<text.count where beginnings[Int(text[at])] {
                    if Self.matches(text, at, scalars) { return true }
                }
                return false
            }
        }
    }

    private static func matches(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ scalars: UnsafeBufferPointer<UInt32>
    ) -> Bool { end(text, start, scalars) != nil }

    /// Where the keyword ends that begins at `start`; nil where it does not.
    @inline(__always)
    private static func end(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ scalars: UnsafeBufferPointer<UInt32>
    ) -> Int? {
        var at = start
        for wanted in scalars {
            guard at < text.count else { return nil }
            let byte = text[at]
            if byte < 0x80 {
                let folded = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
                guard UInt32(folded) == wanted else { return nil }
                at += 1
            } else {
                let (scalar, length) = decode(text, at)
                guard CaseFolding.fold(scalar) == wanted else { return nil }
                at += length
            }
        }
        return at
    }

    /// The scalar of the sequence at `at`; bytes that are none give what no keyword holds.
    private static func decode(_ text: UnsafeRawBufferPointer, _ at: Int) -> (scalar: UInt32, length: Int) {
        let first = text[at]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard length > 1, length <= text.count - at else { return (.max, 1) }
        var scalar = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length { scalar = scalar << 6 | UInt32(text[at + offset] & 0x3F) }
        return (scalar, length)
    }
}
