package import WeFlowPages

/// Reads whole small tables of a database, row by row, past damaged pages.
package struct TableReader {
    /// The snapshot that is read.
    package let snapshot: PageSnapshot
    private let cache: PageCache
    /// Pages that could not be read so far.
    package private(set) var damage: [PageFailure] = []

    /// Takes a snapshot of a database.
    ///
    /// - Throws: why it cannot be opened.
    package init(_ database: DatabaseFile) throws(WeFlowError) {
        self.init(try database.snapshot())
    }

    /// Reads a snapshot that was taken already.
    package init(_ snapshot: PageSnapshot) {
        self.snapshot = snapshot
        cache = PageCache(snapshot, pages: 32)
    }

    /// The schema of tables of these names; those that are not there are missing.
    package mutating func schema(_ names: [String]) throws(WeFlowError) -> TableSchemas {
        do throws(PageFailure) {
            return try Schema.tables(names, in: cache, damage: &damage)
        } catch {
            throw error.error
        }
    }

    /// The names of all tables and views, as they were created.
    package mutating func tableNames() throws(WeFlowError) -> [String] {
        do throws(PageFailure) {
            return try Schema.tableNames(cache, damage: &damage)
        } catch {
            throw error.error
        }
    }

    /// Walks all rows of a table.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - body: takes each row; the record is valid during the call.
    /// - Throws: `.unavailable` where the database kept moving.
    package mutating func rows(of table: TableSchema, _ body: (Int64, Record) -> Void) throws(WeFlowError) {
        let cursor = TableCursor(cache, of: table)
        cursor.walksAll = true
        do throws(PageFailure) {
            while try cursor.next() {
                body(cursor.rowID, cursor.record)
                try cursor.restOfPage(body)
            }
        } catch {
            throw error.error
        }
        damage += cursor.damage
    }
}

extension TableSchema {
    /// Whether a text stands in a column, found through an index where there is one.
    ///
    /// - Throws: why the table cannot be read.
    func holds(_ text: String, in column: String, of snapshot: PageSnapshot) throws(WeFlowError) -> Bool {
        let cache = PageCache(snapshot, pages: 16)
        let wanted = Array(text.utf8)
        let place = try self.column(column)
        do throws(PageFailure) {
            if let index = index(on: column) {
                let cursor = IndexCursor(cache, root: index.root, direction: .forward)
                // NULL and numbers come before texts.
                try cursor.rewind { $0.bytes(0).precedes(wanted) }
                let entry = cursor.record
                let isFound = try cursor.next() && entry.bytes(0).elementsEqual(wanted)
                // What is not found past a damaged page may be in the table all the same.
                if isFound || cursor.damage.isEmpty { return isFound }
            }
            let cursor = TableCursor(cache, of: self)
            let row = cursor.record
            while try cursor.next() {
                if row.bytes(place).elementsEqual(wanted) { return true }
            }
            if let failure = cursor.damage.first { throw failure }
            return false
        } catch {
            throw error.error
        }
    }
}
