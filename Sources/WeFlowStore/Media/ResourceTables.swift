package import WeFlowPages

/// What `message_resource.db` says of which files belong to a message (<doc:MediaDatabases#Message-resources>).
package enum ResourceTables {
    /// A message by what names it in this database.
    package struct Key: Hashable, Sendable {
        /// The position in its table, which repeats across shards.
        package let localID: Int64
        /// Unix seconds.
        package let createTime: Int64

        /// Names a message.
        package init(localID: Int64, createTime: Int64) {
            self.localID = localID
            self.createTime = createTime
        }
    }

    /// The database's path below `db_storage`.
    package static let database = "message/message_resource.db"

    /// `packed_info` of messages of one chat.
    ///
    /// Which indexes there are is not known, so the table is walked once for all messages.
    ///
    /// - Parameters:
    ///   - keys: the messages.
    ///   - talker: the chat.
    ///   - snapshot: the database.
    /// - Returns: the column by message, and the pages that could not be read.
    /// - Throws: `.unavailable` where the database kept moving; why its schema cannot be read.
    package static func packedInfo(
        of keys: Set<Key>, talker: String, in snapshot: PageSnapshot
    ) throws(WeFlowError) -> (found: [Key: [UInt8]], damage: [PageFailure]) {
        let hash = TableHash(of: talker)
        let (found, damage) = try packedInfo(of: [hash: keys], in: snapshot)
        return (found[hash] ?? [:], damage)
    }

    /// `packed_info` of messages of any chats.
    ///
    /// - Parameters:
    ///   - keys: the messages of each chat.
    ///   - snapshot: the database.
    /// - Returns: the column by chat and message, and the pages that could not be read.
    /// - Throws: as the other form.
    package static func packedInfo(
        of keys: [TableHash: Set<Key>], in snapshot: PageSnapshot
    ) throws(WeFlowError) -> (found: [TableHash: [Key: [UInt8]]], damage: [PageFailure]) {
        var reader = TableReader(snapshot)
        let tables = try reader.schema(["chatname2id", "messageresourceinfo"])
        guard let names = try tables["chatname2id"], let table = try tables["messageresourceinfo"] else {
            return ([:], reader.damage)
        }
        var chats: [Int64: TableHash] = [:]
        let name = try names.column("user_name")
        try reader.rows(of: names) { id, record in
            let hash = TableHash(of: record.text(name))
            if keys[hash] != nil { chats[id] = hash }
        }
        guard !chats.isEmpty else { return ([:], reader.damage) }
        let columns = (
            chat: try table.column("chat_id"), time: try table.column("message_create_time"),
            local: try table.column("message_local_id"), info: try table.column("packed_info")
        )
        var found: [TableHash: [Key: [UInt8]]] = [:]
        try reader.rows(of: table) { _, record in
            guard let chat = chats[record.int(columns.chat)] else { return }
            let key = Key(localID: record.int(columns.local), createTime: record.int(columns.time))
            guard keys[chat]?.contains(key) == true else { return }
            found[chat, default: [:]][key] = record.bytes(columns.info).copy
        }
        return (found, reader.damage)
    }
}
