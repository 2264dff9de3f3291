package import WeFlowPages
import WeFlowSystem

/// All message tables of a shard as of one snapshot, read in one walk over its schema.
///
/// There may be thousands, and the client makes all of them by one statement: what the columns are is read once for each
/// wording, and of a table no more is kept than where it begins.
package final class ShardTables: Sendable {
    /// A message table.
    package struct Table: Sendable {
        /// What names it.
        package let hash: TableHash
        /// Where its b-tree begins.
        let root: UInt32
        /// Which of the layouts its rows have.
        let layout: Int
        /// Where the index on the sequence begins; 0 where there is none.
        fileprivate(set) var orderRoot: UInt32 = 0
    }

    /// How rows are laid out.
    struct Layout: Sendable {
        let columns: MessageColumns
        let defaults: RowDefaults?
    }

    /// The shard.
    package let shard: Shard
    /// The shard's place in the order of shards, from 0.
    package let ordinal: Int
    /// What is read.
    package let snapshot: PageSnapshot
    /// The tables, in the order of the schema.
    package let tables: [Table]
    let layouts: [Layout]
    /// Pages of the schema that could not be read; the tables on them are missing.
    package let damage: [PageFailure]
    /// Tables that are none of the client's: views, and what is of another form.
    package let strange: [WeFlowError]
    /// Where the shard keeps usernames, and which column holds them.
    let names: (schema: TableSchema, column: Int)?

    /// Reads the schema.
    ///
    /// - Throws: `.unavailable` where the database kept moving; why the names cannot be read.
    package init(_ shard: Shard, ordinal: Int, _ snapshot: PageSnapshot, in account: Account) throws(WeFlowError) {
        (self.shard, self.ordinal, self.snapshot) = (shard, ordinal, snapshot)
        var gathering = Gathering(snapshot)
        do throws(PageFailure) {
            let cursor = TableCursor(PageCache(snapshot, pages: 32), root: 1)
            cursor.walksAll = true
            while try cursor.next() {
                gathering.take(cursor.record)
                try cursor.restOfPage { gathering.take($1) }
            }
            damage = cursor.damage
        } catch {
            throw error.error
        }
        (tables, layouts, strange) = (gathering.tables, gathering.layouts, gathering.strange)
        let found = gathering.names.tables
        if found.count == 0, let failure = damage.first { throw failure.error }
        // Who looks for the owner asks next.
        account.keep(found, ["name2id"], of: snapshot)
        let schema = try found["name2id"]
        let column = try schema?.column("user_name") ?? -1
        names = schema.map { ($0, column) }
    }

    /// Reads the schemas of several shards side by side.
    ///
    /// - Parameters:
    ///   - shards: the shards, in their order.
    ///   - account: the account.
    /// - Returns: their tables, or why they cannot be read.
    package static func open(_ shards: [Shard], in account: Account) -> [Result<ShardTables, WeFlowError>] {
        sideBySide(shards.count) { ordinal in
            Result { () throws(WeFlowError) in
                try ShardTables(shards[ordinal], ordinal: ordinal, shards[ordinal].database.snapshot(), in: account)
            }
        }
    }

    /// The usernames that the shard's own table of names has; none where there is no such table.
    ///
    /// - Throws: `.unavailable` where the database kept moving. Damaged pages cost the names on them.
    package func usernames() throws(WeFlowError) -> [String] {
        guard let names else { return [] }
        return try ShardCounters.usernames(in: names.schema, column: names.column, of: snapshot)
    }

    /// The tables that were met so far.
    private struct Gathering {
        private let snapshot: PageSnapshot
        var tables: [Table] = []
        var layouts: [Layout] = []
        var strange: [WeFlowError] = []
        /// The layout of each wording of a definition, the name taken out; nil for one that cannot be read.
        private var known: [[UInt8]: Int?] = [:]
        /// The wording that was met last.
        private var last: (wording: [UInt8], layout: Int?) = ([], nil)
        /// The places of the tables.
        private var places: [TableHash: Int] = [:]
        /// Where the shard keeps usernames.
        var names: Schema.Rows

        init(_ snapshot: PageSnapshot) { (self.snapshot, names) = (snapshot, Schema.Rows(["name2id"], snapshot)) }

        mutating func take(_ record: Record) {
            names.take(record)
            let kind = record.bytes(0).withUnsafeBytes { $0.elementsEqual("table".utf8) ? 1 : $0.first == 0x76 ? 2 : 0 }
            if kind == 0 { return takeIndex(record) }
            guard let hash = record.bytes(1).withUnsafeBytes(TableHash.init(tableName:)) else { return }
            guard kind == 1, let root = UInt32(exactly: record.int(3)), root > 0, root <= snapshot.pageCount else {
                let what = kind == 2 ? "a view" : record.int(3) == 0 ? "a virtual table" : "damaged"
                strange.append(Schema.strange(record.text(1), is: what, in: snapshot.database))
                return
            }
            guard let layout = layout(of: record) else { return }
            places[hash] = tables.count
            tables.append(Table(hash: hash, root: root, layout: layout))
        }

        /// Takes an index in where it is on the sequence alone, as the client makes it.
        private mutating func takeIndex(_ record: Record) {
            let isOrder = record.bytes(4).withUnsafeBytes { sql in
                sql.firstIndex(of: UInt8(ascii: "(")).map { sql[($0 + 1)...].elementsEqual("sort_seq)".utf8) } ?? false
            }
            guard isOrder, let hash = record.bytes(2).withUnsafeBytes(TableHash.init(tableName:)),
                let place = places[hash], let root = UInt32(exactly: record.int(3)), root > 0,
                root <= snapshot.pageCount
            else { return }
            tables[place].orderRoot = root
        }

        /// The layout of a table's rows; nil where none can be told, which is then among `strange`.
        private mutating func layout(of record: Record) -> Int? {
            let wording = record.bytes(4).withUnsafeBytes { sql in
                record.bytes(1).withUnsafeBytes { Self.wording(sql, without: $0) }
            }
            if wording == last.wording, !wording.isEmpty { return last.layout }
            let layout = known[wording] ?? read(record)
            known[wording] = layout
            last = (wording, layout)
            return layout
        }

        private mutating func read(_ record: Record) -> Int? {
            let name = record.text(1)
            guard let definition = Definition(record.text(4)), !definition.isWithoutRowID else {
                strange.append(Schema.strange(name, is: "of an unknown form", in: snapshot.database))
                return nil
            }
            let defaults = RowDefaults(definition.defaults)
            let schema = TableSchema(
                name: name, root: 0, database: snapshot.database, columns: definition.names,
                computed: definition.computed, defaults: defaults, rowIDColumn: definition.rowIDColumn, indexes: [])
            do throws(WeFlowError) {
                layouts.append(Layout(columns: try MessageColumns(schema), defaults: defaults))
            } catch {
                strange.append(error)
                return nil
            }
            return layouts.count - 1
        }

        /// A definition without the name of its table.
        private static func wording(_ sql: UnsafeRawBufferPointer, without name: UnsafeRawBufferPointer) -> [UInt8] {
            guard let first = name.first, sql.count >= name.count else { return Array(sql) }
            for at in 0...sql.count - name.count where sql[at] == first {
                let end = at + name.count
                if UnsafeRawBufferPointer(rebasing: sql[at..<end]).elementsEqual(name) {
                    return Array(sql[..<at]) + Array(sql[end...])
                }
            }
            return Array(sql)
        }
    }
}
