package import WeFlowPages

/// What tells the rows of a message table apart, read from its indexes where it has them: they are a hundredth of the
/// table.
package struct RowKeys: Sendable {
    /// A row.
    package struct Key: Sendable {
        /// The row's id.
        package let localID: Int64
        /// The server's id, 0 where there is none.
        package let serverID: Int64
        /// What the row is ordered by; only told of rows without a server's id.
        package let sortSeq: Int64
    }

    /// The rows behind `floor`, in the order of their ids.
    package private(set) var keys: [Key] = []
    /// Rows up to here were too many to be told apart.
    package private(set) var floor: Int64 = 0
    /// The ids of rows that are notices; nil where they would have to be looked for one by one.
    package private(set) var notices: Set<Int64>?
    /// Whether no row behind the floor is missing.
    package private(set) var isWhole = true

    /// How many rows of a table without indexes are told apart.
    private static let mostWalked: Int64 = 8192

    /// Reads the keys of a table.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - last: rows behind this one are not wanted.
    /// - Throws: `.unavailable` where the database kept moving.
    package init(of table: MessageTable, upTo last: Int64 = .max) throws(WeFlowError) {
        do throws(PageFailure) {
            if try readIndexes(of: table) {
                keys.removeAll { $0.localID > last }
                keys.sort { $0.localID < $1.localID }
                return
            }
        } catch {
            throw error.error
        }
        keys = []
        try walk(table, upTo: last)
    }

    /// Reads the indexes; false where one is missing or damaged.
    private mutating func readIndexes(of table: MessageTable) throws(PageFailure) -> Bool {
        guard let servers = table.schema.index(on: "server_id"), servers.columns.count == 1,
            let order = table.schema.index(on: "sort_seq"), order.columns.count == 1
        else { return false }
        let cache = PageCache(table.snapshot, pages: 16)
        var found: [Key] = []
        var isLocal = false
        let cursor = IndexCursor(cache, root: servers.root, direction: .forward)
        while try cursor.nextIntegers({ serverID, row in
            found.append(Key(localID: row, serverID: serverID, sortSeq: 0))
            isLocal = isLocal || serverID == 0
        }) {}
        guard cursor.damage.isEmpty else { return false }
        if isLocal {
            var local: [Int64: Int64] = [:]
            for key in found where key.serverID == 0 { local[key.localID] = 0 }
            let cursor = IndexCursor(cache, root: order.root, direction: .forward)
            while try cursor.nextIntegers({ sortSeq, row in
                if local[row] != nil { local[row] = sortSeq }
            }) {}
            guard cursor.damage.isEmpty, !local.values.contains(0) else { return false }
            for place in found.indices where found[place].serverID == 0 {
                let row = found[place].localID
                found[place] = Key(localID: row, serverID: 0, sortSeq: local[row] ?? 0)
            }
        }
        keys = found
        guard let types = table.schema.index(on: "local_type") else { return true }
        var notices: Set<Int64> = []
        for type in [10000, 10002] as [Int64] {
            let cursor = IndexCursor(cache, root: types.root, direction: .forward)
            try cursor.rewind { $0.int(0) < type }
            while try cursor.next(), cursor.record.int(0) == type {
                notices.insert(cursor.record.int(types.columns.count))
            }
            guard cursor.damage.isEmpty else { return true }
        }
        self.notices = notices
        return true
    }

    private mutating func walk(_ table: MessageTable, upTo last: Int64) throws(WeFlowError) {
        do throws(PageFailure) {
            let end = try TableCursor(PageCache(table.snapshot, pages: 4), of: table.schema).lastRowID() ?? 0
            floor = max(0, max(0, min(end, last)) - Self.mostWalked)
        } catch {
            if error.reason == .moved { throw error.error }
            floor = 0
        }
        var (keys, notices) = ([Key](), Set<Int64>())
        let damage = try table.rows(after: floor) { row in
            guard row.localID <= last else { return false }
            keys.append(Key(localID: row.localID, serverID: row.serverID, sortSeq: row.sortSeq))
            let type = UInt32(truncatingIfNeeded: row.localType)
            if type == 10000 || type == 10002 { notices.insert(row.localID) }
            return true
        }
        (self.keys, self.notices, isWhole) = (keys, notices, damage.isEmpty)
    }
}
