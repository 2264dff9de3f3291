package import WeFlowPages

/// One chat's messages in one shard, as of one snapshot (<doc:MessageShards>).
package struct MessageTable: Sendable {
    /// The shard.
    package let shard: Shard
    /// The shard's place in the order of shards, from 0.
    package let ordinal: Int
    /// What is read.
    package let snapshot: PageSnapshot
    let schema: TableSchema
    let names: TableSchema?
    let columns: MessageColumns
    /// Where the username stands in `names`, or -1.
    let nameColumn: Int
    /// Usernames that the tables which were opened together have in common.
    let sharedSenders: SharedSenders?

    /// Puts a table together.
    ///
    /// - Throws: `.unavailable` where a column that is needed is in no row.
    init(
        _ shard: Shard, ordinal: Int, _ snapshot: PageSnapshot, _ schema: TableSchema, names: TableSchema?,
        senders: SharedSenders? = nil
    ) throws(WeFlowError) {
        sharedSenders = senders
        self.shard = shard
        self.ordinal = ordinal
        self.snapshot = snapshot
        self.schema = schema
        self.names = names
        columns = try MessageColumns(schema)
        nameColumn = try names?.column("user_name") ?? -1
    }

    /// The chat's table in a shard, or nil where the shard has none.
    ///
    /// - Throws: why the shard cannot be opened.
    package static func open(
        _ shard: Shard, ordinal: Int, talker: String, in account: Account
    ) throws(WeFlowError) -> MessageTable? {
        let snapshot = try shard.database.snapshot()
        let name = "msg_" + md5Hex(talker)
        let tables = try account.tables([name, "name2id"], of: snapshot)
        guard let schema = try tables[name] else { return nil }
        return try MessageTable(shard, ordinal: ordinal, snapshot, schema, names: tables["name2id"])
    }
}

extension MessageTable {
    /// The leaves of the table, for readers of most of its rows; nil where a page above them is damaged.
    ///
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    package func leaves() throws(PageFailure) -> LeafMap? {
        try LeafMap(snapshot, root: schema.root)
    }

    /// Whether an index says the order of the messages, so that it costs no row.
    package var isOrderedByIndex: Bool { orderRoot != nil }

    /// Where the index begins that holds the sequence of each message and nothing else.
    var orderRoot: UInt32? {
        guard columns.sortSeq >= 0, let index = schema.index(on: "sort_seq"), index.columns.count == 1 else {
            return nil
        }
        return index.root
    }

    /// Whether the shard's `Name2Id` has a username.
    ///
    /// - Throws: why the table cannot be read.
    package func knows(_ username: String) throws(WeFlowError) -> Bool {
        try names?.holds(username, in: "user_name", of: snapshot) ?? false
    }
}

/// Where each column of a message stands; -1 for one that this schema does not have.
struct MessageColumns: Sendable {
    let localID: Int
    let serverID: Int
    let localType: Int
    let sortSeq: Int
    let senderID: Int
    let createTime: Int
    let status: Int
    let source: Int
    let content: Int
    let compressed: Int
    let packedInfo: Int
    /// How many of the first columns hold all numbers of a row, whatever stands between them.
    let numbers: Int
    /// The same of all numbers and of the text.
    let front: Int

    init(_ schema: TableSchema) throws(WeFlowError) {
        localID = try schema.column("local_id")
        serverID = try schema.column("server_id")
        localType = try schema.column("local_type")
        sortSeq = try schema.column("sort_seq")
        senderID = try schema.column("real_sender_id")
        createTime = try schema.column("create_time")
        status = try schema.column("status")
        source = try schema.column("source")
        content = try schema.column("message_content")
        compressed = try schema.column("compress_content")
        packedInfo = try schema.column("packed_info_data")
        numbers = 1 + max(localID, serverID, localType, sortSeq, senderID, createTime, status)
        front = max(numbers, 1 + max(content, compressed))
    }
}

/// A row of a message table as stored. Its bytes are the reader's, which lends the row for the time of a call: it cannot be
/// copied, and so not be kept.
package struct MessageRow: ~Copyable {
    /// Position in the table; with shard and table the row's identity.
    package let localID: Int64
    /// The server's id, 0 where there is none; ids from 2^63 on are stored negative.
    package let serverID: Int64
    /// Sub-type in the high half, type in the low.
    package let localType: Int64
    /// The order, `createTime` × 1000 where the store has none.
    package let sortSeq: Int64
    /// Row id in the shard's `Name2Id`, 0 where unknown.
    package let senderID: Int64
    /// Unix seconds.
    package let createTime: Int64
    /// Transport state; 2 is sent by the owner.
    package let status: Int64
    /// `message_content` as stored.
    package let content: UnsafeRawBufferPointer
    /// `compress_content` as stored, empty where there is none.
    package let compressed: UnsafeRawBufferPointer
    /// `source` as stored.
    package let source: UnsafeRawBufferPointer
    /// `packed_info_data` as stored.
    package let packedInfo: UnsafeRawBufferPointer

    /// The sequence by which messages are ordered: a missing or zero `sort_seq` counts as `createTime` × 1000.
    static func sequence(_ sortSeq: Int64, createTime: Int64) -> Int64 {
        sortSeq == 0 ? createTime.multipliedReportingOverflow(by: 1000).partialValue : sortSeq
    }
}
