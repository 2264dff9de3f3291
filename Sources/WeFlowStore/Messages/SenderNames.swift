import WeFlowPages

/// Usernames of a shard's `Name2Id` by row id, looked up once each. The ids of two shards have nothing in common.
final class SenderNames {
    private let cursor: TableCursor?
    private let column: Int
    private var known: [Int64: UnsafeRawBufferPointer?] = [:]
    /// The last one that was asked for of those whose ids end alike.
    private var recent: [(id: Int64, name: UnsafeRawBufferPointer?)] = Array(repeating: (0, nil), count: 256)
    private var memory: [UnsafeMutableRawBufferPointer] = []

    convenience init(_ table: MessageTable) {
        self.init(table.names, column: table.nameColumn, in: table.snapshot)
    }

    /// - Parameters:
    ///   - names: the shard's `Name2Id`, nil where it has none.
    ///   - column: where the username stands in it.
    ///   - snapshot: what is read.
    init(_ names: TableSchema?, column: Int, in snapshot: PageSnapshot) {
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
        let found = id > 0 ? try read(id) : nil
        known[id] = found
        recent[place] = (id, found)
        return found
    }

    private func read(_ id: Int64) throws(PageFailure) -> UnsafeRawBufferPointer? {
        guard let cursor, try cursor.seek(id) else { return nil }
        let record = cursor.record
        let copy = record.bytes(column).withUnsafeBytes { name in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: name.count, alignment: 1)
            copy.copyMemory(from: name)
            return copy
        }
        memory.append(copy)
        return copy.isEmpty ? nil : UnsafeRawBufferPointer(copy)
    }
}
