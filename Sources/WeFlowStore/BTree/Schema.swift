package import WeFlowPages

/// A table of a database: where its b-tree begins, and which column stands where.
package struct TableSchema: Sendable, Equatable {
    /// The table's name as it was created.
    package let name: String
    /// The page where its b-tree begins.
    package let root: UInt32
    /// Column names in lower case, in stored order.
    package let columns: [String]
    /// The column that is the row id under another name (`INTEGER PRIMARY KEY`), or -1; it is stored as NULL.
    package let rowIDColumn: Int
    /// The table's indexes.
    package let indexes: [IndexSchema]

    /// Where a column stands, or -1 where this schema has none of that name (<doc:Databases#Columns-come-and-go>).
    package func column(_ name: String) -> Int {
        columns.firstIndex(of: name) ?? -1
    }

    /// The index whose first column is `column`, the narrowest where there are several.
    package func index(on column: String) -> IndexSchema? {
        indexes.filter { $0.columns.first == column }.min { $0.columns.count < $1.columns.count }
    }
}

/// An index of a table.
package struct IndexSchema: Sendable, Equatable {
    /// The page where its b-tree begins.
    package let root: UInt32
    /// Indexed columns in lower case; the row id follows them in every entry.
    package let columns: [String]
}

/// Some tables of a database by name in lower case.
package struct TableSchemas: Sendable, Equatable {
    private var tables = ByName<TableSchema>()

    /// No tables.
    package init() {}

    /// The table of a name in lower case; nil where there is none, or none was asked for.
    package subscript(name: String) -> TableSchema? { tables[name] }

    /// How many there are.
    package var count: Int { tables.count }

    /// Takes a table in under a name that no other has.
    mutating func add(_ schema: TableSchema, as key: String) { tables.set(schema, for: key) }

    /// Whether both hold the same tables.
    package static func == (a: TableSchemas, b: TableSchemas) -> Bool { a.tables.elementsEqual(b.tables, ==) }
}

