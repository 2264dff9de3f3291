package import WeFlowPages

/// Where the bytes of a sticker lie, as `emoticon.db` knows (<doc:MediaDatabases#Stickers>). Text that is NULL is
/// empty.
package struct StickerRow: Sendable, Equatable {
    /// An address of the plain picture.
    package let cdnURL: String
    /// An address of the encrypted picture.
    package let encryptURL: String
    /// Another address of it.
    package let externURL: String
    /// 32 hex digits that open the encrypted ones.
    package let aesKey: String
}

/// What `emoticon.db` says of stickers.
package enum StickerTables {
    /// The database's path below `db_storage`, and where old stores have it.
    package static let databases = ["emoticon/emoticon.db", "emotion/emoticon.db"]

    /// Stickers by the md5 of their message.
    ///
    /// - Parameters:
    ///   - names: the md5s; best many at once, since the table is walked.
    ///   - snapshot: the database.
    /// - Returns: the rows found, and the pages that could not be read.
    /// - Throws: `.unavailable` where the database kept moving; why its schema cannot be read.
    package static func rows(
        _ names: Set<HexName>, in snapshot: PageSnapshot
    ) throws(WeFlowError) -> (found: [HexName: StickerRow], damage: [PageFailure]) {
        var reader = TableReader(snapshot)
        let tables = try reader.schema(["knonstoreemoticontable", "emojiinfo"])
        var found: [HexName: StickerRow] = [:]
        for table in [try tables["knonstoreemoticontable"], try tables["emojiinfo"]].compactMap(\.self) {
            func column(_ name: String, _ older: String? = nil) throws(WeFlowError) -> Int {
                let column = try table.column(name)
                guard column < 0, let older else { return column }
                return try table.column(older)
            }
            let columns = (
                md5: try column("md5"), cdn: try column("cdn_url", "cdnurl"),
                encrypted: try column("encrypt_url", "encrypturl"), extern: try column("extern_url", "externurl"),
                key: try column("aes_key", "aeskey")
            )
            try reader.rows(of: table) { _, record in
                guard let md5 = record.bytes(columns.md5).withUnsafeBytes({ HexName($0) }), names.contains(md5),
                    found[md5] == nil
                else {
                    return
                }
                found[md5] = StickerRow(
                    cdnURL: record.text(columns.cdn), encryptURL: record.text(columns.encrypted),
                    externURL: record.text(columns.extern), aesKey: record.text(columns.key))
            }
        }
        return (found, reader.damage)
    }
}
