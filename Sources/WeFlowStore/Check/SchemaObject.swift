package import WeFlowPages

/// One b-tree of a database as `sqlite_schema` lists it: a table or an index.
package struct SchemaObject: Sendable, Equatable {
    /// The two kinds of objects that have pages.
    package enum Kind: Sendable {
        case table, index
    }

    /// What it is.
    package let kind: Kind
    /// Its own name.
    package let name: String
    /// The table it belongs to; its own name for a table.
    package let table: String
    /// The page where its b-tree begins.
    package let root: UInt32
    /// The text that made it, empty for an index that SQLite made by itself.
    package let sql: String

    /// Its columns in lower case, in order; those an index is ordered by. Empty where the text says none.
    package var columns: [String] { Definition(sql)?.names ?? [] }

    /// The tree of `sqlite_schema` itself.
    package static let schema = SchemaObject(
        kind: .table, name: "sqlite_schema", table: "sqlite_schema", root: 1, sql: "")
}

extension Schema {
    /// All tables and indexes that have pages, in the order of the schema.
    ///
    /// - Parameters:
    ///   - cache: the pages.
    ///   - damage: takes the pages of the schema that could not be read.
    /// - Returns: the objects on the pages that could.
    /// - Throws: `.moved` where the database changed.
    package static func objects(
        in cache: PageCache, damage: inout [PageFailure]
    ) throws(PageFailure) -> [SchemaObject] {
        let cursor = TableCursor(cache, root: 1)
        var objects: [SchemaObject] = []
        while try cursor.next() {
            let record = cursor.record
            let kind: SchemaObject.Kind
            switch record.text(0) {
            case "table": kind = .table
            case "index": kind = .index
            default: continue
            }
            // Views and virtual tables have no pages of their own.
            guard let root = UInt32(exactly: record.int(3)), root > 0 else { continue }
            objects.append(
                SchemaObject(
                    kind: kind, name: record.text(1), table: record.text(2), root: root, sql: record.text(4)))
        }
        damage += cursor.damage
        return objects
    }
}
