import WeFlowPages

/// The databases of people and conversations.
enum SampleContacts {
    /// `contact.db`.
    ///
    /// - Throws: what SQLite says.
    static func contacts() throws(WeFlowError) -> SampleDatabase {
        let database = try SampleDatabase()
        let columns = """
            (id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, encrypt_username TEXT, flag INTEGER,
              delete_flag INTEGER, verify_flag INTEGER, remark TEXT, remark_quan_pin TEXT, remark_pin_yin_initial TEXT,
              nick_name TEXT, pin_yin_initial TEXT, quan_pin TEXT, big_head_url TEXT, small_head_url TEXT,
              head_img_md5 TEXT, chat_room_notify INTEGER, is_in_chat_room INTEGER, description TEXT,
              extra_buffer BLOB, chat_room_type INTEGER)
            """
        try database.execute(
            """
            CREATE TABLE contact\(columns);
            CREATE TABLE stranger\(columns);
            CREATE INDEX contact_localType ON contact(local_type);
            CREATE TABLE name2id(username TEXT PRIMARY KEY);
            CREATE TABLE chat_room(id INTEGER PRIMARY KEY, username TEXT, owner TEXT, ext_buffer BLOB);
            CREATE TABLE chatroom_member(room_id INTEGER, member_id INTEGER,
              CONSTRAINT room_member UNIQUE(room_id, member_id));
            CREATE TABLE chat_room_info_detail(room_id_ INTEGER PRIMARY KEY, username_ TEXT, announcement_ TEXT,
              announcement_editor_ TEXT, announcement_publish_time_ INTEGER, chat_room_status_ INTEGER,
              xml_announcement_ TEXT, ext_buffer_ BLOB);
            CREATE TABLE biz_info(id INTEGER PRIMARY KEY, username TEXT, type INTEGER, accept_type INTEGER,
              child_type INTEGER, home_url TEXT, version INTEGER, external_info TEXT, brand_info TEXT,
              brand_icon_url TEXT, brand_list TEXT, brand_flag INTEGER, belong TEXT, ext_buffer BLOB,
              sync_version TEXT);
            CREATE TABLE contact_label(label_id_ INTEGER PRIMARY KEY, label_name_ TEXT, sort_order_ INTEGER);
            """)
        try database.insert(
            into: "contact_label", "label_id_, label_name_, sort_order_",
            SamplePeople.labels.enumerated().map { [.int(Int64($0 + 1)), .text($1), .int(Int64($0))] })
        var ids = NameTable()
        for person in SamplePeople.contacts { try insert(person, ids.add(person.username), "contact", database) }
        for person in SamplePeople.strangers { try insert(person, ids.add(person.username), "stranger", database) }
        for group in SamplePeople.groups {
            let room = ids.add(group.username)
            try database.insert(
                into: "chat_room", "id, username, owner, ext_buffer",
                [[.int(room), .text(group.username), .text(group.owner), .blob(members(group))]])
            try database.insert(
                into: "chatroom_member", "room_id, member_id",
                group.members.map { [.int(room), .int(ids.add($0.username))] })
            try database.insert(
                into: "chat_room_info_detail", "room_id_, username_, announcement_, announcement_editor_",
                [[.int(room), .text(group.username), .text(group.announcement), .text(group.owner)]])
        }
        for person in SamplePeople.contacts where person.username.hasPrefix("gh_") {
            try database.insert(
                into: "biz_info", "id, username, type", [[.int(ids.add(person.username)), .text(person.username), 0]])
        }
        try database.insert(
            into: "name2id", "rowid, username",
            ids.names.enumerated().map { index, name in [.int(Int64(index + 1)), .text(name)] })
        return database
    }

    private static func insert(
        _ person: SamplePerson, _ id: Int64, _ table: String, _ database: SampleDatabase
    ) throws(WeFlowError) {
        let extra = WireWriter.bytes { writer in
            writer.varint(2, person.gender)
            writer.text(4, person.signature)
            writer.text(5, "CN")
            writer.text(6, "Zhejiang")
            writer.text(7, "Hangzhou")
            if person.scene != 0 { writer.varint(8, person.scene) }
            if !person.phone.isEmpty {
                writer.message(14) { phones in
                    phones.varint(1, 1)
                    phones.message(2) { $0.text(1, person.phone) }
                }
            }
            if !person.labels.isEmpty { writer.text(30, person.labels) }
            if person.addedAt != 0 { writer.varint(41, UInt64(person.addedAt)) }
        }
        try database.insert(
            into: table,
            "id, username, local_type, alias, encrypt_username, flag, delete_flag, verify_flag, remark, nick_name, quan_pin, "
                + "big_head_url, small_head_url, is_in_chat_room, description, extra_buffer, chat_room_type",
            [
                [
                    .int(id), .text(person.username), .int(person.localType), .text(person.alias), "",
                    .int(person.flag), 0,
                    .int(person.verifyFlag), .text(person.remark), .text(person.nickname), .text(person.quanPin),
                    .text(person.avatarURL), .text(person.avatarURL), .int(person.localType == 3 ? 1 : 0), "",
                    .blob(extra), 0,
                ]
            ])
    }

