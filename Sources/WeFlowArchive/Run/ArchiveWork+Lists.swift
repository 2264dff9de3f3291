import WeFlowFiles
import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// What of an account is no chat.
extension ArchiveWork {
    /// Brings the lists up to date whose databases changed.
    ///
    /// - Throws: `.system` where one cannot be written.
    mutating func updateLists() async throws {
        for list in ListSource.all where list.isTaken(settings) {
            let databases = list.databases(account)
            let stamp = FileStamp.of(databases: databases, in: account, now: now)
            if isKnown, stamp != 0, before.lists[list.file] == stamp { continue }
            guard databases.contains(where: account.hasDatabase) else { continue }
            do {
                let manifest = try loadManifest()
                let damage = try await list.update(
                    account, record: manifest.files[list.file], archive, staging, now: now,
                    marksGone: isFull && !summary.losses.isPartial)
                for page in damage { summary.losses.add(page) }
                state.lists[list.file] = damage.isEmpty ? stamp : 0
            } catch let error as WeFlowError where error.kind == .unavailable || error.kind == .storeFailed {
                // One database that cannot be read costs no other list, and no message.
                summary.losses.add(error)
                state.lists[list.file] = 0
            }
        }
        try updateAvatars()
    }

    private mutating func updateAvatars() throws(WeFlowError) {
        let stamp = FileStamp.of(databases: [HeadImages.database], in: account, now: now)
        if isKnown, stamp != 0, before.lists[AvatarSource.name] == stamp { return }
        guard account.hasDatabase(HeadImages.database) else { return }
        do {
            let manifest = try loadManifest()
            let damage = try AvatarSource.update(account, records: { manifest.files[$0] }, staging)
            for page in damage { summary.losses.add(page) }
            state.lists[AvatarSource.name] = damage.isEmpty ? stamp : 0
        } catch  where error.kind == .unavailable || error.kind == .storeFailed {
            summary.losses.add(error)
            state.lists[AvatarSource.name] = 0
        }
    }
}
