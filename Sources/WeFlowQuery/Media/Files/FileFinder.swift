import WeFlowMedia
import WeFlowModel
package import WeFlowPages
package import WeFlowParameters
package import WeFlowStore
package import WeFlowSystem

/// Finds the files of messages below the account folder (<doc:FilesOfMessages>).
package struct FileFinder: Sendable {
    let account: Account
    let zone: LocalZone

    /// Prepares to look; nothing is read yet.
    ///
    /// - Parameters:
    ///   - account: whose files.
    ///   - zone: the clock by whose months the client names folders.
    package init(_ account: Account, zone: LocalZone = .system) { (self.account, self.zone) = (account, zone) }

    /// What a search came to.
    package struct Findings: Sendable {
        /// One for each file that was wanted, in order.
        package var files: [FoundFile] = []
        /// Pages of the databases that lead to files which could not be read.
        package var damage: [PageFailure] = []
        /// Why databases that lead to files cannot be read at all.
        package var errors: [WeFlowError] = []
    }

    /// The file that was found, opened without following a symbolic link.
    ///
    /// - Throws: the failure of the system.
    package func open(_ found: FoundFile) throws(SystemError) -> File {
        try File(below: account.folder.path, found.parts)
    }

    /// The path of what was found, nil for a file that is absent.
    package func path(of found: FoundFile) -> String? {
        found.parts.isEmpty ? nil : "\(account.folder.path)/\(found.parts.joined(separator: "/"))"
    }

    /// Looks for files; best for many at once, as the databases are walked once for all.
    ///
    /// - Parameter wanted: the files; those of one record stand together.
    /// - Returns: what was found.
    package func find(_ wanted: [WantedFile]) -> Findings {
        var findings = Findings()
        var search = FileSearch(
            root: account.folder.path, zone: zone, rows: linked(wanted.compactMap(\.md5), &findings))
        findings.files = wanted.map { file in
            guard !file.isUploading else { return FoundFile(size: file.size ?? 0) }
            return file.place == nil ? search.told(file) : search.described(file)
        }
        let rest = wanted.indices.filter {
            wanted[$0].place == nil && !wanted[$0].isUploading && findings.files[$0].state != .present
        }
        let names = storedNames(rest.map { wanted[$0] }, &findings)
        for (place, name) in zip(rest, names) {
            findings.files[place] = search.guessed(wanted[place], storedName: name, findings.files[place])
        }
        var start = wanted.startIndex
        while start < wanted.endIndex {
            let record = wanted[start].place?.record
            let end = wanted[start...].firstIndex { $0.place?.record != record } ?? wanted.endIndex
            if record != nil {
                search.find(wanted[start..<end], &findings.files[start..<end])
            }
            start = end
        }
        return findings
    }

    /// Rows of `hardlink.db` by the MD5 of the message, the newest table first.
    private func linked(_ names: [HexName], _ findings: inout Findings) -> [HexName: [HardlinkRow]] {
        let wanted = Set(names)
        guard !wanted.isEmpty, account.hasDatabase(HardlinkTables.database) else { return [:] }
        do throws(WeFlowError) {
            let (rows, damage) = try WeFlowError.retrying { () throws(WeFlowError) in
                let snapshot = try account.database(HardlinkTables.database).snapshot()
                return try HardlinkTables.rows(naming: wanted, kind: .file, in: snapshot)
            }
            findings.damage += damage
            // A file's own name that begins with digits is no key.
            var found: [HexName: [HardlinkRow]] = [:]
            for row in rows {
                if let md5 = row.md5, wanted.contains(md5) { found[md5, default: []].append(row) }
            }
            return found
        } catch {
            findings.errors.append(error)
            return [:]
        }
    }

    /// Names that `message_resource.db` knows, "" where it knows none.
    private func storedNames(_ wanted: [WantedFile], _ findings: inout Findings) -> [String] {
        let none = wanted.map { _ in "" }
        guard !wanted.isEmpty, account.hasDatabase(ResourceTables.database) else { return none }
        let keys = wanted.map { ResourceTables.Key(localID: $0.localID, createTime: $0.createTime) }
        var asked: [TableHash: Set<ResourceTables.Key>] = [:]
        for (file, key) in zip(wanted, keys) { asked[file.chat, default: []].insert(key) }
        do throws(WeFlowError) {
            let all = asked
            let (found, damage) = try WeFlowError.retrying { () throws(WeFlowError) in
                try ResourceTables.packedInfo(of: all, in: account.database(ResourceTables.database).snapshot())
            }
            findings.damage += damage
            return zip(wanted, keys).map { file, key in
                (found[file.chat]?[key] ?? []).withUnsafeBytes { StoredName.file(in: $0) }
            }
        } catch {
            findings.errors.append(error)
            return none
        }
    }
}
