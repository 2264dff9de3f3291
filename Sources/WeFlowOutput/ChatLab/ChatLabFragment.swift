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
    private var known = KnownPeople()
    private var text: [UInt8] = []
    private let names: ChatPeople
    private let isLines: Bool
    /// What addresses of exported files begin with.
    private let baseURL: String

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
        known.forgetBatch()
    }

    /// Notes who sent a message, without writing it.
    func note(_ message: borrowing Message) {
        _ = place(of: message)
    }

    /// The place of a message's sender among the known people, who is noted.
    private func place(of message: borrowing Message) -> Int {
        let isNotice = message.isNotice
        let place =
            known.place(of: message.sender, isSend: message.isSend, isNotice: isNotice)
            ?? known.add(
                names.person(
                    sender: String(decoding: message.sender, as: UTF8.self), isSend: message.isSend,
                    isNotice: isNotice, localID: message.localID),
                sender: message.sender, isSend: message.isSend, isNotice: isNotice)
        if let person = known.firstInBatch(place), !people.contains(where: { $0.platformID == person.platformID }) {
            people.append(person)
        }
        return place
    }

    /// Writes a message (<doc:ChatLabDocuments#The-object>).
    func add(_ message: borrowing Message) {
        let place = place(of: message)
        count += 1
        if case .file? = message.media { mediaCount += 1 }
        writer.chatLab(message, from: place, of: &known, isLine: isLines, baseURL: baseURL, text: &text)
    }
}

extension JSONWriter {
    fileprivate mutating func chatLab(
        _ message: borrowing Message, from place: Int, of known: inout KnownPeople, isLine: Bool, baseURL: String,
        text: inout [UInt8]
    ) {
        beginObject()
        if !known.isWritten(place) {
            let start = bytes.count
            if isLine {
                string("_type", literal: "message")
            }
            sender(known.person(place))
            known.keep(bytes.array(start..<bytes.count), of: place)
        } else {
            known.withFields(place) { again($0) }
        }
        var fields = beginShortFields(3)
        fields.integer("timestamp", message.createTime)
        fields.integer("type", Int64(message.content.chatLabType.rawValue))
        fields.key("content")
        end(fields, isAfterKey: true)
        if let marks = message.content.marksOfDisplayed(message.body) {
            if message.body.isEmpty { null() } else { string(utf8: message.body, marks) }
        } else {
            text.removeAll(keepingCapacity: true)
            message.content.appendDisplayText(of: message.body, to: &text)
            if text.isEmpty { null() } else { string(utf8: text) }
        }
        if message.serverID != 0 {
            var fields = beginShortFields(1)
            fields.quoted("platformMessageId", message.serverID)
            end(fields)
        }
        string("replyToMessageId", ifSome: message.content.replyToMessageId)
        if case .file(let file)? = message.media {
            string("mediaPath", baseURL + file.exported.urlPath)
        }
        endObject()
        if isLine { endLine() }
    }

    private mutating func sender(_ person: ChatPerson) {
        string("sender", person.platformID)
        string("accountName", person.accountName)
        string("groupNickname", unlessEmpty: person.groupNickname)
    }
}
