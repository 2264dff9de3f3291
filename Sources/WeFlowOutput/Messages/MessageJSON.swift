internal import WeFlowArrivals
internal import WeFlowMedia
internal import WeFlowModel
internal import WeFlowQuery

/// Messages of one batch as JSON, written by one thread and joined by another.
final class MessageFragment: Fragment, @unchecked Sendable {
    // Unchecked: a batch's fragment is written by its worker and read only after the worker has handed it on.
    var writer: JSONWriter
    /// How many messages were written.
    private(set) var count = 0
    /// How many of them have an exported file.
    private(set) var mediaCount = 0
    /// What addresses of exported files begin with.
    private let baseURL: String
    /// Whether messages carry `detail`.
    private let detail: Bool
    /// Tells the names of senders, where messages carry these.
    private let names: NameBook?
    /// What stands around each.
    private let layout: MessageLayout
    /// The rows, where messages become rows.
    private var csv: CSVWriter
    /// Room for texts that are put together, kept from message to message.
    private var text: [UInt8] = []

    init(
        style: JSONWriter.Style, depth: Int, baseURL: String, detail: Bool = false, names: NameBook? = nil,
        layout: MessageLayout
    ) {
        (self.baseURL, self.detail, self.names, self.layout) = (baseURL, detail, names, layout)
        switch layout {
        case .document, .lines:
            writer = JSONWriter(style: style, depth: depth, capacity: 64 << 10)
            csv = CSVWriter(capacity: 0)
        case .rows(_, let options):
            writer = JSONWriter()
            csv = CSVWriter(options, capacity: 64 << 10)
        }
    }

    /// Hands on what was written.
    func write(to sink: ByteSink) async throws {
        if case .rows = layout { try await sink(csv.bytes) } else { try await sink(writer.bytes) }
    }

    func reset() {
        writer.removeBytes()
        csv.removeBytes()
        writer.restart()
        count = 0
        mediaCount = 0
    }

    /// Writes a message.
    func add(_ message: borrowing Message) {
        writer.beginObject()
        addFields(message)
    }

    /// Writes a message that is given for its arrival, which stands in front of the other keys.
    func add(_ message: borrowing Message, arrival: Arrival) {
        writer.beginObject()
        writer.head(arrival)
        addFields(message)
    }

    private func addFields(_ message: borrowing Message) {
        count += 1
        if case .file? = message.media { mediaCount += 1 }
        writer.fields(of: message, detail: detail, names: names, baseURL: baseURL, text: &text)
        writer.endObject()
        switch layout {
        case .document: break
        case .lines: writer.endLine()
        case .rows(let columns, _):
            Self.put(writer.bytes, columns, into: &csv)
            writer.removeBytes()
        }
    }

    private static func put(_ message: borrowing OutputBytes, _ columns: [StaticString], into csv: inout CSVWriter) {
        message.withBytes { csv.row(of: $0, columns) }
    }
}

extension JSONWriter {
    /// Writes the fields of a message into an object that is open (<doc:JSONAnswers#Messages>).
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - detail: whether it carries `detail`.
    ///   - names: tells the name of who sent it; nil leaves the name out.
    ///   - baseURL: what addresses of exported files begin with.
    ///   - text: room for texts that are put together.
    mutating func fields(
        of message: borrowing Message, detail: Bool, names: NameBook?, baseURL: String, text: inout [UInt8]
    ) {
        var fields = beginShortFields(7)
        fields.integer("localId", message.localID)
        fields.quoted("serverId", message.serverID)
        fields.integer("localType", message.localType)
        fields.integer("createTime", message.createTime)
        fields.integer("sortSeq", message.sortSeq)
        fields.integer("isSend", message.isSend ? 1 : 0)
        fields.key("senderUsername")
        end(fields, isAfterKey: true)
        string(utf8: message.sender)
        if let names {
            key("senderName")
            names.withDisplayName(of: message.sender) { string(utf8: $0) }
        }
        key("content")
        if let marks = message.content.marksOfDisplayed(message.body) {
            // One text three times, which is looked at once. It is the end of the raw text, in front of which a group
            // has the sender and the end of a line.
            let written = string(utf8: message.body, marks)
            key("rawContent")
            let front = message.rawContent.count - message.body.count
            string(UnsafeRawBufferPointer(rebasing: message.rawContent[..<front]), thenCopyOf: written)
            key("parsedContent")
            string(UnsafeRawBufferPointer(start: nil, count: 0), thenCopyOf: written)
        } else {
            text.removeAll(keepingCapacity: true)
            message.content.appendContent(of: message.body, to: &text)
            string(utf8: text)
            string("rawContent", utf8: message.rawContent)
            key("parsedContent")
            text.removeAll(keepingCapacity: true)
            message.content.appendDisplayText(of: message.body, to: &text)
            string(utf8: text)
        }
        if detail {
            key("detail")
            self.detail(message.detail, mentions: message.mentions)
        }
        if let quote = message.content.quote {
            string("replyToMessageId", ifSome: message.content.replyToMessageId)
            key("quote")
            self.quote(quote)
        }
        if let media = message.media { self.media(media, baseURL: baseURL) }
    }

    /// Writes the file of a message, or why there is none.
    private mutating func media(_ media: MediaOutcome, baseURL: String) {
        switch media {
        case .file(let file):
            string("mediaType", file.exported.kind.rawValue)
            string("mediaFileName", file.exported.fileName)
            string("mediaUrl", baseURL + file.exported.urlPath)
            string("mediaLocalPath", file.path)
            if let rendition = file.rendition {
                string("mediaRendition", rendition.rawValue)
            }
        case .missing(_, let loss):
            string("mediaError", loss.rawValue)
        }
    }
}
