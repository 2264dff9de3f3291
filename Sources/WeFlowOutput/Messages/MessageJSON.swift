internal import WeFlowMedia
internal import WeFlowModel
internal import WeFlowQuery

/// Messages of one batch as JSON, written by one thread and joined by another.
final class MessageFragment: @unchecked Sendable {
    // Unchecked: a batch's fragment is written by its worker and read only after the worker has handed it on.
    var writer: JSONWriter
    /// How many messages were written.
    var count = 0
    /// How many of them have an exported file.
    private(set) var mediaCount = 0
    /// What addresses of exported files begin with.
    private let baseURL: String
    /// Room for texts that are put together, kept from message to message.
    private var text: [UInt8] = []

    init(style: JSONWriter.Style, depth: Int, baseURL: String) {
        self.baseURL = baseURL
        writer = JSONWriter(style: style, depth: depth, capacity: 64 << 10)
    }

    /// Writes a message with the keys and the order of contract section 4.1.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - detail: whether it carries `detail`.
    ///   - arrival: what stands in front of the other keys where it is given for its arrival (contract section 4.2).
    func add(_ message: borrowing Message, detail: Bool, arrival: Arrival? = nil) {
        count += 1
        writer.beginObject()
        if let arrival { writer.head(arrival) }
        writer.key("localId")
        writer.integer(message.localID)
        writer.key("serverId")
        writer.quoted(message.serverID)
        writer.key("localType")
        writer.integer(message.localType)
        writer.key("createTime")
        writer.integer(message.createTime)
        writer.key("sortSeq")
        writer.integer(message.sortSeq)
        writer.key("isSend")
        writer.integer(message.isSend ? 1 : 0)
        writer.key("senderUsername")
        writer.string(utf8: message.sender)
        writer.key("content")
        if message.content.isDisplayed(as: message.body) {
            writer.string(utf8: message.body)
            writer.key("rawContent")
            writer.string(utf8: message.rawContent)
            writer.key("parsedContent")
            writer.string(utf8: message.body)
        } else {
            text.removeAll(keepingCapacity: true)
            message.content.appendContent(of: message.body, to: &text)
            writer.string(utf8: text)
            writer.key("rawContent")
            writer.string(utf8: message.rawContent)
            writer.key("parsedContent")
            text.removeAll(keepingCapacity: true)
            message.content.appendDisplayText(of: message.body, to: &text)
            writer.string(utf8: text)
        }
        if detail {
            writer.key("detail")
            writer.detail(message.content.detail, mentions: message.mentions)
        }
        if let quote = message.content.quote {
            if let id = message.content.replyToMessageId {
                writer.key("replyToMessageId")
                writer.string(id)
            }
            writer.key("quote")
            writer.quote(quote)
        }
        if let media = message.media { add(media) }
        writer.endObject()
    }

    /// Writes the file of a message, or why there is none.
    private func add(_ media: MediaOutcome) {
        switch media {
        case .file(let file):
            mediaCount += 1
            writer.key("mediaType")
            writer.string(file.exported.kind.rawValue)
            writer.key("mediaFileName")
            writer.string(file.exported.fileName)
            writer.key("mediaUrl")
            writer.string(baseURL + file.exported.urlPath)
            writer.key("mediaLocalPath")
            writer.string(file.path)
            if let rendition = file.rendition {
                writer.key("mediaRendition")
                writer.string(rendition.rawValue)
            }
        case .missing(_, let loss):
            writer.key("mediaError")
            writer.string(loss.rawValue)
        }
    }
}

extension JSONWriter {
    /// Writes what a reply quotes.
    mutating func quote(_ quote: Quote) {
        beginObject()
        key("platformMessageId")
        string(quote.platformMessageId)
        key("sender")
        string(quote.sender)
        key("accountName")
        string(quote.accountName)
        key("content")
        string(quote.content)
        key("type")
        integer(quote.type.rawValue)
        endObject()
    }

    /// Writes what a kind carries besides its text; fields without a value are left out.
    mutating func detail(_ detail: MessageDetail, mentions: [String]) {
        beginObject()
        if let seconds = detail.voiceSeconds {
            key("voiceSeconds")
            double(seconds)
        }
        if let seconds = detail.videoSeconds {
            key("videoSeconds")
            integer(seconds)
        }
        if let name = detail.fileName {
            key("fileName")
            string(name)
        }
        if let size = detail.fileSize {
            key("fileSize")
            integer(size)
        }
        if let ending = detail.fileExt {
            key("fileExt")
            string(ending)
        }
        if let url = detail.url {
            key("url")
            string(url)
        }
        if let place = detail.location {
            key("location")
            location(place)
        }
        if let card = detail.card {
            key("card")
            beginObject()
            key("username")
            string(card.username)
            key("nickname")
            string(card.nickname)
            endObject()
        }
        if let transfer = detail.transfer {
            key("transfer")
            beginObject()
            key("amount")
            string(transfer.amount)
            key("memo")
            string(transfer.memo)
            key("state")
            string(transfer.state.rawValue)
            endObject()
        }
        if let record = detail.record {
            key("record")
            beginObject()
            key("title")
            string(record.title)
            key("items")
            items(record.items)
            endObject()
        }
        if !mentions.isEmpty {
            key("mentions")
            beginArray()
            for mention in mentions { string(mention) }
            endArray()
        }
        endObject()
    }

    private mutating func location(_ place: LocationContent) {
        beginObject()
        if let latitude = place.latitude {
            key("latitude")
            double(latitude)
        }
        if let longitude = place.longitude {
            key("longitude")
            double(longitude)
        }
        key("label")
        string(place.label)
        key("poiName")
        string(place.poiName)
        endObject()
    }

    /// Writes the messages of a record, those of records in it inside theirs.
    private mutating func items(_ items: [RecordItem]) {
        beginArray()
        for item in items {
            beginObject()
            key("dataType")
            integer(item.dataType)
            key("senderName")
            string(item.senderName)
            if let time = item.createTime {
                key("createTime")
                integer(time)
            }
            if !item.timeText.isEmpty {
                key("time")
                string(item.timeText)
            }
            key("text")
            string(item.text)
            if !item.title.isEmpty {
                key("title")
                string(item.title)
            }
            if !item.url.isEmpty {
                key("url")
                string(item.url)
            }
            if !item.fileExtension.isEmpty {
                key("fileExt")
                string(item.fileExtension)
            }
            if let size = item.size {
                key("fileSize")
                integer(size)
            }
            if !item.md5.isEmpty {
                key("md5")
                string(item.md5)
            }
            if let place = item.location {
                key("location")
                location(place)
            }
            if !item.items.isEmpty {
                key("items")
                self.items(item.items)
            }
            endObject()
        }
        endArray()
    }
}
