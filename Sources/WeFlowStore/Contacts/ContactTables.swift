public import WeFlowPages

/// A row of `chat_room`.
public struct ChatRoomRow: Sendable, Equatable {
    /// The group's number.
    public let id: Int64
    /// The owner's username.
    public let owner: String
    /// The members with their names in the group, a protobuf (<doc:ContactsAndGroups#Members-of-a-group>).
    public let extBuffer: [UInt8]
}

/// What `contact.db` says of people and groups.
public struct ContactTables: Sendable {
    /// The rows of `contact`.
    public private(set) var contacts = ContactRows()
    /// The rows of `stranger`.
    public private(set) var strangers = ContactRows()
    /// Pages that could not be read.
    public private(set) var damage: [PageFailure] = []

    /// The database's path below `db_storage`.
    public static let database = "contact/contact.db"

    /// Reads both tables whole.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - hasPictures: false leaves ``ContactRow/avatarURL`` empty, for a reader who wants names.
    /// - Throws: `.unavailable` where the database is missing or its key does not fit, or it has no table `contact`.
    public init(_ account: Account, hasPictures: Bool = true) throws(WeFlowError) {
        var reader = try TableReader(account.database(Self.database))
        let tables = try account.tables(["contact", "stranger"], of: reader.snapshot)
        guard let contact = try tables["contact"], try contact.column("username") >= 0 else {
            throw WeFlowError(
                .unavailable, "\(Self.database) has no table contact of usernames; copy the account again")
        }
        contacts.reserve(Int(reader.snapshot.pageCount) * reader.snapshot.pageSize)
        let columns = try ContactRows.Columns(contact, hasPictures: hasPictures)
        try reader.rows(of: contact) { _, record in contacts.append(record, columns) }
        if let stranger = try tables["stranger"] {
            let columns = try ContactRows.Columns(stranger, hasPictures: hasPictures)
            try reader.rows(of: stranger) { _, record in strangers.append(record, columns) }
        }
        damage = reader.damage
    }

    /// Whether `contact` has a username.
    ///
    /// - Throws: why the database cannot be read.
    public static func know(_ username: String, in account: Account) throws(WeFlowError) -> Bool {
        let snapshot = try account.database(database).snapshot()
        let contact = try account.tables(["contact"], of: snapshot)["contact"]
        return try contact?.holds(username, in: "username", of: snapshot) ?? false
    }
}

/// One group's row and member list, as `contact.db` has them (<doc:ContactsAndGroups#Members-of-a-group>).
public struct GroupTables: Sendable {
    /// The group's row, nil where there is none.
    public private(set) var room: ChatRoomRow?
    /// Usernames by `chatroom_member`, in the order of the table; a member without a name is missing.
    public private(set) var members: [String] = []
    /// Pages that could not be read.
    public private(set) var damage: [PageFailure] = []

    /// Reads what there is of a group.
    ///
    /// - Throws: why the database cannot be read.
    public init(_ account: Account, chatroom: String) throws(WeFlowError) {
        var reader = try TableReader(account.database(ContactTables.database))
        let tables = try account.tables(["chat_room", "chatroom_member", "name2id", "contact"], of: reader.snapshot)
        var roomID: Int64?
        if let table = try tables["chat_room"] {
            let columns = (
                id: try table.column("id"), name: try table.column("username"), owner: try table.column("owner"),
                buffer: try table.column("ext_buffer")
            )
            var room: ChatRoomRow?
            try reader.rows(of: table) { rowID, record in
                guard room == nil, record.bytes(columns.name).elementsEqual(chatroom.utf8) else { return }
                let id = record.isNull(columns.id) ? rowID : record.int(columns.id)
                room = ChatRoomRow(
                    id: id, owner: record.text(columns.owner), extBuffer: record.bytes(columns.buffer).copy)
            }
            self.room = room
            roomID = room?.id
        }
        var names: [Int64: String] = [:]
        // `name2id` first, `contact` for the ids that it does not know.
        for (table, column) in [("contact", "username"), ("name2id", "username")] {
            guard let table = try tables[table] else { continue }
            let (id, name) = (try table.column("id"), try table.column(column))
            try reader.rows(of: table) { rowID, record in
                names[record.isNull(id) ? rowID : record.int(id)] = record.text(name)
            }
        }
        roomID = roomID ?? names.first { $0.value == chatroom }?.key
        if let table = try tables["chatroom_member"], let roomID {
            let (room, member) = (try table.column("room_id"), try table.column("member_id"))
            var ids: [Int64] = []
            try reader.rows(of: table) { _, record in
                if record.int(room) == roomID { ids.append(record.int(member)) }
            }
            members = ids.compactMap { names[$0] }
        }
        damage = reader.damage
    }
}
