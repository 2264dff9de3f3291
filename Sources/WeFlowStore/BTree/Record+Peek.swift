/// What can be told of a row before it is taken in.
extension Record {
    /// An integer column of a payload that need not be taken in for it.
    ///
    /// - Parameters:
    ///   - index: the column, from 0 on.
    ///   - payload: as far as it lies on the page.
    /// - Returns: nil where it takes more to tell: the column is no integer, or lies behind a long one.
    @inline(__always)
    static func int(_ index: Int, of payload: UnsafeRawBufferPointer) -> Int64? {
        guard let base = payload.baseAddress, let first = payload.first else { return nil }
        let end = Int(first)
        guard end < 0x80, index >= 0, index + 1 < end, end <= payload.count else { return nil }
        var offset = end
        for at in 1...index + 1 {
            let type = UInt32(base.load(fromByteOffset: at, as: UInt8.self))
            guard type < 0x80 else { return nil }
            let size = size(of: type)
            if at <= index {
                offset += size
                continue
            }
            if type == 8 || type == 9 { return Int64(type) - 8 }
            guard 1...6 ~= type, offset + size <= payload.count else { return nil }
            guard offset + 8 <= payload.count else { return number(base + offset, size) }
            let word = Int64(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: Int64.self))
            return word >> Int64(64 - 8 * size)
        }
        return nil
    }

    /// A number near the end of a payload, byte by byte.
    @inline(never)
    fileprivate static func number(_ bytes: UnsafeRawPointer, _ size: Int) -> Int64 {
        var number = Int64(bytes.load(as: Int8.self))
        for place in 1..<max(1, size) {
            number = number << 8 | Int64(bytes.load(fromByteOffset: place, as: UInt8.self))
        }
        return number
    }
}

/// The first columns of a row that is not taken in, as far as they lie on its first page: found in one go, for whoever
/// asks for several of them of every row.
struct RowFront {
    /// Where a column lies.
    struct Place {
        var type: UInt32
        var offset: UInt32
    }

    private let payload: UnsafeRawBufferPointer
    private let places: UnsafePointer<Place>
    private let count: Int

    /// Finds the columns.
    ///
    /// - Parameters:
    ///   - payload: the row, as far as it lies on the page.
    ///   - most: how many columns are wanted.
    ///   - places: room for as many, in use as long as this is.
    @inline(__always)
    init(_ payload: UnsafeRawBufferPointer, most: Int, in places: UnsafeMutablePointer<Place>) {
        (self.payload, self.places) = (payload, UnsafePointer(places))
        guard let base = payload.baseAddress, let first = payload.first, first < 0x80, first <= payload.count else {
            count = 0
            return
        }
        let end = Int(first)
        var (at, offset, column) = (1, end, 0)
        while at < end, column < most {
            var type = UInt32(base.load(fromByteOffset: at, as: UInt8.self))
            if type < 0x80 {
                at &+= 1
            } else {
                guard let long = base.varint(&at, end: end), long <= UInt64(Int32.max) else { break }
                type = UInt32(truncatingIfNeeded: long)
            }
            let next = offset &+ Record.size(of: type)
            guard next <= payload.count else { break }
            places[column] = Place(type: type, offset: UInt32(truncatingIfNeeded: offset))
            column &+= 1
            offset = next
        }
        count = column
    }

    /// An integer column; nil where it takes more to tell: it is none, or lies behind what is not on the page.
    @inline(__always)
    func int(_ index: Int) -> Int64? {
        guard index >= 0, index < count, let base = payload.baseAddress else { return nil }
        let place = places[index]
        if place.type == 8 || place.type == 9 { return Int64(place.type) - 8 }
        guard 1...6 ~= place.type else { return nil }
        let (offset, size) = (Int(place.offset), Record.size(of: place.type))
        guard offset + 8 <= payload.count else { return Record.number(base + offset, size) }
        let word = Int64(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        return word >> Int64(64 - 8 * size)
    }

    /// A text or BLOB column of a row that lies on the page whole, where another one is NULL or has no bytes.
    ///
    /// - Parameters:
    ///   - index: the column.
    ///   - other: the other one, behind it; where there is none, -1.
    /// - Returns: nil where it takes more to tell: the column is of another type, the other one has bytes, or the row ends
    ///   before one of them.
    @inline(__always)
    func bytes(_ index: Int, without other: Int) -> UnsafeRawBufferPointer? {
        guard index >= 0, index < count, other < count, other < 0 || other > index, places[index].type >= 12 else {
            return nil
        }
        if other >= 0 {
            let type = places[other].type
            guard type == 0 || type == 12 || type == 13 else { return nil }
        }
        return UnsafeRawBufferPointer(
            start: payload.baseAddress.map { $0 + Int(places[index].offset) },
            count: Record.size(of: places[index].type))
    }
}
