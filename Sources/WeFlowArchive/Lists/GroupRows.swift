import WeFlowModel
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// The members of all groups in one walk over `contact.db`.
enum GroupRows {
    /// Gives the members of each group as the API lists them.
    ///
    /// - Returns: pages that could not be read.
    /// - Throws: why the database cannot be read.
    static func answers(_ account: Account, _ take: ListSource.Taker) throws(WeFlowError) -> [PageFailure] {
        let (groups, damage) = try WeFlowError.retrying { () throws(WeFlowError) in try read(account) }
        let contacts = try WeFlowError.retrying { () throws(WeFlowError) in try ContactTables(account) }
        let names = NameBook(contacts: contacts, sessions: nil)
        let friends = GroupMembersQuery.friends(contacts)
        for group in groups where Username.isGroup(group.id) {
            let members = group.members.map { username, nickname in
                GroupMember(
                    username, groupNickname: nickname, isOwner: username == group.owner && !username.isEmpty,
                    isFriend: friends.contains(username), names)
            }
            var front = JSONWriter()
            front.string(group.id)
            let text = front.bytes.withBytes { String(decoding: $0, as: UTF8.self) }
            try take(
                encodeGroupMembers(
                    members, chatroomID: group.id, fromCache: false, updatedAt: 0, form: .json(.compact)),
                "\"chatroomId\":\(text)")
        }
        return damage + contacts.damage
    }

    private struct Group {
        let id: String
        let row: Int64
        let owner: String
        /// Usernames, each once, with their names in the group.
        var members: [(username: String, nickname: String)] = []
    }

    private static func read(_ account: Account) throws(WeFlowError) -> ([Group], [PageFailure]) {
        var reader = try TableReader(account.database(ContactTables.database))
        let tables = try reader.schema(["chat_room", "chatroom_member", "name2id", "contact"])
        var groups: [Group] = []
        if let table = try tables["chat_room"] {
            let columns = (
                id: try table.column("id"), name: try table.column("username"), owner: try table.column("owner"),
                buffer: try table.column("ext_buffer")
            )
            try reader.rows(of: table) { rowID, record in
                let id = record.isNull(columns.id) ? rowID : record.int(columns.id)
                let listed = record.bytes(columns.buffer).withUnsafeBytes { ChatRoomData($0).members }
                var group = Group(id: record.text(columns.name), row: id, owner: record.text(columns.owner))
                var known: Set<String> = []
                for member in listed where known.insert(member.username).inserted {
                    group.members.append((member.username, member.groupNickname))
                }
                groups.append(group)
            }
        }
        if let table = try tables["chatroom_member"], !groups.isEmpty {
            var names: [Int64: String] = [:]
            for name in ["contact", "name2id"] {
                guard let table = try tables[name] else { continue }
                let (id, username) = (try table.column("id"), try table.column("username"))
                try reader.rows(of: table) { rowID, record in
                    names[record.isNull(id) ? rowID : record.int(id)] = record.text(username)
                }
            }
            let places = Dictionary(
                groups.enumerated().map { ($1.row, $0) }, uniquingKeysWith: { first, _ in first })
            var known = groups.map { Set($0.members.map(\.username)) }
            let (room, member) = (try table.column("room_id"), try table.column("member_id"))
            try reader.rows(of: table) { _, record in
                guard let place = places[record.int(room)], let name = names[record.int(member)], !name.isEmpty,
                    known[place].insert(name).inserted
                else { return }
                groups[place].members.append((name, ""))
            }
        }
        groups.sort { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        return (groups, reader.damage)
    }
}
