import WeFlowPages

/// A row as SQLite's record format stores it, decoded column by column without copying.
///
/// One reader serves one cursor: `load` takes in a cell, the accessors then answer until the next `load`.
package final class Record {
    private let cache: PageCache
    private let columns: UnsafeMutablePointer<Column>
    private var count = 0
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private var assembled: UnsafeMutableRawBufferPointer
    private let page: UnsafeMutableRawPointer
    /// Columns beyond these are not of any table we read.
    private static let mostColumns = 64

    private struct Column {
        var type: UInt32
        var offset: UInt32
    }

    /// Makes a reader over the pages of `cache`.
    package init(_ cache: PageCache) {
        self.cache = cache
        columns = .allocate(capacity: Self.mostColumns)
        assembled = .allocate(byteCount: 0, alignment: 8)
        page = .allocate(byteCount: cache.snapshot.pageSize, alignment: 16)
    }

    deinit {
        columns.deallocate()
        assembled.deallocate()
        page.deallocate()
    }

    /// Takes in a cell's payload, following its overflow pages.
    func load(_ payload: BTreePage.Payload, page number: UInt32) throws(PageFailure) {
        bytes = payload.overflow == 0 ? payload.local : try assemble(payload)
        guard let base = bytes.baseAddress, parseHeader(base) else {
            count = 0
            throw PageFailure(.damaged, database: cache.snapshot.database, page: number)
        }
    }

    /// Puts the parts of a long payload together.
    private func assemble(_ payload: BTreePage.Payload) throws(PageFailure) -> UnsafeRawBufferPointer {
        if assembled.count < payload.total {
            assembled.deallocate()
            assembled = .allocate(byteCount: payload.total + payload.total / 2, alignment: 8)
        }
        var filled = payload.local.count
        assembled.copyMemory(from: payload.local)
        var next = payload.overflow
        let usable = cache.snapshot.usableSize
        // Each page brings bytes, so a chain that runs in a circle ends when the payload is full.
        while filled < payload.total {
            guard next >= 1, next <= cache.snapshot.pageCount else {
                throw PageFailure(.damaged, database: cache.snapshot.database, page: next)
            }
            try cache.snapshot.read(next, into: page)
            let part = min(usable - 4, payload.total - filled)
            UnsafeMutableRawBufferPointer(rebasing: assembled[filled..<(filled + part)])
                .copyMemory(from: UnsafeRawBufferPointer(start: page + 4, count: part))
            filled += part
            next = UnsafeRawPointer(page).bigEndian32(0)
        }
        return UnsafeRawBufferPointer(rebasing: assembled[..<payload.total])
    }

    /// An integer column of a payload that need not be taken in for it.
    ///
    /// - Parameters:
    ///   - index: the column, from 0 on.
    ///   - payload: as far as it lies on the page.
    /// - Returns: nil where it takes more to tell: the column is no integer of one to eight bytes, or lies behind a long
    ///   one or at the payload's end.
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
            guard 1...6 ~= type, offset + 8 <= payload.count else { return nil }
            let word = Int64(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: Int64.self))
            return word >> Int64(64 - 8 * size)
        }
        return nil
    }

    /// Finds type and place of each column; false where they leave the payload.
    private func parseHeader(_ base: UnsafeRawPointer) -> Bool {
        let (total, columns) = (bytes.count, columns)
        var at = 0
        guard let headerSize = base.varint(&at, end: total), headerSize <= UInt64(total) else { return false }
        let end = Int(headerSize)
        var offset = end
        var column = columns
        let last = columns + Self.mostColumns
        while at < end {
            var type = UInt32(base.load(fromByteOffset: at, as: UInt8.self))
            if type < 0x80 {
                at += 1
            } else {
                guard let long = base.varint(&at, end: end), long <= UInt64(UInt32.max) else { return false }
                type = UInt32(truncatingIfNeeded: long)
            }
            if column < last {
                column.pointee = Column(type: type, offset: UInt32(truncatingIfNeeded: offset))
                column += 1
            }
            offset &+= Self.size(of: type)
        }
        // Offsets only grow, so where the last value ends says it of all of them.
        guard offset <= total else { return false }
        count = column - columns
        return true
    }

    /// Bytes of a value of this serial type.
    @inline(__always)
    private static func size(of type: UInt32) -> Int {
        // The sizes of the first twelve, four bits each.
        type >= 12 ? Int((type &- 12) >> 1) : Int(truncatingIfNeeded: 0x0000_8864_3210 >> UInt64(4 &* type)) & 15
    }

    /// What a column holds.
    package enum Value {
        case null
        case integer(Int64)
        case real(Double)
        case text(UnsafeRawBufferPointer)
        case blob(UnsafeRawBufferPointer)
    }

    /// The value of a column; null where the row is older than the column, or there is no such column (-1).
    package func value(_ index: Int) -> Value {
        guard index >= 0, index < count else { return .null }
        let column = columns[index]
        switch column.type {
        case 0, 10, 11: return .null
        case 1...6, 8, 9: return .integer(integer(column))
        case 7: return .real(Double(bitPattern: UInt64(bitPattern: integer(column))))
        default: return column.type & 1 == 0 ? .blob(content(column)) : .text(content(column))
        }
    }

    /// An integer column; reals are cut, text is read as a number where it is one, else 0, as SQLite does.
    @inline(__always)
    package func int(_ index: Int) -> Int64 {
        guard index >= 0, index < count else { return 0 }
        let column = columns[index]
        return column.type < 10 && column.type != 7 ? integer(column) : otherInt(column)
    }

    /// What is not stored as an integer, read as one.
    @inline(never)
    private func otherInt(_ column: Column) -> Int64 {
        switch column.type {
        case 7:
            let real = Double(bitPattern: UInt64(bitPattern: integer(column)))
            return Int64(exactly: real.rounded(.towardZero)) ?? 0
        case 10, 11: return 0
        default: return Int64(String(decoding: content(column), as: UTF8.self)) ?? 0
        }
    }

    /// Whether a column is NULL or absent.
    @inline(__always)
    package func isNull(_ index: Int) -> Bool {
        index < 0 || index >= count || columns[index].type == 0
    }

    /// The bytes of a text or BLOB column; empty for any other.
    @inline(__always)
    package func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        guard index >= 0, index < count, columns[index].type >= 12 else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return content(columns[index])
    }

    /// A text column as a string, invalid UTF-8 replaced; empty where it is none. A number is written out.
    package func text(_ index: Int) -> String {
        switch value(index) {
        case .text(let bytes), .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .null: ""
        }
    }

    @inline(__always)
    private func content(_ column: Column) -> UnsafeRawBufferPointer {
        // The header was checked against the payload when it was taken in.
        UnsafeRawBufferPointer(
            start: bytes.baseAddress.map { $0 + Int(column.offset) }, count: Self.size(of: column.type))
    }

    /// A big-endian two's complement number of 0 to 8 bytes.
    @inline(__always)
    private func integer(_ column: Column) -> Int64 {
        let (start, size) = (Int(column.offset), Self.size(of: column.type))
        guard size > 0, let base = bytes.baseAddress else { return column.type == 9 ? 1 : 0 }
        if bytes.count - start >= 8 {
            let word = Int64(bigEndian: base.loadUnaligned(fromByteOffset: start, as: Int64.self))
            return word >> Int64(64 - 8 * size)
        }
        var value = Int64(base.load(fromByteOffset: start, as: Int8.self))
        for at in (start + 1)..<(start + size) {
            value = value << 8 | Int64(base.load(fromByteOffset: at, as: UInt8.self))
        }
        return value
    }
}
