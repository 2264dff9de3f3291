import WeFlowPages

/// One page of a b-tree, as SQLite's file format lays it out; every offset in it is checked before it is followed.
///
/// A view that owns nothing, so that it is copied for free: whoever gave the page keeps its bytes and its snapshot.
struct BTreePage {
    enum Kind: UInt8 {
        case indexInterior = 2
        case tableInterior = 5
        case indexLeaf = 10
        case tableLeaf = 13
    }

    /// The page's bytes; they may be moved.
    var base: UnsafeRawPointer
    let number: UInt32
    let kind: Kind
    /// Cells on the page.
    let count: Int
    private let header: Int
    private let usable: Int
    private let pageCount: UInt32
    private let owner: Unmanaged<PageSnapshot>

    /// Reads the page's header.
    ///
    /// - Throws: `.damaged` where it is no page of a b-tree, or its cell array leaves the page.
    init(_ number: UInt32, in cache: PageCache) throws(PageFailure) {
        try self.init(number, at: cache.page(number), of: cache.snapshot)
    }

    /// Reads the header of a page that lies at `base`, as long as the view is used.
    ///
    /// - Throws: `.damaged` where it is no page of a b-tree, or its cell array leaves the page.
    init(_ number: UInt32, at base: UnsafeRawPointer, of snapshot: PageSnapshot) throws(PageFailure) {
        self.number = number
        self.base = base
        owner = Unmanaged.passUnretained(snapshot)
        usable = snapshot.usableSize
        pageCount = snapshot.pageCount
        header = number == 1 ? 100 : 0
        guard let kind = Kind(rawValue: base.load(fromByteOffset: header, as: UInt8.self)) else {
            throw PageFailure(.damaged, database: snapshot.database, page: number)
        }
        self.kind = kind
        count = Int(base.bigEndian16(header + 3))
        guard header + 12 + 2 * count <= usable else {
            throw PageFailure(.damaged, database: snapshot.database, page: number)
        }
    }

    var isLeaf: Bool { kind == .tableLeaf || kind == .indexLeaf }

    private var damaged: PageFailure {
        PageFailure(.damaged, database: owner.takeUnretainedValue().database, page: number)
    }

    /// Where a cell begins.
    @inline(__always)
    func cell(_ index: Int) throws(PageFailure) -> Int {
        let array = header + (isLeaf ? 8 : 12)
        let offset = Int(base.bigEndian16(array + 2 * index))
        guard offset >= array + 2 * count, offset + 4 <= usable else { throw damaged }
        return offset
    }

    /// The page below an interior page: of cell `index`, or the rightmost where `index` is the number of cells.
    func child(_ index: Int) throws(PageFailure) -> UInt32 {
        let offset = index < count ? try cell(index) : header + 8
        let child = base.bigEndian32(offset)
        guard child >= 1, child <= pageCount, child != number else { throw damaged }
        return child
    }

    /// The row id of a cell of a table page.
    @inline(__always)
    func rowID(_ index: Int) throws(PageFailure) -> Int64 {
        var at = try cell(index)
        if kind == .tableInterior {
            at += 4
        } else {
            _ = try varint(&at)
        }
        return Int64(bitPattern: try varint(&at))
    }

    /// The payload of a leaf cell, or of an interior cell of an index: what lies on the page and where the rest begins.
    func payload(_ index: Int) throws(PageFailure) -> Payload {
        var at = try cell(index)
        if kind == .indexInterior { at += 4 }
        let size = try varint(&at)
        if kind == .tableLeaf { _ = try varint(&at) }
        return try payload(of: size, at: at)
    }

    /// The row id and the payload of a cell of a table's leaf.
    @inline(__always)
    func row(_ index: Int) throws(PageFailure) -> (id: Int64, payload: Payload) {
        var at = try cell(index)
        let size = try varint(&at)
        let id = Int64(bitPattern: try varint(&at))
        return (id, try leafPayload(of: size, at: at))
    }

    /// The payload of a cell of a table's leaf, nil where it is that of another row than `id`.
    @inline(__always)
    func payload(_ index: Int, of id: Int64) throws(PageFailure) -> Payload? {
        var at = try cell(index)
        let size = try varint(&at)
        guard Int64(bitPattern: try varint(&at)) == id else { return nil }
        return try leafPayload(of: size, at: at)
    }

    @inline(__always)
    private func leafPayload(of size: UInt64, at: Int) throws(PageFailure) -> Payload {
        // What lies on the page whole needs no more than a look at where it ends.
        guard size <= UInt64(usable - 35), at + Int(size) <= usable else { return try payload(of: size, at: at) }
        return Payload(
            local: UnsafeRawBufferPointer(start: base + at, count: Int(size)), total: Int(size), overflow: 0)
    }

    /// A payload of `size` bytes that begins at an offset.
    private func payload(of size: UInt64, at: Int) throws(PageFailure) -> Payload {
        // No more than file and log hold, whatever their headers say.
        let held = owner._withUnsafeGuaranteedRef(\.heldPages)
        guard size <= UInt64(held) * UInt64(usable), size <= UInt64(Int32.max) else { throw damaged }
        let total = Int(size)
        let largest = kind == .tableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23
        guard total > largest else {
            guard at + total <= usable else { throw damaged }
            return Payload(local: UnsafeRawBufferPointer(start: base + at, count: total), total: total, overflow: 0)
        }
        let least = (usable - 12) * 32 / 255 - 23
        let fitting = least + (total - least) % (usable - 4)
        let local = fitting <= largest ? fitting : least
        guard at + local + 4 <= usable else { throw damaged }
        let overflow = base.bigEndian32(at + local)
        guard overflow >= 1, overflow <= pageCount else { throw damaged }
        return Payload(
            local: UnsafeRawBufferPointer(start: base + at, count: local), total: total, overflow: overflow)
    }

