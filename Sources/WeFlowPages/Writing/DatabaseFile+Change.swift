import WeFlowSystem

/// The change of a database in one transaction (<doc:ChangingDatabases>).
///
/// 1. Everybody else is kept out by the locks of an exclusive SQLite connection; who is in already makes it refuse.
/// 2. SQLite changes pages in memory, laid over the database and its pending log.
/// 3. The database is kept as it was, where that is wanted.
/// 4. The changed pages are sealed and appended to the log as one transaction, after what is pending there. Up to the
///    last byte of it the database is the old one, with it the new one, for SQLCipher as for this reader.
/// 5. The log is copied back and removed, as the last connection does that closes a database: its pages go to their
///    places as they are, and until all of them are on the disk the log stays.
///
/// So a process that is killed at any moment leaves a database and a log that SQLCipher opens as they are, and no byte
/// on the disk that is not sealed.
extension DatabaseFile {
    private static let lockAttempts = 100
    /// Between two attempts, in milliseconds.
    private static let lockPause = 20

    /// Changes the database.
    ///
    /// - Parameters:
    ///   - backups: where the state before is kept first; nil keeps none.
    ///   - body: changes pages, by SQL through `PageSource`. What it throws leaves the database as it was, as does a
    ///     body that changes nothing; it must not ask this value for a snapshot.
    /// - Returns: what `body` returns.
    /// - Throws: `.conflict` where another process uses the database, and goes on doing so for two seconds;
    ///   `.storeFailed` where it cannot be written; what `body` throws; what `snapshot()` throws.
    public func change<Value>(
        keeping backups: Backups?, _ body: (PageChanges) throws(WeFlowError) -> Value
    ) throws(WeFlowError) -> Value {
        let (lock, snapshot) = try waitForLock()
        // The file is brought to the size that is promised, some pages of which may never have been written.
        guard Int64(snapshot.pageCount) <= 2 * Int64(snapshot.heldPages) + 1024 else {
            throw WeFlowError(
                .storeFailed, "\(name) was not changed: it promises more pages than it has; copy the account again")
        }
        let changes = PageChanges(snapshot)
        let value = try body(changes)
        guard !changes.isEmpty else { return value }
        try backups?.keep(snapshot, of: path, under: lock)
        try commit(changes, under: lock)
        try copyBack(pageSize: snapshot.pageSize, under: lock)
        return value
    }

    private func waitForLock() throws(WeFlowError) -> (lock: WriteLock, snapshot: PageSnapshot) {
        for attempt in 1...Self.lockAttempts {
            if let locked = try lockedSnapshot() { return locked }
            if attempt < Self.lockAttempts { Clock.pause(milliseconds: Self.lockPause) }
        }
        throw WeFlowError(
            .conflict,
            "\(name) is in use by another process; quit WeChat, and whatever else has the database open, and try again")
    }

    /// Appends the changed pages to the log, and waits until they are on the disk.
    func commit(_ changes: PageChanges, under lock: WriteLock) throws(WeFlowError) {
        let snapshot = changes.snapshot
        var appender = WALAppender(snapshot.wal, pageSize: snapshot.pageSize)
        let numbers = changes.numbers
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: snapshot.pageSize, alignment: 16)
        defer {
            SecretBytes.wipe(page)
            page.deallocate()
        }
        for number in numbers {
            guard let base = page.baseAddress, changes.copy(number, into: base) else { continue }
            snapshot.cipher?.seal(base, number: number)
            appender.append(
                page: number, body: UnsafeRawBufferPointer(page), size: number == numbers.last ? changes.pageCount : 0)
        }
        do throws(SystemError) {
            let log = try File.made(path + "-wal", like: lock.database)
            do throws(SystemError) {
                if appender.offset == 0 { try log.truncate(to: 0) }
                try log.write(appender.bytes, at: appender.offset)
                try log.sync()
                try Folders.sync(Paths.folder(of: path))
            } catch {
                // What arrived must not become valid later; where even that fails, the sentence below says too little.
                try log.truncate(to: appender.offset)
                throw error
            }
        } catch {
            throw WeFlowError(.storeFailed, "\(name) was not changed: its log cannot be written: \(error.text)")
        }
    }

    /// Copies the log back to the database file and removes it.
    func copyBack(pageSize: Int, under lock: WriteLock) throws(WeFlowError) {
        do throws(SystemError) {
            let log = try File(path + "-wal", for: .reading)
            var index = WALIndex()
            try index.advance(pageSize: pageSize) { target, count, offset throws(SystemError) in
                try log.read(into: target, count: count, at: offset)
            }
            guard !index.isEmpty else { throw SystemError.device }
            let page = UnsafeMutableRawBufferPointer.allocate(byteCount: pageSize, alignment: 16)
            defer { page.deallocate() }
            for (number, frame) in index.frames.sorted where number <= index.pageCount {
                guard let base = page.baseAddress,
                    try log.read(into: base, count: pageSize, at: frame + Int64(WALIndex.frameHeaderSize)) == pageSize
                else { throw SystemError.device }
                try lock.database.write(UnsafeRawBufferPointer(page), at: Int64(number - 1) * Int64(pageSize))
            }
            try lock.database.truncate(to: Int64(index.pageCount) * Int64(pageSize))
            try lock.database.sync()
            try Paths.remove(path + "-wal")
            try Folders.sync(Paths.folder(of: path))
        } catch {
            throw WeFlowError(
                .storeFailed,
                "\(name) is changed, but its log could not be copied back: \(error.text); leave \(name)-wal beside it "
                    + "until WeChat has opened it once")
        }
    }

    /// Why a database cannot be opened for a change, as its user hears it.
    func unwritable(_ failure: SystemError) -> WeFlowError {
        switch failure {
        case _ where failure.isMissing:
            WeFlowError(.unavailable, "\(name) is missing; point --account at a complete account folder")
        case _ where failure.isReadOnly:
            WeFlowError(
                .storeFailed,
                "\(name) cannot be changed, for its file system is mounted read-only; copy the account to a disk that "
                    + "can be written")
        case _ where failure.isForbidden:
            WeFlowError(
                .storeFailed, "\(name) may not be written; give yourself permission with chmod u+w on \(path)")
        case _ where failure.isLink:
            WeFlowError(
                .storeFailed, "\(name) is a symbolic link, and only the file itself is changed; point --account at it")
        default:
            WeFlowError(.storeFailed, "\(name) cannot be opened for a change: \(failure.text)")
        }
    }
}
