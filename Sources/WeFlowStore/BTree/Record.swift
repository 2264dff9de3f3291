import WeFlowPages

/// A row as SQLite's record format stores it, decoded column by column without copying.
///
/// One reader serves one cursor: `load` takes in a cell, the accessors then answer until the next `load`. What they lend
/// cannot outlive the record: it is a span that depends on it.
package final class Record {
    private let cache: PageCache
    /// What the columns hold that a row ends before; nil where all of them are NULL then.
    var defaults: RowDefaults?
    private var columns: UnsafeMutablePointer<Column>
    private var capacity = 64
    /// How many columns can be read, and how many there are: more where the rest of the row was left alone.
    private var (count, known) = (0, 0)
    /// Whether overflow pages are read; without them a row's columns end with its first page, but for ``length(_:)``.
    var readsOverflow = true
    /// How many of the first columns are needed of every row, so that overflow pages before them are read after all.
    var needed = 0
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private var assembled: UnsafeMutableRawBufferPointer
    /// The pages of a long payload that were read so far, its own included.
    private var chain = PageChain()
    private let page: UnsafeMutableRawPointer
    /// A longer buffer is given back before a payload that does not need it.
    private static let retainedSize = 4 << 20

    private struct Column {
        var type: UInt32
        var offset: UInt32
    }

    /// Makes a reader over the pages of `cache`.
    init(_ cache: PageCache, defaults: RowDefaults? = nil) {
        self.cache = cache
        self.defaults = defaults
        columns = .allocate(capacity: capacity)
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
        bytes = payload.local
        if payload.overflow != 0 {
            let isEnough = !readsOverflow && bytes.baseAddress.map { parseHeader($0, of: payload.total) } == true
            if isEnough, count >= min(needed, known) { return }
            bytes = try assemble(payload, of: number)
        }
        guard let base = bytes.baseAddress, parseHeader(base, of: payload.total) else {
            (count, known) = (0, 0)
            throw PageFailure(.damaged, database: cache.snapshot.database, page: number)
        }
    }

    /// Puts the parts of a long payload together.
    private func assemble(
        _ payload: BTreePage.Payload, of number: UInt32
    ) throws(PageFailure) -> UnsafeRawBufferPointer {
        if assembled.count < payload.total || assembled.count > Self.retainedSize {
            assembled.deallocate()
            assembled = .allocate(byteCount: payload.total, alignment: 8)
        }
        var filled = payload.local.count
        assembled.copyMemory(from: payload.local)
        var next = payload.overflow
        let usable = cache.snapshot.usableSize
        chain.begin(number)
        while filled < payload.total {
            // A chain that comes back to a page would make up what was never written.
            guard next >= 1, next <= cache.snapshot.pageCount, chain.enter(next) else {
                throw PageFailure(.damaged, database: cache.snapshot.database, page: next)
            }
            try cache.snapshot.read(next, into: page)
            try check(next)
            let part = min(usable - 4, payload.total - filled)
            UnsafeMutableRawBufferPointer(rebasing: assembled[filled..<(filled + part)])
                .copyMemory(from: UnsafeRawBufferPointer(start: page + 4, count: part))
            filled += part
            next = UnsafeRawPointer(page).bigEndian32(0)
        }
        return UnsafeRawBufferPointer(rebasing: assembled[..<payload.total])
    }

    /// Checks that a page of a chain was written: one of zeros passes the cipher, and would pass for a value's end.
    private func check(_ number: UInt32) throws(PageFailure) {
        let snapshot = cache.snapshot
        guard snapshot.isEncrypted, UnsafeRawPointer(page).bigEndian32(0) == 0,
            UnsafeRawBufferPointer(start: page, count: snapshot.usableSize).allSatisfy({ $0 == 0 }),
            try snapshot.isUnwritten(number)
        else { return }
        throw PageFailure(.damaged, database: snapshot.database, page: number)
    }

    /// Finds type and place of each column; false where they leave the payload of `total` bytes, or the header what was
    /// taken in of it.
    private func parseHeader(_ base: UnsafeRawPointer, of total: Int) -> Bool {
        let taken = bytes.count
        var at = 0
        guard let headerSize = base.varint(&at, end: taken), headerSize >= UInt64(at), headerSize <= UInt64(taken)
        else { return false }
        let end = Int(headerSize)
        // A column takes a byte of the header at least.
        if end > capacity { grow(to: end) }
        let columns = columns
        var offset = end
        var column = columns
        while at < end {
            var type = UInt32(base.load(fromByteOffset: at, as: UInt8.self))
            if type < 0x80 {
                at += 1
            } else {
                guard let long = base.varint(&at, end: end), long <= UInt64(UInt32.max) else { return false }
                type = UInt32(truncatingIfNeeded: long)
            }
            column.pointee = Column(type: type, offset: UInt32(truncatingIfNeeded: offset))
            column += 1
            offset &+= Self.size(of: type)
        }
        // Offsets only grow, so where the last value ends says it of all of them.
        guard offset <= total else { return false }
        known = column - columns
        count = taken < total ? readable(taken) : known
        return true
    }

    /// How many columns lie within the first bytes of the payload.
    private func readable(_ taken: Int) -> Int {
        (0..<known).first { Int(columns[$0].offset) + Self.size(of: columns[$0].type) > taken } ?? known
    }

    private func grow(to count: Int) {
        columns.deallocate()
        columns = .allocate(capacity: count)
        capacity = count
    }

    /// Bytes of a value of this serial type.
    @inline(__always)
    static func size(of type: UInt32) -> Int {
        // The sizes of the first twelve, four bits each.
        type >= 12 ? Int((type &- 12) >> 1) : Int(truncatingIfNeeded: 0x0000_8864_3210 >> UInt64(4 &* type)) & 15
    }

    /// How many bytes a text or BLOB column has, whether or not they were taken in; 0 for any other.
    func length(_ index: Int) -> Int {
        guard index >= 0, index < known, columns[index].type >= 12 else { return 0 }
        return Self.size(of: columns[index].type)
    }

    /// How many columns the row holds.
    package var columnCount: Int { count }

    /// What a column holds; `bytes` lends those of a text or BLOB.
    package enum Value: Equatable {
        case null
        case integer(Int64)
        case real(Double)
        case text
        case blob
    }

    /// The value of a column; null where there is no such column (-1).
    package func value(_ index: Int) -> Value {
        guard index >= 0, index < count else { return missing(index) }
        let column = columns[index]
        switch column.type {
        case 0, 10, 11: return .null
        case 1...6, 8, 9: return .integer(integer(column))
        case 7: return .real(Double(bitPattern: UInt64(bitPattern: integer(column))))
        default: return column.type & 1 == 0 ? .blob : .text
        }
    }

    /// The value of a column that the row ends before.
    @inline(never)
    private func missing(_ index: Int) -> Value {
        switch defaults?.value(index) ?? .null {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text: .text
        case .blob: .blob
        }
    }

    /// An integer column; reals are cut, text is read as a number as far as it begins with one, as SQLite does.
    @inline(__always)
    package func int(_ index: Int) -> Int64 {
        guard index >= 0, index < count, columns[index].type < 10, columns[index].type != 7 else {
            return otherInt(index)
        }
        return integer(columns[index])
    }

    /// What is not stored as an integer, read as one.
    @inline(never)
    private func otherInt(_ index: Int) -> Int64 {
        switch value(index) {
        case .null: 0
        case .integer(let number): number
        case .real(let number): Int64(cutting: number)
        case .text, .blob: Int64(beginning: unsafeBytes(index))
        }
    }

    /// Whether a column is NULL or absent.
    @inline(__always)
    package func isNull(_ index: Int) -> Bool {
        guard index >= 0, index < count else { return missing(index) == .null }
        return columns[index].type == 0
    }

    /// The bytes of a text or BLOB column; empty for any other.
    @inline(__always)
    @_lifetime(borrow self)
    package func bytes(_ index: Int) -> RawSpan {
        _overrideLifetime(RawSpan(_unsafeBytes: unsafeBytes(index)), borrowing: self)
    }

    /// The same for what makes a row of several columns and lends it for the time of a call: valid until the next `load`,
    /// while the record lives.
    @inline(__always)
    func unsafeBytes(_ index: Int) -> UnsafeRawBufferPointer {
        guard index >= 0, index < count else { return missingBytes(index) }
        guard columns[index].type >= 12 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return content(columns[index])
    }

    @inline(never)
    private func missingBytes(_ index: Int) -> UnsafeRawBufferPointer {
        defaults?.bytes(index) ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// A text column as a string, invalid UTF-8 replaced; empty where it is none. A number is written out.
    package func text(_ index: Int) -> String {
        switch value(index) {
        case .text, .blob: String(decoding: unsafeBytes(index), as: UTF8.self)
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