    /// The two integers that a leaf cell of an index on one integer column holds: the value, 0 for NULL, and the row id.
    ///
    /// - Returns: nil where the cell holds anything else, leaves the page, or ends where the page does.
    @inline(__always)
    func integers(_ index: Int) -> (value: Int64, rowID: Int64)? {
        let offset = Int(base.bigEndian16(header + 8 + 2 * index))
        guard offset >= header + 8, offset + Self.longestIntegers <= usable else { return nil }
        return Self.integers(at: base + offset)
    }

    /// The same of a cell that may end where the page does.
    func lastIntegers(_ index: Int) -> (value: Int64, rowID: Int64)? {
        if let found = integers(index) { return found }
        let offset = Int(base.bigEndian16(header + 8 + 2 * index))
        guard offset >= header + 8, offset + 4 <= usable else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: Self.longestIntegers, alignment: 8) { room in
            let rest = UnsafeRawBufferPointer(
                start: base + offset, count: min(Self.longestIntegers, usable - offset))
            room.initializeMemory(as: UInt8.self, repeating: 0)
            room.copyMemory(from: rest)
            guard let cell = room.baseAddress, 1 + Int(room[0]) <= rest.count else { return nil }
            return Self.integers(at: UnsafeRawPointer(cell))
        }
    }

    /// A length, the header's length 3 and two types, each below 128, then up to sixteen bytes.
    private static let longestIntegers = 20

    /// The two integers of a cell, for which as many bytes can be read as the longest one has.
    @inline(__always)
    private static func integers(at cell: UnsafeRawPointer) -> (value: Int64, rowID: Int64)? {
        let head = UInt32(bigEndian: cell.loadUnaligned(as: UInt32.self))
        let (first, second) = (UInt8(truncatingIfNeeded: head >> 8), UInt8(truncatingIfNeeded: head))
        guard head >> 24 < 0x80, head >> 16 & 0xFF == 3,
            let value = integer(type: first, at: cell + 4),
            let rowID = integer(type: second, at: cell + 4 + value.size),
            Int(head >> 24) == 3 + value.size + rowID.size
        else { return nil }
        return (value.number, rowID.number)
    }

    /// An integer of a record by its serial type, for which eight bytes can be read.
    @inline(__always)
    private static func integer(type: UInt8, at place: UnsafeRawPointer) -> (number: Int64, size: Int)? {
        guard type <= 9, type != 7 else { return nil }
        // The sizes of types 0 to 6, four bits each; 8 and 9 are the numbers 0 and 1.
        let size = Int(truncatingIfNeeded: 0x0864_3210 >> UInt64(4 * type)) & 15
        guard size > 0 else { return (type == 9 ? 1 : 0, 0) }
        let word = Int64(bigEndian: place.loadUnaligned(as: Int64.self))
        return (word >> Int64(64 - 8 * size), size)
    }

    /// A cell's content as far as it lies on the page.
    struct Payload {
        let local: UnsafeRawBufferPointer
        let total: Int
        /// The first overflow page, or 0.
        let overflow: UInt32
    }

    /// SQLite's variable-length number of one to nine bytes.
    @inline(__always)
    private func varint(_ at: inout Int) throws(PageFailure) -> UInt64 {
        guard let value = base.varint(&at, end: usable) else { throw damaged }
        return value
    }
}

extension UnsafeRawPointer {
    /// The big-endian 16-bit number at an offset that the caller has checked.
    @inline(__always)
    func bigEndian16(_ offset: Int) -> UInt16 {
        UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The big-endian 32-bit number at an offset that the caller has checked.
    @inline(__always)
    func bigEndian32(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The variable-length number at `at`, which moves behind it; nil where it does not end before `end`.
    @inline(__always)
    func varint(_ at: inout Int, end: Int) -> UInt64? {
        guard at < end else { return nil }
        let first = load(fromByteOffset: at, as: UInt8.self)
        if first < 0x80 {
            at += 1
            return UInt64(first)
        }
        // Three bytes are all that most lengths and row ids of a leaf need.
        if at + 2 < end {
            let second = load(fromByteOffset: at + 1, as: UInt8.self)
            let two = UInt64(first & 0x7F) << 7 | UInt64(second & 0x7F)
            if second < 0x80 {
                at += 2
                return two
            }
            let third = load(fromByteOffset: at + 2, as: UInt8.self)
            if third < 0x80 {
                at += 3
                return two << 7 | UInt64(third)
            }
        }
        guard let long = longVarint(at, end: end) else { return nil }
        at = long.next
        return long.value
    }

    /// The same of any length; without `inout`, so that the place need not lie in memory for it.
    @inline(never)
    private func longVarint(_ start: Int, end: Int) -> (value: UInt64, next: Int)? {
        var value: UInt64 = 0
        for index in 0..<min(9, end - start) {
            let byte = load(fromByteOffset: start + index, as: UInt8.self)
            if index == 8 { return (value << 8 | UInt64(byte), start + 9) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return (value, start + index + 1) }
        }
        return nil
    }
}
