/// The few tags that stand in the sentences of notices: pictures, links and the like. Everything else between `<` and `>`
/// is text, since people and groups may be called `<Leo>` or `A&lt;B`.
enum NoticeMarkup {
    /// The client's own link, which nobody is called.
    private static let customLink: StaticString = "_wc_custom_link_"
    /// Tags that are markup where they carry an attribute or end themselves.
    private static let others: [StaticString] = ["img", "a", "span", "font", "br", "b", "i", "em", "strong"]

    /// Whether an element of this name may stand in a sentence.
    static func isInline(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { place(of: UnsafeRawBufferPointer($0)) != nil }
    }

    /// The sentence without its markup, and without blanks at both ends. Entities are text too.
    static func sentence(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return text.trimmingBlanks }
        var text = text
        return text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            var kept: [UInt8] = []
            kept.reserveCapacity(bytes.count)
            var open = [Int](repeating: 0, count: others.count + 1)
            var at = 0
            while let start = bytes.firstOffset(of: UInt8(ascii: "<"), in: at..<bytes.count) {
                kept.append(contentsOf: bytes.slice(at..<start))
                if let end = tag(bytes, start, &open) {
                    at = end
                } else {
                    kept.append(bytes[start])
                    at = start + 1
                }
            }
            kept.append(contentsOf: bytes.slice(at..<bytes.count))
            return String(decoding: kept, as: UTF8.self).trimmingBlanks
        }
    }

    /// The offset behind the tag at `start`, nil where it is text. `open` says how many elements of each name are open:
    /// only those have end tags.
    private static func tag(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ open: inout [Int]) -> Int? {
        let isEnd = bytes.matches("/", at: start + 1)
        let name = start + (isEnd ? 2 : 1)
        var nameEnd = name
        while nameEnd < bytes.count, XMLScanner.continuesName(bytes[nameEnd]) { nameEnd += 1 }
        guard let place = place(of: bytes.slice(name..<nameEnd)) else { return nil }
        var scanner = XMLScanner(bytes, in: start..<bytes.count)
        switch scanner.next() {
        case .close(_, let tag)?:
            guard open[place] > 0 || place == 0 else { return nil }
            open[place] -= open[place] > 0 ? 1 : 0
            return tag.upperBound
        case .open(_, let attributes, let isEmpty)?:
            // A tag that the next one cuts off is none.
            guard bytes[scanner.position - 1] == UInt8(ascii: ">") else { return nil }
            let hasAttribute = bytes.firstOffset(of: UInt8(ascii: "="), in: attributes) != nil
            guard place == 0 || hasAttribute || isEmpty else { return nil }
            if !isEmpty { open[place] += 1 }
            return scanner.position
        case .text?, .cdata?, nil:
            return nil
        }
    }

    /// The place of a name in the list, the client's link in front of it; nil for all other names.
    private static func place(of name: UnsafeRawBufferPointer) -> Int? {
        if isName(name, customLink) { return 0 }
        return others.firstIndex { isName(name, $0) }.map { $0 + 1 }
    }

    private static func isName(_ name: UnsafeRawBufferPointer, _ known: StaticString) -> Bool {
        guard name.count == known.utf8CodeUnitCount else { return false }
        // Names are of letters and `_`, which has no other case.
        return (0..<name.count).allSatisfy { name[$0] == known.utf8Start[$0] || name[$0] | 0x20 == known.utf8Start[$0] }
    }
}
