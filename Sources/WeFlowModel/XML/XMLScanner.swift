/// A tolerant pull scanner: the next piece of markup or text in bytes that are nearly XML (<doc:MessageXML>).
///
/// It never fails. A `<` that begins no markup is text; comments, declarations, processing instructions (an XML
/// declaration too, wherever it stands: its `encoding` is ignored) and document types are passed over, and no entity
/// is ever declared. Markup that the end of the bytes cuts off ends the document. Each byte is looked at a bounded
/// number of times. Offsets are into the bytes handed in, which have to outlive the scanner.
struct XMLScanner {
    enum Token {
        /// A start tag; `attributes` is what stands between its name and its end.
        case open(name: Range<Int>, attributes: Range<Int>, isEmpty: Bool)
        /// An end tag, from its `<` to behind its `>`.
        case close(name: Range<Int>, tag: Range<Int>)
        /// Text in which entities are still written as such.
        case text(Range<Int>)
        /// The inside of a CDATA section; `isCut` where its end is missing.
        case cdata(Range<Int>, isCut: Bool)
    }

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    /// Where the next token begins.
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>? = nil) {
        self.bytes = bytes
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    /// The next token, nil at the end.
    @inline(__always)
    mutating func next() -> Token? {
        while position < end {
            let start = position
            if bytes[start] == UInt8(ascii: "<"), start + 1 < end {
                let next = bytes[start + 1]
                if Self.startsName(next) {
                    if let token = startTag() { return token }
                } else if next == UInt8(ascii: "/") {
                    if let token = endTag() { return token }
                } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
                    if let token = declaration() { return token }
                }
                if position > start { continue }
            }
            return text()
        }
        return nil
    }

    /// Passes over an end tag of this name and without a blank, where one stands next.
    ///
    /// - Parameter name: where an element's name stands, before the present position.
    /// - Returns: whether there was one.
    @inline(__always)
    mutating func passEndTag(named name: Range<Int>) -> Bool {
        let (start, closing) = (position + 2, position + 2 + name.count)
        guard closing < end, bytes[position] == UInt8(ascii: "<"), bytes[position + 1] == UInt8(ascii: "/"),
            bytes[closing] == UInt8(ascii: ">"), bytes.areSame(name.lowerBound, start, name.count)
        else { return false }
        position = closing + 1
        return true
    }

    @inline(__always)
    static func startsName(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte == UInt8(ascii: "_") }

    @inline(__always)
    static func continuesName(_ byte: UInt8) -> Bool {
        // A bit for each of `-.0-9:` and of `A-Z_a-z`: most bytes of a document are asked.
        let bits: UInt64 = byte & 0x40 == 0 ? 0x07FF_6000_0000_0000 : 0x07FF_FFFE_87FF_FFFE
        return byte < 0x80 && bits >> UInt64(byte & 0x3F) & 1 == 1
    }

    /// Text up to the next `<` that can begin markup; a `<` at the present position is part of it.
    @inline(__always)
    private mutating func text() -> Token {
        let start = position
        var at = position + 1
        while let hit = bytes.firstOffset(of: UInt8(ascii: "<"), in: min(at, end)..<end) {
            if hit + 1 < end {
                let next = bytes[hit + 1]
                if Self.startsName(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!")
                    || next == UInt8(ascii: "?")
                {
                    position = hit
                    return .text(start..<hit)
                }
            }
            at = hit + 1
        }
        position = end
        return .text(start..<end)
    }

    /// An end tag; nil where the document ends in it, and where it is none: then it is text and nothing is read.
    @inline(__always)
    private mutating func endTag() -> Token? {
        let start = position
        var name = start + 2
        while name < end, bytes[name].isXMLBlank { name += 1 }
        var nameEnd = name
        while nameEnd < end, Self.continuesName(bytes[nameEnd]) { nameEnd += 1 }
        var at = nameEnd
        while at < end, bytes[at].isXMLBlank { at += 1 }
        guard at < end else {
            position = end
            return nil
        }
        guard nameEnd > name, bytes[at] == UInt8(ascii: ">") else { return nil }
        position = at + 1
        return .close(name: name..<nameEnd, tag: start..<at + 1)
    }

    /// A start tag; nil as of ``endTag()``.
    @inline(__always)
    private mutating func startTag() -> Token? {
        let name = position + 1
        var at = name + 1
        while at < end, Self.continuesName(bytes[at]) { at += 1 }
        let nameEnd = at
        guard at < end else {
            position = end
            return nil
        }
        let behind = bytes[at]
        if behind == UInt8(ascii: ">") {
            position = at + 1
            return .open(name: name..<nameEnd, attributes: nameEnd..<at, isEmpty: false)
        }
        guard behind == UInt8(ascii: "/") || behind.isXMLBlank else { return nil }
        var previous: UInt8 = 0
        while at < end {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: ">"):
                let isEmpty = previous == UInt8(ascii: "/")
                position = at + 1
                return .open(name: name..<nameEnd, attributes: nameEnd..<(isEmpty ? at - 1 : at), isEmpty: isEmpty)
            case UInt8(ascii: "<"):
                // The tag was never ended; what comes is markup of its own.
                position = at
                return .open(name: name..<nameEnd, attributes: nameEnd..<at, isEmpty: false)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if previous == UInt8(ascii: "="), let closing = bytes.firstOffset(of: byte, in: at + 1..<end) {
                    at = closing
                }
                previous = byte
            default:
                if !byte.isXMLBlank { previous = byte }
            }
            at += 1
        }
        position = end
        return nil
    }

    /// What begins with `<!` or `<?`: a CDATA section; nil for all that is passed over, and for text as of ``endTag()``.
    private mutating func declaration() -> Token? {
        let start = position
        if bytes.matches("<![CDATA[", at: start), start + 9 <= end {
            let inside = start + 9
            let closing = bytes.firstOffset(of: "]]>", from: inside, to: end)
            position = closing.map { $0 + 3 } ?? end
            return .cdata(inside..<(closing ?? end), isCut: closing == nil)
        }
        if bytes.matches("<!--", at: start) {
            position = bytes.firstOffset(of: "-->", from: start + 4, to: end).map { $0 + 3 } ?? end
            return nil
        }
        if bytes[start + 1] == UInt8(ascii: "?") {
            let closing = bytes.firstOffset(of: UInt8(ascii: ">"), in: start + 2..<end)
            position = closing.map { $0 + 1 } ?? end
            return nil
        }
        guard start + 2 < end, bytes[start + 2].isASCIILetter else { return nil }
        // A document type: its internal subset may hold `>` inside brackets.
        var at = start + 2
        var isInside = false
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "["): isInside = true
            case UInt8(ascii: "]"): isInside = false
            case UInt8(ascii: ">") where !isInside:
                position = at + 1
                return nil
            default: break
            }
            at += 1
        }
        position = end
        return nil
    }
}