    private static func members(_ group: SampleGroup) -> [UInt8] {
        WireWriter.bytes { writer in
            for (username, nickname) in group.members {
                writer.message(1) { member in
                    member.text(1, username)
                    if !nickname.isEmpty { member.text(2, nickname) }
                    member.varint(3, 1)
                    if username != group.owner { member.text(4, group.owner) }
                }
            }
            writer.varint(5, 500)
        }
    }

    /// `session.db`: every chat with its last message, and how many messages were not seen yet.
    ///
    /// - Throws: what SQLite says.
    static func sessions(_ rows: [SampleRow]) throws(WeFlowError) -> SampleDatabase {
        let database = try SampleDatabase()
        try database.execute(
            """
            CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER,
              unread_first_msg_srv_id INTEGER, unread_first_pat_msg_local_id INTEGER,
              unread_first_pat_msg_sort_seq INTEGER, is_hidden INTEGER, summary TEXT, draft TEXT, status INTEGER,
              last_timestamp INTEGER, sort_timestamp INTEGER, last_clear_unread_timestamp INTEGER,
              last_msg_locald_id INTEGER, last_msg_type INTEGER, last_msg_sub_type INTEGER, last_msg_sender TEXT,
              last_sender_display_name TEXT, last_msg_ext_type INTEGER);
            CREATE TABLE SessionDeleteTable(username TEXT PRIMARY KEY, delete_time INTEGER);
            CREATE TABLE SessionNoContactInfoTable(username TEXT PRIMARY KEY, session_title TEXT);
            CREATE TABLE SessionUnreadListTable_1(username_id INTEGER, server_id INTEGER, create_time INTEGER,
              PRIMARY KEY(username_id, server_id));
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            """)
        var chats = NameTable()
        for row in rows { chats.add(row.message.talker) }
        let unread: [String: Int64] = [
            SamplePeople.hikers: 2, SamplePeople.mum: 3, SamplePeople.cats: 1, SamplePeople.bakers: 1,
        ]
        let sessions: [[SampleDatabase.Value]] = chats.names.compactMap { talker in
            guard let last = rows.last(where: { $0.message.talker == talker }) else { return nil }
            let message = last.message
            return [
                .text(talker), message.isGroup ? 2 : 0, .int(unread[talker] ?? 0), 0,
                .text(message.isText ? message.body : ""), "", .int(message.time), .int(message.time),
                .int(last.localID), .int(message.base), .int(message.localType >> 32), .text(message.sender),
                .text(SamplePeople.name(of: message.sender)),
            ]
        }
        let columns =
            "username, type, unread_count, is_hidden, summary, draft, last_timestamp, sort_timestamp, last_msg_locald_id, "
            + "last_msg_type, last_msg_sub_type, last_msg_sender, last_sender_display_name"
        try database.insert(into: "SessionTable", columns, sessions)
        try database.insert(
            into: "SessionTable", "username, type, unread_count, last_timestamp, sort_timestamp",
            [
                [
                    "@placeholder_foldgroup", 0, 0, .int(SampleTime.beijing(2026, 4, 1)),
                    .int(SampleTime.beijing(2026, 4, 1)),
                ]
            ])
        try database.insert(
            into: "SessionNoContactInfoTable", "username, session_title",
            [[.text(SamplePeople.family), "妈妈、茉莉、老王"]])
        // Of the others nothing but the number tells.
        try list(unread.filter { [SamplePeople.hikers, SamplePeople.mum].contains($0.key) }, rows, database)
        return database
    }

    /// Lists the newest messages of each of these chats as unread, so many of each.
    private static func list(
        _ unread: [String: Int64], _ rows: [SampleRow], _ database: SampleDatabase
    ) throws(WeFlowError) {
        for (index, chat) in unread.sorted(by: { $0.key < $1.key }).enumerated() {
            let received = rows.map(\.message).filter { $0.talker == chat.key && !$0.isOwn && !$0.isNotice }
            try database.insert(into: "Name2Id", "user_name", [[.text(chat.key)]])
            try database.insert(
                into: "SessionUnreadListTable_1", "username_id, server_id, create_time",
                received.suffix(Int(chat.value)).map {
                    [.int(Int64(index + 1)), .int(Int64(bitPattern: $0.serverID)), .int($0.time)]
                })
        }
    }

    /// `head_image.db`: pictures of people whose row has no address.
    ///
    /// - Throws: what SQLite says.
    static func avatars() throws(WeFlowError) -> SampleDatabase {
        let database = try SampleDatabase()
        try database.execute(
            "CREATE TABLE head_image(username TEXT PRIMARY KEY, md5 TEXT, image_buffer BLOB, update_time INTEGER)")
        try database.insert(
            into: "head_image", "username, md5, image_buffer, update_time",
            SamplePeople.contacts.compactMap { person in
                person.avatar.map {
                    [
                        .text(person.username), .text(SampleXML.hash($0.png)), .blob($0.png),
                        .int(SampleTime.beijing(2026, 1, 1)),
                    ]
                }
            })
        return database
    }
}