/// The schema of a database, read from `sqlite_schema` without SQLite.
package enum Schema {
    /// Names of all tables; `damage` takes the pages of the schema that could not be read.
    package static func tableNames(
        _ cache: PageCache, damage: inout [PageFailure]
    ) throws(PageFailure) -> [String] {
        let cursor = TableCursor(cache, root: 1)
        var names: [String] = []
        while try cursor.next() {
            if cursor.record.bytes(0).elementsEqual("table".utf8) { names.append(cursor.record.text(1)) }
        }
        damage += cursor.damage
        return names
    }

    /// The tables of these names (in any case); `damage` takes the pages of the schema that could not be read.
    package static func tables(
        _ names: [String], in cache: PageCache, damage: inout [PageFailure]
    ) throws(PageFailure) -> TableSchemas {
        var rows = Rows(names.map { $0.lowercased() })
        let cursor = TableCursor(cache, root: 1)
        while try cursor.next() { rows.take(cursor.record) }
        damage += cursor.damage
        return rows.tables
    }

    /// The tables of these lower-case names, read from the places that are known to be theirs.
    static func tables(
        _ names: [String], at places: SchemaPlaces, in cache: PageCache
    ) throws(PageFailure) -> TableSchemas {
        var rows = Rows(names)
        let cursor = TableCursor(cache, root: 1)
        for row in names.flatMap(places.rows).sorted() where try cursor.seek(row) { rows.take(cursor.record) }
        return rows.tables
    }

    /// What rows of `sqlite_schema` say of tables.
    private struct Rows {
        /// What is known of a wanted table.
        private struct Table {
            let key: String
            let utf8: [UInt8]
            var created: (name: String, root: UInt32, sql: String)?
            var indexes: [IndexSchema] = []
        }

        /// In the order of their bytes: there may be thousands.
        private var wanted: [Table]

        /// Begins with the lower-case names of the wanted tables.
        init(_ names: [String]) {
            wanted = []
            wanted.reserveCapacity(names.count)
            for name in names { wanted.append(Table(key: name, utf8: Array(name.utf8))) }
            wanted.sort { one, other in one.utf8.withUnsafeBytes { $0.compareFolded(other.utf8) } < 0 }
        }

        /// Where a table stands among those that are wanted, the first of several of one name.
        private func place(of owner: UnsafeRawBufferPointer) -> Int? {
            var (low, high) = (0, wanted.count)
            while low < high {
                let middle = (low + high) / 2
                if owner.compareFolded(wanted[middle].utf8) > 0 { low = middle + 1 } else { high = middle }
            }
            return low < wanted.count && owner.compareFolded(wanted[low].utf8) == 0 ? low : nil
        }

        /// Takes a row in, where it belongs to a wanted table.
        mutating func take(_ record: Record) {
            guard let table = place(of: record.bytes(2)), let root = UInt32(exactly: record.int(3)), root > 0
            else { return }
            switch record.text(0) {
            case "table": wanted[table].created = (record.text(1), root, record.text(4))
            case "index" where !record.isNull(4):
                // A partial index leaves rows out, so nothing can be read from it alone; one in an order of its own
                // is not in the order that is looked for.
                guard let definition = Definition(record.text(4)), !definition.hasCondition,
                    !definition.hasOwnOrder
                else { return }
                wanted[table].indexes.append(IndexSchema(root: root, columns: definition.names))
            case "index":
                // Made by SQLite for each UNIQUE or PRIMARY KEY that needs one; the first of them is known by its number.
                let columns = record.text(1).hasSuffix("_1") ? [] : [""]
                wanted[table].indexes.append(IndexSchema(root: root, columns: columns))
            default: return
            }
        }

        /// The tables.
        var tables: TableSchemas {
            var tables = TableSchemas()
            for table in wanted {
                guard let created = table.created, let definition = Definition(created.sql),
                    !definition.isWithoutRowID
                else { continue }
                let automatic = definition.uniqueColumns.map { [$0] } ?? []
                let indexes = table.indexes.map { index in
                    index.columns.isEmpty ? IndexSchema(root: index.root, columns: automatic) : index
                }
                tables.add(
                    TableSchema(
                        name: created.name, root: created.root, columns: definition.names,
                        rowIDColumn: definition.rowIDColumn, indexes: indexes),
                    as: table.key)
            }
            return tables
        }
    }
}

/// Which rows of `sqlite_schema` belong to which table, so that of thousands of tables one is found without a walk.
struct SchemaPlaces: Sendable {
    private struct Place: Sendable {
        let hash: UInt64
        let row: Int64
    }

    private var places: [Place] = []

    /// Walks the schema once.
    ///
    /// - Returns: nil where a page of it cannot be read.
    /// - Throws: `.moved` where the database changed.
    init?(_ cache: PageCache) throws(PageFailure) {
        let cursor = TableCursor(cache, root: 1)
        while try cursor.next() {
            places.append(Place(hash: Self.hash(cursor.record.bytes(2)), row: cursor.rowID))
        }
        guard cursor.damage.isEmpty else { return nil }
        places.sort { ($0.hash, $0.row) < ($1.hash, $1.row) }
    }

    /// The rows of a table, and perhaps some of another one.
    func rows(_ name: String) -> [Int64] {
        let hash =
            name.utf8.withContiguousStorageIfAvailable { Self.hash(UnsafeRawBufferPointer($0)) }
            ?? Array(name.utf8).withUnsafeBytes(Self.hash)
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        return places[low...].prefix { $0.hash == hash }.map(\.row)
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var hash = ChecksumFNV()
        for byte in name { hash.add(byte: byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) }
        return hash.value
    }
}

extension UnsafeRawBufferPointer {
    /// Below 0 where these bytes, capital letters of ASCII taken for small ones, come before `lower`, 0 where they are the
    /// same.
    fileprivate func compareFolded(_ lower: [UInt8]) -> Int {
        lower.withUnsafeBufferPointer { lower in
            for at in 0..<Swift.min(count, lower.count) {
                let byte = self[at]
                let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                if folded != lower[at] { return folded < lower[at] ? -1 : 1 }
            }
            return count - lower.count
        }
    }
}
