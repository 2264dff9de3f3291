import WeFlowPages

/// One page of a b-tree, as SQLite's file format lays it out; every offset in it is checked before it is followed.
struct BTreePage {
    enum Kind: UInt8 {
        case indexInterior = 2
        case tableInterior = 5
        case indexLeaf = 10
        case tableLeaf = 13
    }

    let base: UnsafeRawPointer
    let number: UInt32
    let kind: Kind
    /// Cells on the page.
    let count: Int
    private let header: Int
    private let usable: Int
    private let snapshot: PageSnapshot

    /// Reads the page's header.
    ///
    /// - Throws: `.damaged` where it is no page of a b-tree, or its cell array leaves the page.
    init(_ number: UInt32, in cache: PageCache) throws(PageFailure) {
        self.number = number
        snapshot = cache.snapshot
        usable = snapshot.usableSize
        base = try cache.page(number)
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

    private var damaged: PageFailure { PageFailure(.damaged, database: snapshot.database, page: number) }

    /// Where a cell begins.
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
        guard child >= 1, child <= snapshot.pageCount, child != number else { throw damaged }
        return child
    }

    /// The row id of a cell of a table page.
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
        guard size <= UInt64(snapshot.pageCount) * UInt64(usable), size <= UInt64(Int32.max) else { throw damaged }
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
        guard overflow >= 1, overflow <= snapshot.pageCount else { throw damaged }
        return Payload(
            local: UnsafeRawBufferPointer(start: base + at, count: local), total: total, overflow: overflow)
    }

    /// A cell's content as far as it lies on the page.
    struct Payload {
        let local: UnsafeRawBufferPointer
        let total: Int
        /// The first overflow page, or 0.
        let overflow: UInt32
    }

    /// SQLite's variable-length number of one to nine bytes.
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
        var value: UInt64 = 0
        for index in 0..<9 {
            guard at < end else { return nil }
            let byte = load(fromByteOffset: at, as: UInt8.self)
            at += 1
            if index == 8 { return value << 8 | UInt64(byte) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
