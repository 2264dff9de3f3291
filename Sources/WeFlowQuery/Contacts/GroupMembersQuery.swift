import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// A member of a group as the API lists it. Text that is unknown is empty.
public struct GroupMember: Sendable, Equatable {
    /// The member's username.
    public let wxid: String
    /// The name to show, which is not the name in the group.
    public let displayName: String
    /// The name that the member chose.
    public let nickname: String
    /// The owner of the account's own name for the member.
    public let remark: String
    /// The WeChat id that the member chose.
    public let alias: String
    /// The member's name in this group.
    public let groupNickname: String
    /// Address of the picture.
    public let avatarURL: String
    /// Whether the member owns the group.
    public let isOwner: Bool
    /// Whether the member is in the address book.
    public let isFriend: Bool
    /// Messages of the member in this group, notices aside; 0 unless asked for.
    public let messageCount: Int
}

/// The members of a group.
public struct GroupMembersQuery: Sendable {
    /// What comes out of the query.
    public struct Result: Sendable {
        /// All members; none for a group that the store does not know.
        public let members: [GroupMember]
        /// What is missing, and why.
        public let losses: MessageLosses
    }

    /// What is asked for.
    public let request: GroupMembersRequest

    /// Makes a query.
    public init(_ request: GroupMembersRequest) {
        self.request = request
    }

    /// Reads the members.
    ///
    /// - Throws: `.unavailable` where `contact.db`, or with counts every message database, cannot be read.
    public func run(on account: Account) throws(WeFlowError) -> Result {
        let group = try WeFlowError.retrying { () throws(WeFlowError) in
            try GroupTables(account, chatroom: request.chatroomID)
        }
        let contacts = try WeFlowError.retrying { () throws(WeFlowError) in try ContactTables(account) }
        let names = NameBook(contacts: contacts, sessions: nil)
        var losses = MessageLosses()
        for page in group.damage + contacts.damage { losses.add(page) }

        let listed = (group.room?.extBuffer ?? []).withUnsafeBytes { ChatRoomData($0).members }
        var nicknames: [String: String] = [:]
        var order: [String] = []
        for member in listed where nicknames[member.username] == nil {
            nicknames[member.username] = member.groupNickname
            order.append(member.username)
        }
        for username in group.members where nicknames[username] == nil {
            nicknames[username] = ""
            order.append(username)
        }
        let counts = request.includeMessageCounts ? try counts(account, &losses) : [:]
        let pictures = Avatars(account)
        let avatars = pictures.addresses(of: order.filter { names.row(of: $0)?.avatarURL.isEmpty ?? true })
        if let notice = pictures.notice { losses.add(note: notice) }
        let friends = Set(contacts.contacts.filter { Self.isFriend($0) }.map(\.username))
        let members = order.map { username in
            let row = names.row(of: username)
            return GroupMember(
                wxid: username, displayName: names.displayName(of: username), nickname: row?.nickname ?? "",
                remark: row?.remark ?? "", alias: row?.alias ?? "", groupNickname: nicknames[username] ?? "",
                avatarURL: avatars[username] ?? row?.avatarURL ?? "",
                isOwner: username == group.room?.owner && !username.isEmpty,
                isFriend: friends.contains(username), messageCount: counts[username] ?? 0)
        }
        return Result(members: members.sorted(by: Self.precedes), losses: losses)
    }

    /// Whether a contact counts as a friend (<doc:PeopleAndSessions#Members-of-a-group>).
    static func isFriend(_ row: ContactRow) -> Bool {
        row.localType == 1 && !row.isDeleted && !Username.isGroup(row.username)
            && !Username.isOfficial(row.username) && !Username.functions.contains(row.username)
    }

    /// Owner, friends, count, display name, id.
    private static func precedes(_ a: GroupMember, _ b: GroupMember) -> Bool {
        if a.isOwner != b.isOwner { return a.isOwner }
        if a.isFriend != b.isFriend { return a.isFriend }
        if a.messageCount != b.messageCount { return a.messageCount > b.messageCount }
        if a.displayName != b.displayName { return a.displayName.precedesByScalar(b.displayName) }
        return a.wxid.precedesByScalar(b.wxid)
    }

    /// Messages by sender over all shards, notices aside.
    private func counts(_ account: Account, _ losses: inout MessageLosses) throws(WeFlowError) -> [String: Int] {
        let chat = try Chat(request.chatroomID, in: account)
        for shard in chat.lostShards { losses.add(shard) }
        var counts: [String: Int] = [:]
        for table in chat.tables {
            do throws(PageFailure) {
                let counted = try SenderCounts(table, without: MessageKind.notice.baseTypes)
                counts.merge(counted.counts, uniquingKeysWith: +)
                for page in counted.damage { losses.add(page) }
            } catch {
                throw error.error
            }
        }
        return counts
    }
}

extension GroupMembersQuery {
    /// The contacts that count as friends.
    package static func friends(_ contacts: ContactTables) -> Set<String> {
        Set(contacts.contacts.filter { isFriend($0) }.map(\.username))
    }
}

extension GroupMember {
    /// A member without its messages counted, and with the picture that the contact list knows.
    package init(
        _ username: String, groupNickname: String, isOwner: Bool, isFriend: Bool, _ names: NameBook
    ) {
        let row = names.row(of: username)
        self.init(
            wxid: username, displayName: names.displayName(of: username), nickname: row?.nickname ?? "",
            remark: row?.remark ?? "", alias: row?.alias ?? "", groupNickname: groupNickname,
            avatarURL: row?.avatarURL ?? "", isOwner: isOwner, isFriend: isFriend, messageCount: 0)
    }
}
