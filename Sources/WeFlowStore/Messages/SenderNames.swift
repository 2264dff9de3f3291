import WeFlowPages

/// Usernames of a shard's `Name2Id` by row id, looked up once each. The ids of two shards have nothing in common.
final class SenderNames {
    private let cursor: TableCursor?
    private let column: Int
    private var known: [Int64: UnsafeRawBufferPointer?] = [:]
    /// The last one that was asked for of those whose ids end alike.
    private var recent: [(id: Int64, name: UnsafeRawBufferPointer?)] = Array(repeating: (0, nil), count: 256)
    private var memory: [UnsafeRawBufferPointer] = []
    private let shared: SharedSenders?

    convenience init(_ table: MessageTable) {
        self.init(table.names, column: table.nameColumn, in: table.snapshot, shared: table.sharedSenders)
    }

    /// - Parameters:
    ///   - names: the shard's `Name2Id`, nil where it has none.
    ///   - column: where the username stands in it.
    ///   - snapshot: what is read.
    ///   - shared: names that other readers of this snapshot have looked up.
    init(_ names: TableSchema?, column: Int, in snapshot: PageSnapshot, shared: SharedSenders? = nil) {
        self.shared = shared
        cursor = names.map { TableCursor(PageCache(snapshot, pages: 16), of: $0) }
        self.column = column
    }

    deinit {
        for name in memory { name.deallocate() }
    }

    /// The username with this row id, valid as long as the object; nil where there is none.
    ///
    /// - Throws: the page that could not be read, once; the sender is unknown from then on, which costs no message.
    func name(of id: Int64) throws(PageFailure) -> UnsafeRawBufferPointer? {
        let place = Int(truncatingIfNeeded: id & 255)
        if id == recent[place].id { return recent[place].name }
        if let found = known[id] {
            recent[place] = (id, found)
            return found
        }
        known[id] = .some(nil)
        recent[place] = (id, nil)
        let found = id > 0 ? try lookedUp(id) : nil
        known[id] = found
        recent[place] = (id, found)
        return found
    }

    private func lookedUp(_ id: Int64) throws(PageFailure) -> UnsafeRawBufferPointer? {
        if let known = shared?.known(id) { return known }
        guard let cursor, try cursor.seek(id) else {
            return shared?.keep(UnsafeRawBufferPointer(start: nil, count: 0), of: id)
        }
        let record = cursor.record
        return record.bytes(column).withUnsafeBytes { name in
            if let shared { return shared.keep(name, of: id) }
            guard !name.isEmpty else { return nil }
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: name.count, alignment: 1)
            copy.copyMemory(from: name)
            memory.append(UnsafeRawBufferPointer(copy))
            return UnsafeRawBufferPointer(copy)
        }
    }
}
