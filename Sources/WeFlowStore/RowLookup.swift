package import WeFlowPages

/// What a column is compared with.
package enum ColumnValue: Equatable {
    /// A number.
    case integer(Int64)
    /// Any number between two.
    case within(ClosedRange<Int64>)
    /// A text, byte by byte.
    case text(String)
}

/// Finds the rows of a table by what stands in some of its columns: through the index that begins with most of them,
/// else by a walk over all rows. For one thread.
package struct RowLookup {
    /// The table.
    package let table: TableSchema
    private let rows: PageCache
    private let entries: PageCache

    /// Prepares to look rows of a table up in a snapshot of its database.
    package init(_ table: TableSchema, of snapshot: PageSnapshot) {
        self.table = table
        rows = PageCache(snapshot, pages: 16)
        // What is looked up is not in the order of the index: of an index of usual size all pages are kept.
        entries = PageCache(snapshot, pages: 128)
    }

    /// Hands on the rows whose columns hold these values, in the order of the index or of their ids.
    ///
    /// - Parameters:
    ///   - wanted: columns in lower case and what they hold; of a column that this schema has not, no row holds anything.
    ///   - body: takes each row; the record is valid during the call. False ends the search.
    /// - Throws: the first page that could not be read, unless `body` ended the search before it was met; where a column
    ///   cannot be read.
    package func find(
        _ wanted: [(column: String, value: ColumnValue)], _ body: (Int64, Record) -> Bool
    ) throws(WeFlowError) {
        var places: [(Int, ColumnValue)] = []
        for (column, value) in wanted { places.append((try table.column(column), value)) }
        do throws(PageFailure) {
            try find(wanted, at: places, body)
        } catch {
            throw error.error
        }
    }

    private func find(
        _ wanted: [(column: String, value: ColumnValue)], at places: [(Int, ColumnValue)],
        _ body: (Int64, Record) -> Bool
    ) throws(PageFailure) {
        guard places.allSatisfy({ $0.0 >= 0 }) else { return }
        let cursor = TableCursor(rows, of: table)
        func holds(_ record: Record) -> Bool {
            places.allSatisfy { place, value in
                let stored = place == table.rowIDColumn ? .integer(cursor.rowID) : record.value(place)
                return record.order(stored, at: place, of: value) == 0
            }
        }
        guard let (index, depth) = table.index(beginningWith: wanted.map(\.column)) else {
            while try cursor.next() {
                if holds(cursor.record), !body(cursor.rowID, cursor.record) { return }
            }
            if let failure = cursor.damage.first { throw failure }
            return
        }
        // Behind a column that may hold any of several values, the index is in no order of the next.
        let ordered = wanted.prefix(depth).firstIndex { if case .within = $0.value { true } else { false } }
        let key = wanted.prefix(ordered.map { $0 + 1 } ?? depth).map(\.value)
        let ids = IndexCursor(entries, root: index.root, direction: .forward)
        try ids.rewind { $0.order(of: key) < 0 }
        while try ids.next(), ids.record.order(of: key) == 0 {
            try cursor.load(ids.record.int(index.columns.count))
            if holds(cursor.record), !body(cursor.rowID, cursor.record) { return }
        }
        if let failure = ids.damage.first { throw failure }
    }
}

extension TableSchema {
    /// The index that begins with most of `columns` in their order, and with how many of them.
    fileprivate func index(beginningWith columns: [String]) -> (index: IndexSchema, depth: Int)? {
        let found = indexes.map { index in
            (index, zip(index.columns.prefix(index.ordered), columns).prefix { $0 == $1 }.count)
        }
        return found.filter { $0.1 > 0 }.max { $0.1 < $1.1 }
    }
}

extension Record {
    /// How the first columns stand to `key` in the order of an index: below 0 where they come before it.
    fileprivate func order(of key: [ColumnValue]) -> Int {
        for (place, value) in key.enumerated() {
            let order = order(self.value(place), at: place, of: value)
            if order != 0 { return order }
        }
        return 0
    }

    /// How a column stands to a value in the order of an index: NULL before numbers, these before texts, these before BLOBs.
    fileprivate func order(_ stored: Value, at place: Int, of value: ColumnValue) -> Int {
        switch (stored, value) {
        case (.null, _): -1
        case (.integer(let number), .integer(let wanted)): number < wanted ? -1 : number > wanted ? 1 : 0
        case (.integer(let number), .within(let wanted)):
            number < wanted.lowerBound ? -1 : number > wanted.upperBound ? 1 : 0
        case (.real(let number), .integer(let wanted)): number < Double(wanted) ? -1 : number > Double(wanted) ? 1 : 0
        case (.real(let number), .within(let wanted)):
            number < Double(wanted.lowerBound) ? -1 : number > Double(wanted.upperBound) ? 1 : 0
        case (.integer, .text), (.real, .text): -1
        case (.text, .integer), (.text, .within), (.blob, _): 1
        case (.text, .text(let wanted)):
            bytes(place).elementsEqual(wanted.utf8) ? 0 : bytes(place).precedes(wanted.utf8) ? -1 : 1
        }
    }
}
