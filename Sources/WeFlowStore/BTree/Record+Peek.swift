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
    private static func number(_ bytes: UnsafeRawPointer, _ size: Int) -> Int64 {
        var number = Int64(bytes.load(as: Int8.self))
        for place in 1..<max(1, size) {
            number = number << 8 | Int64(bytes.load(fromByteOffset: place, as: UInt8.self))
        }
        return number
    }

    /// A text or BLOB column of a payload that need not be taken in for it, where another one is NULL or has no bytes.
    ///
    /// - Parameters:
    ///   - index: the column, from 0 on.
    ///   - other: the other one, behind it; where there is none, -1.
    ///   - payload: all of it.
    /// - Returns: nil where it takes more to tell: the column is of another type, the other one has bytes, or either is at
    ///   the payload's end.
    @inline(__always)
    static func bytes(
        _ index: Int, without other: Int, of payload: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let base = payload.baseAddress, let first = payload.first, first < 0x80, index >= 0 else { return nil }
        let end = Int(first)
        guard end <= payload.count, other < 0 || other > index else { return nil }
        var (at, offset, found) = (1, end, UnsafeRawBufferPointer(start: nil, count: 0))
        for column in 0...max(index, other) {
            guard at < end else { return nil }
            var type = UInt32(base.load(fromByteOffset: at, as: UInt8.self))
            if type < 0x80 {
                at += 1
            } else {
                guard let long = base.varint(&at, end: end), long <= UInt64(Int32.max) else { return nil }
                type = UInt32(truncatingIfNeeded: long)
            }
            let size = size(of: type)
            if column == index {
                guard type >= 12, offset + size <= payload.count else { return nil }
                found = UnsafeRawBufferPointer(start: base + offset, count: size)
            } else if column == other, type != 0, type != 12, type != 13 {
                return nil
            }
            offset += size
        }
        return found
    }
}