/// The attributes of one start tag, in order. Blanks around `=` and values without quotes are understood; an
/// attribute without a value is passed over.
struct XMLAttributes: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var at: Int

    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        self.bytes = bytes
        at = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
        while at < end {
            guard XMLScanner.startsName(bytes[at]) else {
                at += 1
                continue
            }
            let name = at
            while at < end, XMLScanner.continuesName(bytes[at]) { at += 1 }
            let nameEnd = at
            skipBlanks()
            guard at < end, bytes[at] == UInt8(ascii: "=") else {
                // Behind a name that a stray byte ends, the rest of the word is no name.
                if at < end, at == nameEnd { at += 1 }
                continue
            }
            at += 1
            skipBlanks()
            return (name..<nameEnd, value())
        }
        return nil
    }

    private mutating func value() -> Range<Int> {
        guard at < end else { return at..<at }
        let quote = bytes[at]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let start = at + 1
            if let closing = bytes.firstOffset(of: quote, in: start..<end) {
                at = closing + 1
                return start..<closing
            }
            at = start
        }
        let start = at
        while at < end, !bytes[at].isXMLBlank { at += 1 }
        return start..<at
    }

    private mutating func skipBlanks() {
        while at < end, bytes[at].isXMLBlank { at += 1 }
    }
}
