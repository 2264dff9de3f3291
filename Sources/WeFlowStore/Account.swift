import Synchronization
public import WeFlowPages
import WeFlowSystem

/// An account opened for reading: its databases, opened on first use and kept, and what is known of its owner.
public final class Account: Sendable {
    /// Where the account lies.
    public let folder: AccountFolder
    /// Finds the databases' keys.
    public let keys: KeyRing
    /// By name; there are some twenty.
    private let databases = Mutex<[DatabaseFile]>([])
    private let known = Mutex<Owner?>(nil)
    private let schemas = SchemaCache()

    /// Makes an account; nothing is opened yet.
    public init(folder: AccountFolder, keys: KeyRing) {
        self.folder = folder
        self.keys = keys
        let store = folder.store
        // Weak, as the keys hold this: else no account and no key would ever be let go of.
        keys.setWitnesses { [weak keys] in
            guard let keys else { return [] }
            return ["session/session.db", "contact/contact.db", "message/message_0.db"].compactMap { name in
                DatabaseFile(path: "\(store)/\(name)", name: name, keys: keys).storedFirstPage()
            }
        }
    }

    /// The database at a path below `db_storage`.
    public func database(_ name: String) -> DatabaseFile {
        databases.withLock { databases in
            for known in databases where known.name == name { return known }
            let database = DatabaseFile(path: "\(folder.store)/\(name)", name: name, keys: keys)
            databases.append(database)
            return database
        }
    }

    /// Says of each database that was opened so far whether its log breaks off before commits, which are then not read.
    ///
    /// - Parameter isMeant: which databases to look at, by their names.
    /// - Returns: a sentence for each log that does, in the order in which the databases were opened.
    public func logBreaks(of isMeant: (String) -> Bool = { _ in true }) -> [WeFlowError] {
        databases.withLock { $0 }.filter { isMeant($0.name) }.compactMap { $0.logBreak() }
    }

    /// Whether there is a file at a path below `db_storage` that is not empty.
    public func hasDatabase(_ name: String) -> Bool {
        fileSize("\(folder.store)/\(name)") ?? 0 > 0
    }

    /// Paths below `db_storage` of all databases, by name. What else lies there is none of the client's: what a file
    /// manager leaves behind, copies, and what is kept while a database is repaired.
    public func databaseNames() -> [String] {
        var found: [String] = []
        for folder in AccountFolder.names(in: self.folder.store) where DatabaseName.isFolder(folder) {
            for name in AccountFolder.names(in: "\(self.folder.store)/\(folder)")
            where DatabaseName.isDatabase(name, in: folder) {
                found.append("\(folder)/\(name)")
            }
        }
        return found.sorted()
    }

    /// The message shards of both families, in order: `message` before `biz_message`, by number.
    ///
    /// An empty file is as if absent.
    public func messageShards() -> [Shard] { ShardList(of: self).shards }

    /// Why there is no shard: the folder cannot be listed now, or there is none in it.
    public var withoutShards: WeFlowError {
        let path = folder.store + "/message"
        if let failure = AccountFolder.listingFault(of: path), failure != .missing {
            return WeFlowError(
                .system,
                "\(path) cannot be listed: \(failure.text); free what is short, or mend its mode")
        }
        return WeFlowError(
            .unavailable,
            "message/message_0.db is missing: the account has no message databases; copy the whole db_storage folder")
    }

    /// The names of the voice databases, by number.
    public func voiceDatabases() -> [String] {
        AccountFolder.names(in: folder.store + "/message")
            .compactMap { name in Shard.number(in: name, prefix: "media_").map { ($0, name) } }
            .sorted { $0.0 < $1.0 }
            .map { "message/\($0.1)" }
    }

    /// The tables of these lower-case names that a snapshot has.
    ///
    /// - Throws: why the schema cannot be read.
    package func tables(_ names: [String], of snapshot: PageSnapshot) throws(WeFlowError) -> TableSchemas {
        try schemas.tables(names, of: snapshot)
    }

    /// Keeps what a walk over the schema of a snapshot found of these lower-case names, for those who ask next.
    func keep(_ tables: TableSchemas, _ names: [String], of snapshot: PageSnapshot) {
        schemas.keep(tables, names, of: snapshot)
    }

    /// The owner's username: the folder's name or its beginning where a database at hand knows it, else as ``owner``.
    ///
    /// - Parameter isKnown: whether a database at hand knows this username; asked only once per account.
    /// - Returns: the username.
    /// - Throws: what `isKnown` throws.
    public func ownUsername(_ isKnown: (String) throws(WeFlowError) -> Bool) throws(WeFlowError) -> String {
        if let owner = known.withLock({ $0 }) { return owner.username }
        for candidate in folder.usernameCandidates where try isKnown(candidate) {
            known.withLock { $0 = Owner(username: candidate, isCertain: true) }
            return candidate
        }
        return owner.username
    }

    /// Whose account it is; looked for once.
    public var owner: Owner {
        if let owner = known.withLock({ $0 }) { return owner }
        let found = Owner(of: self)
        // A store that could not be read may say it the next time.
        if found.isCertain || found.isDoubted { known.withLock { $0 = found } }
        return found
    }
}

/// One database of messages (<doc:MessageShards>).
public struct Shard: Sendable, Comparable {
    /// The two kinds of message databases.
    public enum Family: Int, Sendable, Comparable {
        /// Private chats and groups.
        case message
        /// Official accounts.
        case bizMessage

        /// `message` comes before `biz_message`.
        public static func < (a: Family, b: Family) -> Bool { a.rawValue < b.rawValue }
    }

    /// Its family.
    public let family: Family
    /// The number in its name.
    public let number: Int
    /// The database.
    public let database: DatabaseFile

    /// The order of shards (<doc:MessageShards#The-order-of-messages>).
    public static func < (a: Shard, b: Shard) -> Bool { (a.family, a.number) < (b.family, b.number) }
    /// Whether two are the same database.
    public static func == (a: Shard, b: Shard) -> Bool { (a.family, a.number) == (b.family, b.number) }

    /// Whether a name below `db_storage` is that of a shard.
    public static func isShard(_ name: String) -> Bool {
        name.hasPrefix("message/") && parse(String(name.dropFirst("message/".count))) != nil
    }

    /// Family and number of a file name, or nil where it is no shard: `message_fts.db` and its like are none.
    static func parse(_ name: String) -> (Family, Int)? {
        if let number = number(in: name, prefix: "message_") { return (.message, number) }
        if let number = number(in: name, prefix: "biz_message_") { return (.bizMessage, number) }
        return nil
    }

    /// The number in `<prefix><number>.db`.
    static func number(in name: String, prefix: String) -> Int? {
        guard name.hasPrefix(prefix), name.hasSuffix(".db") else { return nil }
        let digits = name.dropFirst(prefix.count).dropLast(3)
        guard !digits.isEmpty, digits.utf8.count < 10, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int(digits)
    }
}
