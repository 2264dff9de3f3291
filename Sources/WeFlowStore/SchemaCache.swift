import Synchronization
import WeFlowPages

/// Table schemas by database and name, kept until the database's schema changes.
final class SchemaCache: Sendable {
    private struct Known {
        var cookie: UInt32
        var epoch: UInt32
        /// nil for a table that is not there.
        var tables: [String: TableSchema?] = [:]
        /// Where each table's rows are; made when tables are asked for a second time.
        var places: SchemaPlaces?
    }

    private let known = Mutex<[String: Known]>([:])

    /// The tables of these lower-case names that the snapshot has, by name.
    ///
    /// - Throws: `.unavailable` where the database kept moving; `.storeFailed` where part of the schema is unreadable
    ///   and a table was not found in the rest.
    func tables(_ names: [String], of snapshot: PageSnapshot) throws(WeFlowError) -> [String: TableSchema] {
        var found: [String: TableSchema] = [:]
        var missing: [String] = []
        var (isFirst, places) = (true, SchemaPlaces?.none)
        known.withLock { known in
            guard let entry = known[snapshot.database], Self.isCurrent(entry, snapshot) else {
                missing = names
                return
            }
            for name in names {
                if let table = entry.tables[name] { found[name] = table } else { missing.append(name) }
            }
            (isFirst, places) = (false, entry.places)
        }
        guard !missing.isEmpty else { return found }
        var damage: [PageFailure] = []
        let read: [String: TableSchema]
        do throws(PageFailure) {
            let cache = PageCache(snapshot, pages: 16)
            if places == nil, !isFirst { places = try SchemaPlaces(cache) }
            if let places {
                read = try Schema.tables(missing, at: places, in: cache)
            } else {
                read = try Schema.tables(missing, in: cache, damage: &damage)
            }
        } catch {
            throw error.error
        }
        if let failure = damage.first, read.count < missing.count { throw failure.error }
        found.merge(read) { $1 }
        known.withLock { known in
            var entry = Known(cookie: snapshot.schemaCookie, epoch: snapshot.epoch)
            // The array and the dictionary must have one owner while they change.
            if let old = known.removeValue(forKey: snapshot.database), Self.isCurrent(old, snapshot) { entry = old }
            for name in missing { entry.tables[name] = .some(read[name]) }
            if let places { entry.places = places }
            known[snapshot.database] = entry
        }
        return found
    }

    private static func isCurrent(_ entry: Known, _ snapshot: PageSnapshot) -> Bool {
        entry.cookie == snapshot.schemaCookie && entry.epoch == snapshot.epoch
    }
}
