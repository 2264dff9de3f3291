internal import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// A person as ChatLab sees them in one chat (<doc:NamesOfPeople#In-ChatLab>).
public struct ChatPerson: Sendable, Equatable {
    /// ChatLab's key for the person: the username.
    public let platformID: String
    /// The name to show, never empty.
    public let accountName: String
    /// The name in the group, empty where there is none.
    public let groupNickname: String
    /// Address of the picture, empty where it is not known.
    public internal(set) var avatar: String

    /// Puts a person together, of whatever is known.
    package init(platformID: String, accountName: String, groupNickname: String = "", avatar: String = "") {
        (self.platformID, self.accountName) = (platformID, accountName)
        (self.groupNickname, self.avatar) = (groupNickname, avatar)
    }
}

/// The people of a chat under the names that ChatLab gets (<doc:NamesOfPeople#In-ChatLab>).
public struct ChatPeople: Sendable {
    /// The chat's own name.
    public let name: String
    /// Address of a group's picture, empty where it is not known.
    public let groupAvatar: String
    /// The owner's username.
    public let ownUsername: String
    /// Whether the chat is a group.
    public let isGroup: Bool
    /// Why names are missing, where they are.
    public let notice: WeFlowError?
    private let talker: String
    private let book: NameBook
    private let nicknames: [String: String]
    private let avatars: Avatars

    private static let ownName = "我"
    private static let noticeName = "系统消息"
    private static let unknownName = "未知发送者"

    /// Collects what there is to know of the people in `chat`; without `contact.db` ids stand for names.
    public init(_ chat: Chat, in account: Account) {
        self.init(chat.talker, ownUsername: chat.ownUsername, names: chat.names, in: account)
    }

    /// Collects what there is to know of the people in a session.
    package init(_ talker: String, ownUsername: String, names: LazyNames, in account: Account) {
        self.talker = talker
        isGroup = Username.isGroup(talker)
        self.ownUsername = ownUsername
        book = names.book
        notice = names.notice
        name = book.displayName(of: talker)
        avatars = Avatars(account)
        let address = isGroup ? book.row(of: talker)?.avatarURL ?? "" : ""
        // ChatLab's importer wants the end of what stands around it soon.
        let pictures = isGroup && address.isEmpty ? avatars.addresses(of: [talker], limit: Self.longestAvatar) : [:]
        groupAvatar = pictures[talker] ?? address
        nicknames = isGroup ? Self.nicknames(talker, account) : [:]
    }

    /// Names in the group by lower-case username; a person with two different ones has none.
    private static func nicknames(_ chatroom: String, _ account: Account) -> [String: String] {
        // Nicknames are an extra: what hides them is told by `notice` already.
        guard let group = try? GroupTables(account, chatroom: chatroom), let room = group.room else { return [:] }
        var nicknames: [String: String] = [:]
        for member in room.extBuffer.withUnsafeBytes({ ChatRoomData($0).members }) where !member.groupNickname.isEmpty {
            let key = member.username.lowercased()
            if let known = nicknames[key], known != member.groupNickname {
                nicknames[key] = ""
            } else {
                nicknames[key] = member.groupNickname
            }
        }
        return nicknames
    }

    /// People with the pictures of those who have no address for one.
    ///
    /// ChatLab's importer looks for the people in the first 200,000 bytes of an object and drops a list that is longer,
    /// so pictures are put in as far as there is room.
    ///
    /// - Parameters:
    ///   - people: the senders.
    ///   - isBounded: whether they stand in an object; lines have no such limit.
    /// - Returns: the same people in the same order.
    public func withPictures(_ people: [ChatPerson], isBounded: Bool) -> [ChatPerson] {
        let wanted = people.map { $0.avatar.isEmpty && !(isGroup && $0.platformID == talker) ? $0.platformID : "" }
        let addresses = avatars.addresses(
            of: wanted.filter { !$0.isEmpty }, limit: isBounded ? Self.longestAvatar : .max)
        var room = isBounded ? Self.roomForAvatars : Int.max
        return people.map { person in
            guard person.avatar.isEmpty, let address = addresses[person.platformID], address.utf8.count <= room else {
                return person
            }
            room -= address.utf8.count
            var person = person
            person.avatar = address
            return person
        }
    }

    /// Bytes of the longest picture in an object.
    private static let longestAvatar = 16_384
    /// Bytes of all pictures in an object.
    private static let roomForAvatars = 98_304

    /// How a person is called in the session: the name in the group, else the name to show.
    package func name(of username: String) -> String {
        if let nickname = nicknames[username.lowercased()], !nickname.isEmpty { return nickname }
        return username.isEmpty ? Self.unknownName : book.displayName(of: username)
    }

    /// The id that stands for who sent a chat's notices, which nobody did.
    static func noticeID(of talker: String) -> String { Username.isGroup(talker) ? talker : "SYSTEM" }

    /// Who sent a message of this kind.
    ///
    /// - Parameters:
    ///   - sender: the sender's username, empty where unknown.
    ///   - isSend: whether the owner sent it.
    ///   - isNotice: whether it is a notice, which nobody sent.
    ///   - localID: names a sender that nothing else names.
    /// - Returns: a person whose id and name are not empty.
    public func person(sender: String, isSend: Bool, isNotice: Bool, localID: Int64) -> ChatPerson {
        // A group says nothing itself: what is from it is a notice too.
        if isNotice || isGroup && sender == talker {
            return ChatPerson(
                platformID: Self.noticeID(of: talker), accountName: Self.noticeName, groupNickname: "", avatar: "")
        }
        var username = sender.isEmpty && isSend ? ownUsername : sender
        // In a private chat there is nobody else.
        if username.isEmpty, !isGroup { username = talker }
        guard !username.isEmpty else {
            return ChatPerson(
                platformID: "unknown_sender_\(localID)", accountName: Self.unknownName, groupNickname: "", avatar: "")
        }
        let nickname = nicknames[username.lowercased()] ?? ""
        let name = isSend ? Self.ownName : book.known(username) ?? (nickname.isEmpty ? username : nickname)
        return ChatPerson(
            platformID: username, accountName: name, groupNickname: nickname,
            avatar: book.row(of: username)?.avatarURL ?? "")
    }
}
