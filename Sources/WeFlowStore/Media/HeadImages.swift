public import WeFlowPages

/// Avatars that the client keeps as pictures (<doc:MediaDatabases#Avatars>). For one thread.
public struct HeadImages {
    /// The database's path below `db_storage`.
    public static let database = "head_image/head_image.db"

    private let lookup: RowLookup?
    private let picture: Int

    /// Opens the database.
    ///
    /// - Throws: why it cannot be opened.
    public init(_ account: Account) throws(WeFlowError) {
        let snapshot = try account.database(Self.database).snapshot()
        let table = try account.tables(["head_image"], of: snapshot)["head_image"]
        lookup = table.map { RowLookup($0, of: snapshot) }
        picture = try table?.column("image_buffer") ?? -1
    }

    /// The picture of a person or group as stored; empty where there is none.
    ///
    /// - Throws: the page that could not be read.
    public func picture(of username: String) throws(WeFlowError) -> [UInt8] {
        var found: [UInt8] = []
        try lookup?.find([("username", .text(username))]) { _, row in
            found = row.bytes(picture).copy
            return false
        }
        return found
    }
}
