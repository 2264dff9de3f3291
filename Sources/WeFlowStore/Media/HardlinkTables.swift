package import WeFlowPages

/// A file that `hardlink.db` knows (<doc:MediaDatabases#Hardlinks>).
package struct HardlinkRow: Sendable, Equatable {
    /// The md5 of the message's XML.
    package let md5: HexName?
    /// The file's name.
    package let fileName: String
    /// The file's size in bytes.
    package let size: Int64
    /// The first folder: a talker's hash for pictures, a month for videos and files; empty where it is not known.
    package let first: String
    /// The second folder: a month for pictures, empty for videos and files.
    package let second: String
    /// Where a picture of a forwarded record lies, a protobuf.
    package let extra: [UInt8]
}

/// What `hardlink.db` says of where the files of messages lie.
package enum HardlinkTables {
    /// Which table is asked.
    package enum Kind: String, Sendable {
        /// Pictures.
        case image
        /// Videos and their covers.
        case video
        /// Files.
        case file
    }

    /// The database's path below `db_storage`.
    package static let database = "hardlink/hardlink.db"

    /// The rows whose `md5` is one of `names`, or whose file's name begins with one, newest table first.
    ///
    /// Neither column has an index, so the tables are walked once for all names.
    ///
    /// - Parameters:
    ///   - names: what is looked for; best many at once.
    ///   - kind: which tables.
    ///   - snapshot: the database.
    /// - Returns: the rows, and the pages that could not be read.
    /// - Throws: `.unavailable` where the database kept moving; why its schema cannot be read.
    package static func rows(
        naming names: Set<HexName>, kind: Kind, in snapshot: PageSnapshot
    ) throws(WeFlowError) -> (rows: [HardlinkRow], damage: [PageFailure]) {
        var reader = TableReader(snapshot)
        let prefix = "\(kind.rawValue)_hardlink_info"
        let known = try reader.tableNames().map { $0.lowercased() }.filter { $0.hasPrefix(prefix) }
        let tables = try reader.schema(known + ["dir2id"])
        var found: [(row: HardlinkRow, first: Int64, second: Int64)] = []
        // `_v4` is what a store writes now; `_v3` stopped growing when it came.
        for name in known.sorted(by: >) {
            guard let table = try tables[name] else { continue }
            let columns = (
                md5: try table.column("md5"), name: try table.column("file_name"),
                size: try table.column("file_size"), first: try table.column("dir1"),
                second: try table.column("dir2"), extra: try table.column("extra_buffer")
            )
            try reader.rows(of: table) { _, record in
                let md5 = record.bytes(columns.md5).withUnsafeBytes { HexName($0) }
                let start = record.bytes(columns.name).withUnsafeBytes { HexName(startOf: $0) }
                guard md5.map(names.contains) == true || start.map(names.contains) == true else { return }
                let row = HardlinkRow(
                    md5: md5, fileName: record.text(columns.name), size: record.int(columns.size), first: "",
                    second: "", extra: record.bytes(columns.extra).copy)
                found.append((row, record.int(columns.first), record.int(columns.second)))
            }
        }
        guard !found.isEmpty, let folders = try tables["dir2id"] else { return ([], reader.damage) }
        let wanted = Set(found.flatMap { [$0.first, $0.second] })
        var texts: [Int64: String] = [:]
        let column = try folders.column("username")
        try reader.rows(of: folders) { id, record in
            if wanted.contains(id) { texts[id] = record.text(column) }
        }
        let rows = found.map { row, first, second in
            HardlinkRow(
                md5: row.md5, fileName: row.fileName, size: row.size, first: texts[first] ?? "",
                second: texts[second] ?? "", extra: row.extra)
        }
        return (rows, reader.damage)
    }
}
