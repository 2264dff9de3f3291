import WeFlowStore

/// Contacts in the order of an answer. Their texts stay where the rows were read to: each becomes one of its own only
/// for a reader who asks for a ``Contact``.
public struct ContactList: Sendable {
    /// A contact of the list.
    struct Entry: Sendable {
        /// Its row.
        let place: Int32
        /// What it is.
        let kind: ContactKind
    }

    private let names: NameBook
    private let entries: [Entry]
    /// Addresses of pictures, by place in the list, of those whose row has none.
    private var pictures: [Int: String] = [:]

    /// Makes a list of rows of `names`.
    init(_ entries: [Entry], names: NameBook) {
        self.entries = entries
        self.names = names
    }

    /// Looks for the pictures of those who have no address.
    mutating func addPictures(_ avatars: Avatars) {
        let rows = names.contacts
        let without = entries.indices.filter { rows.range(of: .avatarURL, at: Int(entries[$0].place)).isEmpty }
        guard !without.isEmpty else { return }
        let addresses = avatars.addresses(of: without.map { rows.text(.username, at: Int(entries[$0].place)) })
        guard !addresses.isEmpty else { return }
        for at in without { pictures[at] = addresses[rows.text(.username, at: Int(entries[at].place))] }
    }

    /// The texts of a contact as UTF-8, lent for the time of a call.
    public struct Texts {
        /// As in ``Contact``.
        public let username, displayName, remark, nickname, alias, avatarURL: UnsafeRawBufferPointer
        /// As in ``Contact``.
        public let type: StaticString
        /// Whether all of these but ``displayName`` are known to hold nothing that JSON escapes.
        public let isPlain: Bool
    }

    /// Lends the texts of each contact in order.
    public func forEachTexts(_ body: (Texts) -> Void) {
        for at in entries.indices { withTexts(at, body) }
    }

    private func withTexts<Result>(_ at: Int, _ body: (Texts) -> Result) -> Result {
        let (place, kind) = (Int(entries[at].place), entries[at].kind)
        return names.contacts.withText { text in
            func field(_ field: ContactRows.Field) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: text[names.contacts.range(of: field, at: place)])
            }
            return names.withName(ofContact: place, isGroup: kind == .group) { name in
                func lend(_ avatarURL: UnsafeRawBufferPointer) -> Result {
                    body(
                        Texts(
                            username: field(.username), displayName: name, remark: field(.remark),
                            nickname: field(.nickname), alias: field(.alias), avatarURL: avatarURL, type: kind.name,
                            isPlain: names.contacts.isPlain(at: place)))
                }
                guard !pictures.isEmpty, var picture = pictures[at] else { return lend(field(.avatarURL)) }
                return picture.withUTF8 { lend(UnsafeRawBufferPointer($0)) }
            }
        }
    }
}

extension ContactList: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many contacts there are.
    public var endIndex: Int { entries.count }
    /// The contact at a place.
    public subscript(at: Int) -> Contact { withTexts(at, Contact.init) }
}

/// A contact as the API lists it. Text that is unknown is empty.
public struct Contact: Sendable, Equatable {
    /// The username.
    public let username: String
    /// The name to show.
    public let displayName: String
    /// The owner's own name for the contact.
    public let remark: String
    /// The name that the contact chose.
    public let nickname: String
    /// The WeChat id that the contact chose.
    public let alias: String
    /// Address of the picture.
    public let avatarURL: String
    /// `friend`, `group`, `official` or `former_friend`.
    public let type: String

    fileprivate init(_ texts: ContactList.Texts) {
        username = String(decoding: texts.username, as: UTF8.self)
        displayName = String(decoding: texts.displayName, as: UTF8.self)
        remark = String(decoding: texts.remark, as: UTF8.self)
        nickname = String(decoding: texts.nickname, as: UTF8.self)
        alias = String(decoding: texts.alias, as: UTF8.self)
        avatarURL = String(decoding: texts.avatarURL, as: UTF8.self)
        type = texts.type.description
    }
}

/// What somebody of the contact list is (<doc:PeopleAndSessions#Contacts>).
enum ContactKind: UInt8, Sendable {
    case friend, group, official, formerFriend

    /// As the API names it.
    var name: StaticString {
        switch self {
        case .friend: "friend"
        case .group: "group"
        case .official: "official"
        case .formerFriend: "former_friend"
        }
    }

    /// As a request names it.
    var requested: ContactsRequest.Kind {
        switch self {
        case .friend: .friend
        case .group: .group
        case .official: .official
        case .formerFriend: .formerFriend
        }
    }

    /// The kind of a row, nil for what is no contact.
    ///
    /// - Parameters:
    ///   - rows: the contacts.
    ///   - place: which of them.
    ///   - hasSession: whether there is a chat; people of enterprises are then listed who are no friends.
    init?(_ rows: ContactRows, at place: Int, hasSession: Bool) {
        let kind: Self? = rows.withText { text in
            let username = UnsafeRawBufferPointer(rebasing: text[rows.range(of: .username, at: place)])
            let localType = rows.localType(at: place)
            let isEnterprise = username.ends(with: "@openim")
            if isEnterprise, localType != 5, !hasSession { return nil }
            if username.isGroup { return .group }
            if username.begins(with: "gh_") { return .official }
            if isEnterprise { return .friend }
            if username.isFunction { return nil }
            if localType == 1 { return rows.isDeleted(at: place) ? .formerFriend : .friend }
            if localType == 0, rows.text(.quanPin, at: place).contains(where: { !$0.isWhitespace }) {
                return .formerFriend
            }
            return nil
        }
        guard let kind else { return nil }
        self = kind
    }
}
