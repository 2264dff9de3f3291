/// Fields of an object whose values are numbers, for the hot loops: see `JSONWriter.beginShortFields(_:)`.
struct JSONShortFields {
    /// What a key with its value takes at the most but for the break of the line: the key, its quotes, colon, comma and
    /// blank, and a number in quotes.
    static var mostBytes: Int { longestKey + 5 + OutputPosition.longestDecimal + 2 }
    private static var longestKey: Int { 24 }

    /// Behind the last field.
    private(set) var place: OutputPosition
    /// How many bytes begin a line, its end included; 0 in compact text.
    let lineBreak: Int
    /// Whether the object has no field yet.
    private(set) var isFirst: Bool

    @inline(__always)
    init(place: OutputPosition, lineBreak: Int, isFirst: Bool) {
        (self.place, self.lineBreak, self.isFirst) = (place, lineBreak, isFirst)
    }

    /// Puts a key of the program's own, which holds nothing to escape.
    @inline(__always)
    mutating func key(_ name: StaticString) {
        assert(name.utf8CodeUnitCount <= Self.longestKey)
        if !isFirst { place.put(UInt8(ascii: ",")) }
        isFirst = false
        if lineBreak > 0 {
            place.put(UInt8(ascii: "\n"))
            place.put(repeating: UInt8(ascii: " "), count: lineBreak - 1)
        }
        place.put(UInt8(ascii: "\""))
        place.put(name)
        place.put(UInt8(ascii: "\""))
        place.put(UInt8(ascii: ":"))
        if lineBreak > 0 { place.put(UInt8(ascii: " ")) }
    }

    /// Puts a number.
    @inline(__always)
    mutating func integer(_ name: StaticString, _ value: Int64) {
        key(name)
        if value < 0 { place.put(UInt8(ascii: "-")) }
        place.put(decimal: value.magnitude)
    }

    /// Puts a number as a text, for ids that a JavaScript number would not survive.
    @inline(__always)
    mutating func quoted(_ name: StaticString, _ value: UInt64) {
        key(name)
        place.put(UInt8(ascii: "\""))
        place.put(decimal: value)
        place.put(UInt8(ascii: "\""))
    }
}
