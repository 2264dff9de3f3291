internal import WeFlowModel
import WeFlowParameters
internal import WeFlowQuery

/// A message as its line in an archive has it.
struct ArchivedMessage {
    /// A file that belongs to it.
    struct Media {
        /// Where it lies below the archive.
        let path: String
        /// Its length in bytes.
        let bytes: Int64
        /// Picture, voice, video, sticker or file.
        let type: String
    }

    /// What it said before.
    struct Edit {
        /// When another text was seen, in Unix seconds.
        let time: Int64
        /// The text.
        let content: String
    }

    /// Its number in the chat's table.
    var localID: Int64 = 0
    /// The server's number, "0" where there is none.
    var serverID = "0"
    /// Its type as the store has it.
    var localType: Int64 = 0
    /// When it was sent, in Unix seconds.
    var time: Int64 = 0
    /// Its place in the chat's order.
    var sortSeq: Int64 = 0
    /// Whether the owner sent it.
    var isOwn = false
    /// Who sent it.
    var sender = ""
    /// What the sender is called.
    var senderName = ""
    /// What a client compares.
    var content = ""
    /// What is read.
    var text = ""
    /// What its kind carries besides.
    var detail = JSONValue.object([])
    /// The message that it answers.
    var replyTo = ""
    /// What it quotes of that.
    var quote: JSONValue?
    /// Its file.
    var media: Media?
    /// Why there is no file.
    var mediaError = ""
    /// When it was first missed at the source, in Unix seconds.
    var gone: Int64?
    /// When it was recalled, in Unix seconds.
    var recalled: Int64?
    /// What it said before, the oldest first.
    var edits: [Edit] = []

    /// Takes what a line says; what it does not say is empty.
    init(_ line: JSONValue) {
        guard case .object(let members) = line else { return }
        for member in members { take(member.name, member.value) }
        if text.isEmpty { text = content }
    }

    private mutating func take(_ name: String, _ value: JSONValue) {
        switch name {
        case "localId": localID = value.wholeNumber ?? 0
        case "serverId": serverID = value.string ?? "0"
        case "localType": localType = value.wholeNumber ?? 0
        case "createTime": time = value.wholeNumber ?? 0
        case "sortSeq": sortSeq = value.wholeNumber ?? 0
        case "isSend": isOwn = value.wholeNumber == 1 || value.isTrue
        case "senderUsername": sender = value.string ?? ""
        case "senderName": senderName = value.string ?? ""
        case "content": content = value.string ?? ""
        case "parsedContent": text = value.string ?? ""
        case "detail": detail = value
        case "replyToMessageId": replyTo = value.string ?? ""
        case "quote": quote = value
        case "media": media = Self.media(value)
        case "mediaError": mediaError = value.string ?? ""
        case "gone": gone = value.wholeNumber
        case "recalled": recalled = value.wholeNumber ?? value["time"]?.wholeNumber
        case "edited":
            edits = value.elements.map { Edit(time: $0["time"]?.wholeNumber ?? 0, content: $0.text("content")) }
        default: break
        }
    }

    private static func media(_ value: JSONValue) -> Media? {
        let path = value.text("path")
        guard ArchiveSource.isSafe(path) else { return nil }
        return Media(path: path, bytes: value["bytes"]?.wholeNumber ?? 0, type: value.text("type"))
    }

    /// What kind of message it is.
    var kind: MessageKind { MessageKind(MessageType(localType: localType)) }

    /// The name shown above its text.
    var shownName: String { senderName.isEmpty ? sender : senderName }

    /// The text without the label that stands in front of it.
    var textWithoutLabel: String {
        guard text.utf8.first == UInt8(ascii: "["), let end = text.firstIndex(of: "]") else { return text }
        let rest = text[text.index(after: end)...]
        return rest.first == " " ? String(rest.dropFirst()) : String(rest)
    }
}
