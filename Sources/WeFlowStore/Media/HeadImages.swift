public import WeFlowPages

/// Avatars that the client keeps as pictures (<doc:MediaDatabases#Avatars>). For one thread.
public final class HeadImages {
    /// The database's path below `db_storage`.
    public static let database = "head_image/head_image.db"

    private let database: SQLDatabase
    private let statement: SQLStatement?

    /// Opens the database.
    ///
    /// - Throws: why it cannot be opened.
    public init(_ account: Account) throws(WeFlowError) {
        database = try SQLDatabase(account.database(Self.database))
        let columns = try database.columns(of: "head_image")
        let isKnown = columns.contains("username") && columns.contains("image_buffer")
        statement =
            isKnown ? try database.prepare("SELECT image_buffer FROM head_image WHERE username=?1") : nil
    }

    /// The picture of a person or group as stored; empty where there is none.
    ///
    /// - Throws: what SQLite says.
    public func picture(of username: String) throws(WeFlowError) -> [UInt8] {
        guard let statement else { return [] }
        defer { statement.reset() }
        statement.bind(username, at: 1)
        return try statement.step() ? statement.withBytes(0) { Array($0) } : []
    }
}
