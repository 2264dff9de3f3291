package import WeFlowPages

/// What a message shard holds, counted from its indexes (<doc:MessageShards>).
package struct ShardSummary: Sendable, Equatable {
    /// Chats that have a table here.
    package private(set) var chats = 0
    /// Messages on the pages that could be read.
    package private(set) var messages: UInt64 = 0
    /// Unix seconds of the first message in the store's order, nil where there is none.
    package private(set) var first: Int64?
    /// Unix seconds of the last message in the store's order, nil where there is none.
    package private(set) var last: Int64?
    /// Pages that could not be read, each once.
    package var damage: [PageFailure] { failures.all }
    private var failures = PageFailures()

    /// Counts a shard.
    ///
    /// - Parameters:
    ///   - objects: the shard's schema.
    ///   - cache: its pages.
    /// - Throws: `.moved` where the database changed.
    package init(_ objects: [SchemaObject], in cache: PageCache) throws(PageFailure) {
        // The trees of a database have no page in common, so all of them together have no more than it.
        var budget = Int(cache.snapshot.heldPages)
        let indexes = Dictionary(grouping: objects.filter { $0.kind == .index && !$0.sql.isEmpty }, by: \.table)
        for table in objects where table.kind == .table && table.name.lowercased().hasPrefix("msg_") {
            chats += 1
            let known = (indexes[table.name] ?? []).compactMap { index in
                // A partial index leaves rows out.
                Definition(index.sql).flatMap { $0.hasCondition ? nil : (root: index.root, columns: $0.names) }
            }
            // The index on the sender has the shortest entries.
            let counted = known.first { $0.columns == ["real_sender_id"] } ?? known.first
            let walk = try BTreeWalk(counted?.root ?? table.root, in: cache) { _ in
                budget -= 1
                return budget >= 0
            }
            messages += walk.count
            note(walk.damage)
            if let order = known.first(where: { $0.columns == ["sort_seq"] }) {
                try addRange(of: table, order: order.root, cache)
            }
        }
    }

    /// Takes in the times of the first and the last message of a chat.
    private mutating func addRange(of table: SchemaObject, order: UInt32, _ cache: PageCache) throws(PageFailure) {
        guard let column = Definition(table.sql)?.names.firstIndex(of: "create_time") else { return }
        for direction in [IndexCursor.Direction.forward, .backward] {
            let cursor = IndexCursor(cache, root: order, direction: direction)
            let found = try cursor.next()
            note(cursor.damage)
            guard found else { continue }
            let row = TableCursor(cache, root: table.root)
            do throws(PageFailure) {
                try row.load(cursor.record.int(1))
            } catch {
                if error.reason == .moved { throw error }
                note([error])
                continue
            }
            let time = row.record.int(column)
            if direction == .forward { first = min(first ?? time, time) } else { last = max(last ?? time, time) }
        }
    }

    private mutating func note(_ failures: [PageFailure]) {
        self.failures.add(failures)
    }
}
