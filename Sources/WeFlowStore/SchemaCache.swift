import Synchronization
import WeFlowPages

/// Table schemas by database and name, kept until the database's schema changes.
final class SchemaCache: Sendable {
    private struct Known {
        var cookie: UInt32
        var epoch: UInt32
        /// nil for a table that is not there.
        var tables: [String: TableSchema?]
    }

    private let known = Mutex<[String: Known]>([:])

    /// The tables of these lower-case names that the snapshot has, by name.
    ///
    /// - Throws: `.unavailable` where the database kept moving; `.storeFailed` where part of the schema is unreadable
    ///   and a table was not found in the rest.
    func tables(_ names: [String], of snapshot: PageSnapshot) throws(WeFlowError) -> [String: TableSchema] {
        let kept = known.withLock { known -> [String: TableSchema?] in
            guard let entry = known[snapshot.database], entry.cookie == snapshot.schemaCookie,
                entry.epoch == snapshot.epoch
            else { return [:] }
            return entry.tables
        }
        let missing = names.filter { kept[$0] == nil }
        var found = kept.compactMapValues { $0 }.filter { names.contains($0.key) }
        guard !missing.isEmpty else { return found }
        var damage: [PageFailure] = []
        let read: [String: TableSchema]
        do throws(PageFailure) {
            read = try Schema.tables(missing, in: PageCache(snapshot, pages: 16), damage: &damage)
        } catch {
            throw error.error
        }
        if let failure = damage.first, read.count < missing.count { throw failure.error }
        found.merge(read) { $1 }
        let entry = kept.merging(missing.map { ($0, read[$0]) }) { $1 }
        known.withLock {
            $0[snapshot.database] = Known(cookie: snapshot.schemaCookie, epoch: snapshot.epoch, tables: entry)
        }
        return found
    }
}
