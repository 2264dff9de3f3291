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

    /// The schema of tables by name in lower case; those that are not there are missing.
    package mutating func schema(_ names: [String]) throws(WeFlowError) -> [String: TableSchema] {
        do throws(PageFailure) {
            return try Schema.tables(names, in: cache, damage: &damage)
        } catch {
            throw error.error
        }
    }

    /// The names of all tables, as they were created.
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
        let cursor = TableCursor(cache, root: table.root)
        do throws(PageFailure) {
            while try cursor.next() { body(cursor.rowID, cursor.record) }
        } catch {
            throw error.error
        }
        damage += cursor.damage
    }
}
