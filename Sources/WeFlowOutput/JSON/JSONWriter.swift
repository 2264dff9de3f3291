internal import WeFlowModel

/// Writes JSON into one growing buffer: commas, indentation and escapes are its business, the order of calls the
/// caller's (<doc:JSONAnswers>).
///
/// Non-ASCII and `/` stand unescaped but for the control characters U+0080 to U+009F, which a terminal obeys as it does
/// those of ASCII and U+007F, and U+2028 and U+2029, at which line readers split, as at U+0085. Several values at
/// the top follow each other without a comma, so that a writer serves for JSON lines (`endLine`). Items of a list may
/// be written apart, by a writer that begins at the list's `depth`, and joined by `fragment(_:)`.
public struct JSONWriter: ~Copyable, Sendable {
    /// How the text is laid out.
    public enum Style: Sendable, Equatable {
        /// No blank anywhere.
        case compact
        /// A line for each value, indented by 2.
        case pretty
    }

    /// How the text is laid out.
    public let style: Style
    /// How many objects and lists are open, those of the text around a fragment included.
    public private(set) var depth: Int
    /// What has been written and not yet flushed.
    public private(set) var bytes: OutputBytes
    /// Whether the innermost open object or list has no item yet.
    private var isFirst = true
    /// Whether a key waits for its value.
    private var isAfterKey = false

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - style: how the text is laid out.
    ///   - depth: how deep the list lies whose items will be written, for a fragment; 0 for a whole document.
    ///   - capacity: how many bytes fit before the buffer grows for the first time.
    public init(style: Style = .compact, depth: Int = 0, capacity: Int = 4096) {
        self.style = style
        self.depth = depth
        bytes = OutputBytes(capacity: capacity)
    }

    /// Opens an object.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Closes the object that was opened last.
    public mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Opens a list.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Closes the list that was opened last.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes a key of the program's own, which holds nothing to escape.
    @inline(__always)
    public mutating func key(_ name: StaticString) {
        beginItem()
        bytes.reserve(name.utf8CodeUnitCount + 4)
        bytes.appendReserved(UInt8(ascii: "\""))
        bytes.appendReserved(name)
        bytes.appendReserved(UInt8(ascii: "\""))
        endKey()
    }

    /// Writes a key that comes from data.
    public mutating func key(text name: String) {
        beginItem()
        var name = name
        name.withUTF8 { bytes.appendJSONString(UnsafeRawBufferPointer($0)) }
        bytes.reserve(2)
        endKey()
    }

    /// Writes a text.
    public mutating func string(_ text: String) {
        beginItem()
        var text = text
        text.withUTF8 { bytes.appendJSONString(UnsafeRawBufferPointer($0)) }
    }

    /// Writes a text of bytes that should be UTF-8; what is not is replaced by U+FFFD, once for each maximal subpart.
    @inline(__always)
    public mutating func string(utf8 text: UnsafeRawBufferPointer) {
        beginItem()
        bytes.appendJSONString(text)
    }

    /// Writes a text that has been looked through: `marks` are those of it.
    ///
    /// - Returns: where the text lies in `bytes`, without its quotes.
    @discardableResult
    mutating func string(utf8 text: UnsafeRawBufferPointer, _ marks: TextMarks) -> Range<Int> {
        beginItem()
        let start = bytes.count + 1
        bytes.appendJSONString(text, marks)
        return start..<bytes.count - 1
    }

    /// Writes a text that consists of one in front and another that has been written already.
    ///
    /// - Parameters:
    ///   - front: what comes first, UTF-8 that ends with a whole character.
    ///   - written: where the rest lies, as `string(utf8:_:)` returned it; nothing may have been flushed since.
    mutating func string(_ front: UnsafeRawBufferPointer, thenCopyOf written: Range<Int>) {
        beginItem()
        if front.isEmpty {
            bytes.reserve(written.count + 2)
            bytes.appendReserved(UInt8(ascii: "\""))
        } else {
            bytes.appendJSONString(front)
            bytes.removeLast()
            bytes.reserve(written.count + 1)
        }
        bytes.appendReserved(copyOf: written)
        bytes.appendReserved(UInt8(ascii: "\""))
    }

