/// The members of an object: a key of the program's own, and its value.
extension JSONWriter {
    /// Writes a key and a text.
    @inline(__always)
    public mutating func string(_ name: StaticString, _ text: String) {
        key(name)
        string(text)
    }

    /// Writes a key and a text of bytes that should be UTF-8; what is not is replaced by U+FFFD, once for each maximal
    /// subpart.
    @inline(__always)
    public mutating func string(_ name: StaticString, utf8 text: [UInt8]) {
        key(name)
        string(utf8: text)
    }

    /// Writes a key and a text of bytes that should be UTF-8, like those of a list.
    @inline(__always)
    public mutating func string(_ name: StaticString, utf8 text: UnsafeRawBufferPointer) {
        key(name)
        string(utf8: text)
    }

    /// Writes a key and a text of the program's own, which holds nothing to escape.
    @inline(__always)
    public mutating func string(_ name: StaticString, literal text: StaticString) {
        key(name)
        string(literal: text)
    }

    /// Writes a key and a number.
    @inline(__always)
    public mutating func integer(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        integer(value)
    }

    /// Writes a key and a number as a text, for ids that a JavaScript number would not survive.
    @inline(__always)
    public mutating func quoted(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        quoted(value)
    }

    /// Writes a key and the shortest number that reads back as `value`; `null` where it is no finite number.
    @inline(__always)
    public mutating func double(_ name: StaticString, _ value: Double) {
        key(name)
        double(value)
    }

    /// Writes a key and `true` or `false`.
    @inline(__always)
    public mutating func bool(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes a key and opens an object.
    @inline(__always)
    public mutating func beginObject(_ name: StaticString) {
        key(name)
        beginObject()
    }

    /// Writes a key and opens a list.
    @inline(__always)
    public mutating func beginArray(_ name: StaticString) {
        key(name)
        beginArray()
    }
}

/// The members of an object that may have no value: without one, neither key nor value is written.
extension JSONWriter {
    /// Writes a key and a text where there is one.
    @inline(__always)
    public mutating func string(_ name: StaticString, ifSome text: String?) {
        if let text { string(name, text) }
    }

    /// Writes a key and a text where it has a character.
    @inline(__always)
    public mutating func string(_ name: StaticString, unlessEmpty text: String) {
        if !text.isEmpty { string(name, text) }
    }

    /// Writes a key and a number where there is one.
    @inline(__always)
    public mutating func integer(_ name: StaticString, ifSome value: (some FixedWidthInteger)?) {
        if let value { integer(name, value) }
    }

    /// Writes a key and a number as a text where there is one.
    @inline(__always)
    public mutating func quoted(_ name: StaticString, ifSome value: (some FixedWidthInteger)?) {
        if let value { quoted(name, value) }
    }

    /// Writes a key and the shortest number that reads back as the value where there is one.
    @inline(__always)
    public mutating func double(_ name: StaticString, ifSome value: Double?) {
        if let value { double(name, value) }
    }

    /// Writes a key and `true` or `false` where one of them is known.
    @inline(__always)
    public mutating func bool(_ name: StaticString, ifSome value: Bool?) {
        if let value { bool(name, value) }
    }
}
