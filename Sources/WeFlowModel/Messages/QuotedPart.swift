import WeFlowCrypto

/// What a reply says of the part of a text that it quotes: how the part begins and ends, and its MD5.
///
/// Short parts are written twice, whole, as beginning and as end.
struct QuotedPart {
    /// The longest beginning or end that is looked for, and the longest text in which it is, in bytes. Texts that people
    /// write are far shorter.
    private static let longest = (mark: 8 << 10, text: 64 << 10)
    /// How many places of the beginning, and of the end, are tried.
    private static let mostPlaces = 32

    private let start: [UInt8]
    private let end: [UInt8]
    private let md5: String

    /// Reads what `element` says.
    init(_ document: XMLDocument, _ element: XMLDocument.Element) {
        start = Array(document.text("start", in: element).utf8)
        end = Array(document.text("end", in: element).utf8)
        md5 = document.text("quotemd5", in: element).lowercased()
    }

    /// The part, nil where none is named or it does not occur.
    ///
    /// Where beginning and end occur several times, the MD5 tells which are meant; else the first of each are.
    func found(in whole: String) -> String? {
        guard (1...Self.longest.mark).contains(start.count), (1...Self.longest.mark).contains(end.count),
            whole.utf8.count <= Self.longest.text
        else { return nil }
        var whole = whole
        return whole.withUTF8 { bytes in
            let text = UnsafeRawBufferPointer(bytes)
            let starts = places(of: start, in: text)
            let ends = places(of: end, in: text)
            var first: Range<Int>?
            for from in starts {
                for to in ends where to >= from && to + end.count >= from + start.count {
                    let part = from..<to + end.count
                    if md5.isEmpty || hasMD5(text.slice(part)) { return String(decoding: text[part], as: UTF8.self) }
                    first = first ?? part
                }
            }
            return first.map { String(decoding: text[$0], as: UTF8.self) }
        }
    }

    private func places(of mark: [UInt8], in text: UnsafeRawBufferPointer) -> [Int] {
        mark.withUnsafeBytes { mark in
            var found: [Int] = []
            var at = 0
            while found.count < Self.mostPlaces, let place = text.firstOffset(of: mark, from: at) {
                found.append(place)
                at = place + 1
            }
            return found
        }
    }

    private func hasMD5(_ part: UnsafeRawBufferPointer) -> Bool {
        md5.utf8.elementsEqual(HexDigits.bytes(MD5.hash(part)))
    }
}
