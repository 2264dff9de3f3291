package import WeFlowPages

/// Whether a table and its indexes name the same rows, which no checksum of a page tells.
package struct IndexAgreement: Sendable {
    /// A table, with the indexes that name all of its rows.
    package struct Subject: Sendable {
        let table: SchemaObject
        let indexes: [SchemaObject]
    }

    /// The object that lacks rows, and a failure that says which.
    package private(set) var found: [(object: SchemaObject, failure: PageFailure)] = []

    /// How many rows there are, and a sum over their ids that does not depend on their order.
    private struct Rows: Equatable {
        var count: UInt64 = 0
        var sum: UInt64 = 0

        mutating func add(_ id: Int64) {
            count += 1
            // The steps of a good hash: ids that follow each other must not have the sum of others that do.
            var word = UInt64(bitPattern: id) &+ 0x9E37_79B9_7F4A_7C15
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            sum &+= word ^ word >> 31
        }
    }

    /// What can be compared in a database.
    package static func subjects(_ objects: [SchemaObject]) -> [Subject] {
        var indexes: [String: [SchemaObject]] = [:]
        for index in objects where index.kind == .index {
            // A partial index leaves rows out.
            if index.sql.isEmpty || Definition(index.sql)?.hasCondition == false {
                indexes[index.table.lowercased(), default: []].append(index)
            }
        }
        return objects.compactMap { table in
            guard table.kind == .table, Definition(table.sql)?.isWithoutRowID == false else { return nil }
            return indexes[table.name.lowercased()].map { Subject(table: table, indexes: $0) }
        }
    }

    /// Compares a table with its indexes. What has damaged pages is left out: these say it themselves.
    ///
    /// - Throws: `.moved` where the database changed.
    package init(_ subject: Subject, in snapshot: PageSnapshot) throws(PageFailure) {
        let cache = PageCache(snapshot, pages: 32)
        let table = TableCursor(cache, root: subject.table.root)
        var rows = Rows()
        while try table.next() {
            rows.add(table.rowID)
            try table.restOfPage { id, _ in rows.add(id) }
        }
        guard table.damage.isEmpty else { return }
        for index in subject.indexes {
            let cursor = IndexCursor(cache, root: index.root, direction: .forward)
            var named = Rows()
            // The row id stands behind the indexed columns.
            while try cursor.next() { named.add(cursor.record.int(cursor.record.columnCount - 1)) }
            guard cursor.damage.isEmpty, named != rows else { continue }
            if named.count >= rows.count { add(.rowMissing, subject.table, snapshot) }
            if named.count <= rows.count { add(.rowsUnindexed, index, snapshot) }
        }
    }

    private mutating func add(_ reason: PageFailure.Reason, _ object: SchemaObject, _ snapshot: PageSnapshot) {
        let failure = PageFailure(reason, database: snapshot.database, page: object.root)
        if !found.contains(where: { $0.failure == failure }) { found.append((object, failure)) }
    }
}
