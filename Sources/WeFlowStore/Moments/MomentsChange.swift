public import WeFlowPages

/// The changes of `sns.db`: the protection against deletion, and the deletion of a post (<doc:MomentsDatabase>).
///
/// Each is one transaction, made and committed as `DatabaseFile.change` says. What is as wanted already is left alone,
/// without a lock and without a backup.
public struct MomentsChange: Sendable {
    private static let trigger = "block_delete_SnsTimeLine"
    private let database: DatabaseFile
    private let backups: Backups?

    /// Prepares a change.
    ///
    /// - Parameters:
    ///   - account: whose moments.
    ///   - backups: where the database is kept before the first change of the run; nil keeps none.
    /// - Throws: `.unavailable` where the account has no moments.
    public init(_ account: Account, keeping backups: Backups?) throws(WeFlowError) {
        database = try MomentsTable.file(of: account)
        self.backups = backups
    }

    /// Whether posts are protected: WeChat's own deletions are ignored then.
    ///
    /// - Throws: why the database cannot be read.
    public func isProtected() throws(WeFlowError) -> Bool {
        try reading { sql throws(WeFlowError) in try Self.protection(sql) != nil }
    }

    /// Protects the posts.
    ///
    /// - Returns: whether it had to be done; false where they were protected already.
    /// - Throws: `.conflict` where another process uses the database; why it cannot be changed.
    public func protect() throws(WeFlowError) -> Bool {
        guard try !isProtected() else { return false }
        return try transaction { sql throws(WeFlowError) in
            guard try Self.protection(sql) == nil else { return false }
            try sql.execute(
                "CREATE TRIGGER \(Self.trigger) BEFORE DELETE ON SnsTimeLine BEGIN SELECT RAISE(IGNORE); END")
            return true
        }
    }

    /// Lifts the protection.
    ///
    /// - Returns: whether there was one.
    /// - Throws: as ``protect()``.
    public func unprotect() throws(WeFlowError) -> Bool {
        guard try isProtected() else { return false }
        return try transaction { sql throws(WeFlowError) in
            guard try Self.protection(sql) != nil else { return false }
            try sql.execute("DROP TRIGGER \(Self.trigger)")
            return true
        }
    }

    /// Whether there is a post.
    ///
    /// - Parameter tid: its id as SQLite holds it.
    /// - Returns: whether it is in the database.
    /// - Throws: why the database cannot be read.
    public func contains(_ tid: Int64) throws(WeFlowError) -> Bool {
        try reading { sql throws(WeFlowError) in try Self.count(tid, sql) > 0 }
    }

    /// Deletes a post, from this database alone. A protection is lifted for that and put back as it was.
    ///
    /// - Parameter tid: its id as SQLite holds it.
    /// - Returns: false where there is no such post.
    /// - Throws: as ``protect()``.
    public func delete(_ tid: Int64) throws(WeFlowError) -> Bool {
        guard try contains(tid) else { return false }
        return try transaction { sql throws(WeFlowError) in
            guard try Self.count(tid, sql) > 0 else { return false }
            let protection = try Self.protection(sql)
            if protection != nil { try sql.execute("DROP TRIGGER \(Self.trigger)") }
            let statement = try sql.prepare("DELETE FROM SnsTimeLine WHERE tid = ?1")
            statement.bind(tid, at: 1)
            while try statement.step() {}
            guard sql.changedRows == 1, try Self.count(tid, sql) == 0 else {
                throw WeFlowError(
                    .storeFailed, "\(MomentsTable.database) keeps the post: a trigger of another program guards it")
            }
            if let protection { try sql.execute(protection) }
            return true
        }
    }

    /// The statement that made the protection; nil where there is none.
    private static func protection(_ sql: SQLDatabase) throws(WeFlowError) -> String? {
        guard try !sql.columns(of: "SnsTimeLine").isEmpty else { throw MomentsTable.noTable }
        let statement = try sql.prepare("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?1")
        statement.bind(trigger, at: 1)
        return try statement.step() ? statement.text(0) : nil
    }

    private static func count(_ tid: Int64, _ sql: SQLDatabase) throws(WeFlowError) -> Int64 {
        guard try sql.columns(of: "SnsTimeLine").contains("tid") else { throw MomentsTable.noTable }
        let statement = try sql.prepare("SELECT count(*) FROM SnsTimeLine WHERE tid = ?1")
        statement.bind(tid, at: 1)
        return try statement.step() ? statement.int(0) : 0
    }

    /// Reads the database as of now. The snapshot is let go before this returns: it would hold up a change.
    private func reading<Value>(
        _ body: (SQLDatabase) throws(WeFlowError) -> Value
    ) throws(WeFlowError) -> Value {
        try WeFlowError.retrying { () throws(WeFlowError) in try body(SQLDatabase(database)) }
    }

    /// Runs `body` in one transaction; where it returns false or throws, nothing was changed.
    private func transaction(_ body: (SQLDatabase) throws(WeFlowError) -> Bool) throws(WeFlowError) -> Bool {
        try database.change(keeping: backups) { changes throws(WeFlowError) in
            let sql = try SQLDatabase(changes)
            try sql.execute("BEGIN IMMEDIATE")
            guard try body(sql) else {
                try sql.execute("ROLLBACK")
                return false
            }
            try sql.execute("COMMIT")
            return true
        }
    }
}
