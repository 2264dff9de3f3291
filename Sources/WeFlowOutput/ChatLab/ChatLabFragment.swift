internal import WeFlowMedia
internal import WeFlowModel
internal import WeFlowQuery

/// Messages of one batch in ChatLab's form, with the people who sent them.
final class ChatLabFragment: Fragment, @unchecked Sendable {
    // Unchecked: a batch's fragment is written by its worker and read only after the worker has handed it on.
    var writer: JSONWriter
    /// How many messages were written.
    private(set) var count = 0
    /// How many of them have an exported file.
    private(set) var mediaCount = 0
    /// The senders, in order of first appearance.
    private(set) var people: [ChatPerson] = []
    private var known: [Key: ChatPerson] = [:]
    private var last: (sender: [UInt8], isSend: Bool, isNotice: Bool, person: ChatPerson)?
    private var text: [UInt8] = []
    private let names: ChatPeople
    private let isLines: Bool
    /// What addresses of exported files begin with.
    private let baseURL: String

    /// What a person depends on.
    private struct Key: Hashable {
        let sender: String
        let isSend: Bool
        let isNotice: Bool
    }

    init(_ names: ChatPeople, style: JSONWriter.Style, isLines: Bool, baseURL: String) {
        self.names = names
        self.baseURL = baseURL
        self.isLines = isLines
        writer = JSONWriter(style: isLines ? .compact : style, depth: isLines ? 0 : 2, capacity: 64 << 10)
    }

    func reset() {
        writer.removeBytes()
        writer.restart()
        count = 0
        mediaCount = 0
        people = []
        known = [:]
        last = nil
    }

    /// Notes who sent a message, without writing it.
    @discardableResult
    func note(_ message: borrowing Message) -> ChatPerson {
        let isNotice =
            switch message.content {
            case .notice, .revoke: true
            default: false
            }
        if let last, last.isSend == message.isSend, last.isNotice == isNotice,
            last.sender.elementsEqual(message.sender), !last.sender.isEmpty
        {
            return last.person
        }
        let sender = String(decoding: message.sender, as: UTF8.self)
        let key = Key(sender: sender, isSend: message.isSend, isNotice: isNotice)
        let person: ChatPerson
        if let found = known[key], !sender.isEmpty {
            person = found
        } else {
            person = names.person(
                sender: sender, isSend: message.isSend, isNotice: isNotice, localID: message.localID)
            known[key] = person
            if !people.contains(where: { $0.platformID == person.platformID }) { people.append(person) }
        }
        last = (Array(message.sender), message.isSend, isNotice, person)
        return person
    }

    /// Writes a message with the keys and the order of contract section 4.1, ChatLab.
    func add(_ message: borrowing Message) {
        let person = note(message)
        count += 1
        writer.beginObject()
        if isLines {
            writer.key("_type")
            writer.string(literal: "message")
        }
        writer.key("sender")
        writer.string(person.platformID)
        writer.key("accountName")
        writer.string(person.accountName)
        if !person.groupNickname.isEmpty {
            writer.key("groupNickname")
            writer.string(person.groupNickname)
        }
        writer.key("timestamp")
        writer.integer(message.createTime)
        writer.key("type")
        writer.integer(message.content.chatLabType.rawValue)
        writer.key("content")
        if message.content.isDisplayed(as: message.body) {
            if message.body.isEmpty { writer.null() } else { writer.string(utf8: message.body) }
        } else {
            text.removeAll(keepingCapacity: true)
            message.content.appendDisplayText(of: message.body, to: &text)
            if text.isEmpty { writer.null() } else { writer.string(utf8: text) }
        }
        if message.serverID != 0 {
            writer.key("platformMessageId")
            writer.quoted(message.serverID)
        }
        if let id = message.content.replyToMessageId {
            writer.key("replyToMessageId")
            writer.string(id)
        }
        if case .file(let file)? = message.media {
            mediaCount += 1
            writer.key("mediaPath")
            writer.string(baseURL + file.exported.urlPath)
        }
        writer.endObject()
        if isLines { writer.endLine() }
    }
}
