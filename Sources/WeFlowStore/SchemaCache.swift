import Synchronization
import WeFlowPages

/// Table schemas by database and name, kept until the database's schema changes.
final class SchemaCache: Sendable {
    private struct Known {
        let database: String
        var cookie: UInt32
        var epoch: UInt32
        /// Nil for a table that is not there.
        var tables = ByName<TableSchemas.Entry?>()
        /// Where each table's rows are; made when tables are asked for a second time.
        var places: SchemaRows?

        func isCurrent(_ snapshot: PageSnapshot) -> Bool {
            cookie == snapshot.schemaCookie && epoch == snapshot.epoch
        }
    }

    /// There are some twenty databases.
    private let known = Mutex<[Known]>([])

    /// The tables of these lower-case names that the snapshot has.
    ///
    /// - Throws: `.unavailable` where the database kept moving; `.storeFailed` where part of the schema is unreadable
    ///   and a table was not found in the rest.
    func tables(_ names: [String], of snapshot: PageSnapshot) throws(WeFlowError) -> TableSchemas {
        let names = names.sorted()
        var found = TableSchemas()
        var missing: [String] = []
        var (isFirst, places) = (true, SchemaRows?.none)
        known.withLock { known in
            guard let entry = known.first(where: { $0.database == snapshot.database }), entry.isCurrent(snapshot) else {
                missing = names
                return
            }
            for name in names {
                switch entry.tables[name] {
                case .none: missing.append(name)
                case .some(let known): if let known { found.add(known, as: name) }
                }
            }
            (isFirst, places) = (false, entry.places)
        }
        guard !missing.isEmpty else { return found }
        var damage: [PageFailure] = []
        let read: TableSchemas
        do throws(PageFailure) {
            let cache = PageCache(snapshot, pages: 16)
            if places == nil, !isFirst { places = try SchemaRows(cache) }
            if let places {
                read = try Schema.tables(missing, at: places, in: cache)
            } else {
                read = try Schema.tables(missing, in: cache, damage: &damage)
            }
        } catch {
            throw error.error
        }
        if let failure = damage.first, read.count < missing.count { throw failure.error }
        for name in missing { if let entry = read.entry(name) { found.add(entry, as: name) } }
        keep(read, missing, places, of: snapshot)
        return found
    }

    /// Keeps what was read of these lower-case names.
    ///
    /// - Parameters:
    ///   - read: those that are there.
    ///   - names: all that were looked for.
    ///   - places: where each table's rows are, where that was asked.
    ///   - snapshot: what they were read of.
    func keep(_ read: TableSchemas, _ names: [String], _ places: SchemaRows? = nil, of snapshot: PageSnapshot) {
        known.withLock { known in
            var entry = Known(database: snapshot.database, cookie: snapshot.schemaCookie, epoch: snapshot.epoch)
            // The list of tables must have one owner while it changes.
            if let old = known.firstIndex(where: { $0.database == snapshot.database }) {
                let old = known.remove(at: old)
                if old.isCurrent(snapshot) { entry = old }
            }
            for name in names { entry.tables.set(read.entry(name), for: name) }
            if let places { entry.places = places }
            known.append(entry)
        }
    }
}
