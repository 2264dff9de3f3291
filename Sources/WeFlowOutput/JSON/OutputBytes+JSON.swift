internal import CTextLanes
internal import WeFlowModel

extension OutputBytes {
    /// Appends a JSON string with its quotes: the hot loop of every export.
    ///
    /// What is no UTF-8 is replaced by U+FFFD.
    mutating func appendJSONString(_ text: UnsafeRawBufferPointer) {
        appendJSONString(text, TextMarks(of: text))
    }

    /// The same for a text that has been looked through: `marks` are those of it.
    mutating func appendJSONString(_ text: UnsafeRawBufferPointer, _ marks: TextMarks) {
        reserve(2 * text.count + Self.slack)
        appendReserved(UInt8(ascii: "\""))
        if let source = text.baseAddress {
            if marks.isEmpty {
                appendReserved(source, count: text.count)
            } else if marks == .escaped {
                withPlace {
                    $0.pass(weflow_text_escape(source.assumingMemoryBound(to: UInt8.self), text.count, $0.pointer))
                }
            } else {
                appendEach(text)
            }
        }
        appendReserved(UInt8(ascii: "\""))
    }

    /// Room beyond two bytes for each byte: two quotes, the longest escape, and what a last block spills over.
    private static var slack: Int { 80 }

    /// Appends a text character by character, each as it must stand.
    private mutating func appendEach(_ text: UnsafeRawBufferPointer) {
        var position = 0
        while position < text.count {
            let rest = UnsafeRawBufferPointer(rebasing: text[position...])
            reserve(2 * rest.count + Self.slack)
            position += appendCharacter(rest)
        }
    }

    /// Appends what stands for the first character of `text`.
    ///
    /// - Returns: how many bytes of `text` that was, at least 1.
    private mutating func appendCharacter(_ text: UnsafeRawBufferPointer) -> Int {
        let first = text[0]
        switch first {
        case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7F:
            appendEscape(first)
            return 1
        case 0x20..<0x7F:
            appendReserved(first)
            return 1
        case 0xC2 where text.count > 1 && 0x80..<0xA0 ~= text[1]:
            appendEscape(text[1])
            return 2
        case 0xE2 where text.count > 2 && text[1] == 0x80 && text[2] | 1 == 0xA9:
            appendReserved(text[2] == 0xA8 ? "\\u2028" : "\\u2029")
            return 3
        default:
            let (length, isWhole) = longestBeginning(text)
            if isWhole {
                for offset in 0..<length { appendReserved(text[offset]) }
            } else {
                appendReserved("\u{FFFD}")
            }
            return length
        }
    }

    private mutating func appendEscape(_ byte: UInt8) {
        appendReserved(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): appendReserved(byte)
        case 0x0A: appendReserved(UInt8(ascii: "n"))
        case 0x09: appendReserved(UInt8(ascii: "t"))
        case 0x0D: appendReserved(UInt8(ascii: "r"))
        case 0x08: appendReserved(UInt8(ascii: "b"))
        case 0x0C: appendReserved(UInt8(ascii: "f"))
        default:
            appendReserved("u00")
            appendReserved(UInt8(ascii: "0") + byte >> 4)
            appendReserved(byte & 0x0F < 10 ? UInt8(ascii: "0") + byte & 0x0F : UInt8(ascii: "a") + byte & 0x0F - 10)
        }
    }
}

/// The longest beginning of `text`, which starts beyond ASCII, that begins some well-formed character, at least one
/// byte, and whether it is all of one. One U+FFFD stands for one that is not (The Unicode Standard, table 3-7 and
/// "substitution of maximal subparts").
private func longestBeginning(_ text: UnsafeRawBufferPointer) -> (length: Int, isWhole: Bool) {
    let (length, second): (Int, ClosedRange<UInt8>) =
        switch text[0] {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (1, 0x80...0xBF)
        }
    guard length > 1, text.count > 1, second ~= text[1] else { return (1, false) }
    var found = 2
    while found < length, found < text.count, text[found] & 0xC0 == 0x80 { found += 1 }
    return (found, found == length)
}