    /// Writes a text of bytes that should be UTF-8; what is not is replaced by U+FFFD, once for each maximal subpart.
    public mutating func string(utf8 text: [UInt8]) {
        beginItem()
        text.withUnsafeBytes { bytes.appendJSONString($0) }
    }

    /// Writes a text of the program's own, which holds nothing to escape.
    public mutating func string(literal text: StaticString) {
        beginItem()
        bytes.reserve(text.utf8CodeUnitCount + 2)
        bytes.appendReserved(UInt8(ascii: "\""))
        bytes.appendReserved(text)
        bytes.appendReserved(UInt8(ascii: "\""))
    }

    /// Writes a number.
    @inline(__always)
    public mutating func integer(_ value: some FixedWidthInteger) {
        beginItem()
        bytes.append(decimal: value)
    }

    /// Writes a number as a text, for ids that a JavaScript number would not survive.
    public mutating func quoted(_ value: some FixedWidthInteger) {
        beginItem()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(decimal: value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the shortest number that reads back as `value`; `null` where it is no finite number.
    public mutating func double(_ value: Double) {
        beginItem()
        bytes.append(value.isFinite ? value.description : "null")
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        beginItem()
        bytes.append(value ? "true" : "false" as StaticString)
    }

    /// Writes `null`.
    public mutating func null() {
        beginItem()
        bytes.append("null" as StaticString)
    }

    /// Writes a value that is JSON already.
    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        beginItem()
        bytes.append(json)
    }

    /// Joins items that another writer wrote at this depth and style; nothing where there are none.
    public mutating func fragment(_ items: borrowing OutputBytes) {
        beginFragment(items)
        bytes.append(items)
    }

    /// Sees to what stands before items that another writer wrote, for a caller that passes these on by themselves.
    public mutating func beginFragment(_ items: borrowing OutputBytes) {
        guard !items.isEmpty, depth > 0 else { return }
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    /// Ends a line between two values at the top.
    public mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    /// Drops what has been written, but not the state: a document is flushed piece by piece.
    public mutating func removeBytes() { bytes.removeAll() }

    /// Writes the first fields of an object as they were written before, in another object at this depth.
    mutating func again(_ fields: UnsafeRawBufferPointer) {
        bytes.append(fields)
        isFirst = false
    }

    /// Makes the next item the first one of a fragment again.
    mutating func restart() {
        isFirst = true
        isAfterKey = false
    }

    /// Hands the buffer over, as a fragment or a whole document.
    public consuming func finish() -> OutputBytes { bytes }

    /// Begins some fields whose values are short, of the open object: they are written behind one look for room.
    ///
    /// - Parameter most: how many keys will be written at the most.
    /// - Returns: what writes them.
    @inline(__always)
    mutating func beginShortFields(_ most: Int) -> JSONShortFields {
        let lineBreak = style == .pretty ? 1 + 2 * depth : 0
        bytes.reserve(most * (JSONShortFields.mostBytes + lineBreak))
        return JSONShortFields(place: bytes.place, lineBreak: lineBreak, isFirst: isFirst)
    }

    /// Takes in the fields.
    ///
    /// - Parameters:
    ///   - fields: what wrote them.
    ///   - isAfterKey: whether the last of them is a key whose value follows.
    @inline(__always)
    mutating func end(_ fields: JSONShortFields, isAfterKey: Bool = false) {
        bytes.end(at: fields.place)
        isFirst = fields.isFirst
        self.isAfterKey = isAfterKey
    }

    private mutating func open(_ bracket: UInt8) {
        beginItem()
        bytes.append(bracket)
        depth += 1
        isFirst = true
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if !isFirst && style == .pretty { breakLine() }
        bytes.append(bracket)
        isFirst = false
    }

    /// What stands between the text so far and the next item.
    @inline(__always)
    private mutating func beginItem() {
        if isAfterKey {
            isAfterKey = false
        } else if depth > 0 {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            if style == .pretty { breakLine() }
        }
        isFirst = false
    }

    @inline(__always)
    private mutating func endKey() {
        bytes.appendReserved(UInt8(ascii: ":"))
        if style == .pretty { bytes.appendReserved(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    @inline(never)
    private mutating func breakLine() {
        bytes.reserve(1 + 2 * depth)
        bytes.appendReserved(UInt8(ascii: "\n"))
        bytes.appendReserved(repeating: UInt8(ascii: " "), count: 2 * depth)
    }
}
