package import WeFlowPages

/// A table of a database: where its b-tree begins, and which column stands where.
package struct TableSchema: Sendable, Equatable {
    /// The table's name as it was created.
    package let name: String
    /// The page where its b-tree begins.
    package let root: UInt32
    /// The database's path below `db_storage`.
    package let database: String
    /// Column names in lower case, in stored order.
    package let columns: [String]
    /// Names of columns that SQLite computes when they are read, so that no row holds them.
    let computed: [String]
    /// What rows that end before a column hold in it.
    let defaults: RowDefaults?
    /// The column that is the row id under another name (`INTEGER PRIMARY KEY`), or -1; it is stored as NULL.
    package let rowIDColumn: Int
    /// The table's indexes.
    package let indexes: [IndexSchema]

    /// Where a column stands, or -1 where this schema has none of that name (<doc:Databases#Columns-come-and-go>).
    ///
    /// - Throws: `.unavailable` for a column that no row holds: it is there, and nothing may be read in its stead.
    package func column(_ name: String) throws(WeFlowError) -> Int {
        if let column = columns.firstIndex(of: name) { return column }
        guard !computed.contains(name) else {
            throw WeFlowError(
                .unavailable,
                "\(database): column \(name) of table \(self.name) is computed when it is read, which WeChat never does; "
                    + "check the file")
        }
        return -1
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
    /// How many of the first of them the entries are ordered by from the least value up, byte by byte.
    let ordered: Int
}

/// Some tables of a database by name in lower case.
package struct TableSchemas: Sendable, Equatable {
    /// What there is under a name.
    enum Entry: Sendable, Equatable {
        case table(TableSchema)
        /// It is there, but none that can be read, and why.
        case strange(WeFlowError)
    }

    private var tables = ByName<Entry>()

    /// No tables.
    package init() {}

    /// The table of a name in lower case; nil where there is none, or none was asked for.
    ///
    /// - Throws: `.unavailable` where what has the name cannot be read, which must not pass for a table that is not there.
    package subscript(name: String) -> TableSchema? {
        get throws(WeFlowError) {
            switch tables[name] {
            case .table(let schema): return schema
            case .strange(let error): throw error
            case nil: return nil
            }
        }
    }

    /// What there is under a name in lower case, to be kept.
    func entry(_ name: String) -> Entry? { tables[name] }

    /// How many there are.
    package var count: Int { tables.count }

    /// Takes a table in under a name that no other has.
    mutating func add(_ entry: Entry, as key: String) { tables.set(entry, for: key) }

    /// Whether both hold the same tables.
    package static func == (a: TableSchemas, b: TableSchemas) -> Bool { a.tables.elementsEqual(b.tables, ==) }
}

/// The schema of a database, read from `sqlite_schema` without SQLite.
package enum Schema {
    /// Names of all tables and of what else can have a table's name; `damage` takes the pages of the schema that could not be read.
    package static func tableNames(
        _ cache: PageCache, damage: inout [PageFailure]
    ) throws(PageFailure) -> [String] {
        let cursor = TableCursor(cache, root: 1)
        cursor.walksAll = true
        var names: [String] = []
        while try cursor.next() {
            if ["table", "view"].contains(cursor.record.text(0)) { names.append(cursor.record.text(1)) }
        }
        damage += cursor.damage
        return names
    }

    /// The tables of these names (in any case); `damage` takes the pages of the schema that could not be read.
    package static func tables(
        _ names: [String], in cache: PageCache, damage: inout [PageFailure]
    ) throws(PageFailure) -> TableSchemas {
        var rows = Rows(names.map { $0.lowercased() }, cache.snapshot)
        let cursor = TableCursor(cache, root: 1)
        cursor.walksAll = true
        while try cursor.next() { rows.take(cursor.record) }
        damage += cursor.damage
        return rows.tables
    }

    /// The tables of these lower-case names, read from the places that are known to be theirs.
    static func tables(
        _ names: [String], at places: SchemaRows, in cache: PageCache
    ) throws(PageFailure) -> TableSchemas {
        var rows = Rows(names, cache.snapshot)
        let cursor = TableCursor(cache, root: 1)
        for row in names.flatMap(places.rows).sorted() where try cursor.seek(row) { rows.take(cursor.record) }
        return rows.tables
    }

    /// What rows of `sqlite_schema` say of tables.
    struct Rows {
        /// What is known of a wanted table.
        private struct Table {
            let key: String
            let utf8: [UInt8]
            var created: (name: String, root: UInt32, sql: String)?
            /// What else has the name, where it is no table with rows of its own.
            var strange: (name: String, kind: String)?
            var indexes: [IndexSchema] = []
        }

        private let database: String
        private let pageCount: UInt32

        /// In the order of their bytes: there may be thousands.
        private var wanted: [Table]

        /// Begins with the lower-case names of the wanted tables.
        init(_ names: [String], _ snapshot: PageSnapshot) {
            database = snapshot.database
            pageCount = snapshot.pageCount
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
            guard let table = record.bytes(2).withUnsafeBytes({ place(of: $0) }) else { return }
            let kind = record.text(0)
            guard let root = UInt32(exactly: record.int(3)), root > 0, root <= pageCount else {
                if kind == "view" { wanted[table].strange = (record.text(1), "a view") }
                if kind == "table" {
                    wanted[table].strange = (record.text(1), record.int(3) == 0 ? "a virtual table" : "damaged")
                }
                return
            }
            switch kind {
            case "table": wanted[table].created = (record.text(1), root, record.text(4))
            case "index" where !record.isNull(4):
                // A partial index leaves rows out, so nothing can be read from it alone; one in an order of its own
                // is not in the order that is looked for.
                guard let definition = Definition(record.text(4)), !definition.hasCondition,
                    definition.ordered > 0
                else { return }
                wanted[table].indexes.append(
                    IndexSchema(root: root, columns: definition.names, ordered: definition.ordered))
            case "index":
                // Made by SQLite for each UNIQUE or PRIMARY KEY that needs one; the first of them is known by its number.
                let columns = record.text(1).hasSuffix("_1") ? [] : [""]
                wanted[table].indexes.append(IndexSchema(root: root, columns: columns, ordered: 1))
            default: return
            }
        }

        /// The tables.
        var tables: TableSchemas {
            var tables = TableSchemas()
            for table in wanted {
                if let entry = entry(table) { tables.add(entry, as: table.key) }
            }
            return tables
        }

        private func entry(_ table: Table) -> TableSchemas.Entry? {
            guard let created = table.created else {
                return table.strange.map { .strange(Schema.strange($0.name, is: $0.kind, in: database)) }
            }
            guard let definition = Definition(created.sql) else {
                return .strange(Schema.strange(created.name, is: "of an unknown form", in: database))
            }
            guard !definition.isWithoutRowID else {
                return .strange(Schema.strange(created.name, is: "without row ids", in: database))
            }
            let automatic = definition.uniqueColumns.map { [$0] } ?? []
            let indexes = table.indexes.compactMap { index -> IndexSchema? in
                let columns = index.columns.isEmpty ? automatic : index.columns
                // In the order of a collation nothing is found byte by byte.
                let ordered = columns.prefix(index.ordered).prefix { !definition.collated.contains($0) }.count
                return ordered > 0 ? IndexSchema(root: index.root, columns: columns, ordered: ordered) : nil
            }
            return .table(
                TableSchema(
                    name: created.name, root: created.root, database: database, columns: definition.names,
                    computed: definition.computed, defaults: RowDefaults(definition.defaults),
                    rowIDColumn: definition.rowIDColumn, indexes: indexes))
        }
    }

    /// Says that something has the name of a table that is read, but cannot be read as one.
    package static func strange(_ name: String, is kind: String, in database: String) -> WeFlowError {
        WeFlowError(
            .unavailable, "\(database): table \(name) is \(kind), which WeChat's never are; check the file")
    }
}

/// Which rows of `sqlite_schema` belong to which table, so that of thousands of tables one is found without a walk.
struct SchemaRows: Sendable {
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
        cursor.walksAll = true
        while try cursor.next() {
            places.append(Place(hash: Self.hash(cursor.record, 2), row: cursor.rowID))
        }
        guard cursor.damage.isEmpty else { return nil }
        places.sort { ($0.hash, $0.row) < ($1.hash, $1.row) }
    }

    /// The rows of a table, and perhaps some of another one.
    func rows(_ name: String) -> [Int64] {
        let hash =
            name.utf8.withContiguousStorageIfAvailable { Self.hash(UnsafeRawBufferPointer($0)) }
            ?? Array(name.utf8).withUnsafeBytes { Self.hash($0) }
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        return places[low...].prefix { $0.hash == hash }.map(\.row)
    }

    private static func hash(_ record: Record, _ column: Int) -> UInt64 {
        record.bytes(column).withUnsafeBytes { hash($0) }
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
