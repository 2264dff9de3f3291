internal import WeFlowModel

/// One invented message, before it becomes a row.
struct SampleMessage {
    let talker: String
    let sender: String
    let localType: Int64
    /// The text without the group prefix.
    let body: String
    /// Unix seconds.
    let time: Int64
    /// 0 for one that has not been sent.
    var serverID: UInt64
    /// Usernames that it mentions.
    let mentions: [String]
    let media: Media?

    /// A file that belongs to a message.
    enum Media {
        /// A picture, stored under the name; nil where the client never fetched it.
        case picture(PixelPicture?, name: String)
        case voice
        case video(name: String)
        case file(name: String, text: String)
        /// A file in a forwarded record: the record's folder, and where in the record it is.
        case recordFile(folder: String, item: Int, name: String, text: String)
        case sticker(PixelPicture)
    }

    /// The low half of the type.
    var base: Int64 { localType & 0xFFFF_FFFF }
    var isNotice: Bool { MessageType(localType: localType).isNotice }
    var isText: Bool { MessageType(localType: localType).isText }
    var isOwn: Bool { sender == SamplePeople.me && !isNotice }
    var isGroup: Bool { talker.hasSuffix("@chatroom") }

    /// The text as stored: received ones in a group begin with their sender.
    var stored: String { isGroup && !isOwn && !isNotice ? "\(sender):\n\(body)" : body }
}

/// Tells the messages of one chat in order; the clock runs on with each.
struct SampleStory {
    let talker: String
    private(set) var messages: [SampleMessage] = []
    private var time: Int64
    private var numbers: SampleNumbers

    /// Begins a chat.
    init(_ talker: String, at time: Int64) {
        self.talker = talker
        self.time = time
        numbers = SampleNumbers(talker)
    }

    /// Jumps to a later time.
    mutating func later(_ time: Int64) {
        self.time = max(self.time, time)
    }

    /// A message of any kind.
    ///
    /// - Returns: the message, for those that quote it.
    @discardableResult
    mutating func post(
        _ sender: String, _ type: Int64, _ body: String, mentions: [String] = [], media: SampleMessage.Media? = nil,
        isSent: Bool = true
    ) -> SampleMessage {
        time += Int64(numbers.next() % 90) + 4
        // Ids are above 2^53, where a JavaScript number would round them.
        let id = numbers.next() >> 2 | 1 << 61
        let message = SampleMessage(
            talker: talker, sender: sender, localType: type, body: body, time: time, serverID: isSent ? id : 0,
            mentions: mentions, media: media)
        messages.append(message)
        return message
    }

    /// A text.
    @discardableResult
    mutating func say(_ sender: String, _ text: String, mentions: [String] = []) -> SampleMessage {
        post(sender, 1, text, mentions: mentions)
    }

    /// An app message.
    @discardableResult
    mutating func app(
        _ sender: String, _ type: Int64, _ title: String, _ inner: String = "", summary: String = "",
        media: SampleMessage.Media? = nil
    ) -> SampleMessage {
        post(
            sender, type << 32 | 49, SampleXML.app(type, title, inner, summary: summary, sender: sender), media: media)
    }

    /// A reply that quotes a message; `shown` is the quoted body as the client puts it there.
    @discardableResult
    mutating func reply(_ sender: String, _ text: String, to quoted: SampleMessage) -> SampleMessage {
        app(sender, 57, text, SampleXML.quote(quoted))
    }

    /// A notice of the system.
    mutating func notice(_ body: String, type: Int64 = 10000) {
        post(talker.hasSuffix("@chatroom") ? talker : SamplePeople.me, type, body)
    }

    /// The notice that took the place, and the id, of a message that was taken back; `write` gets that id.
    mutating func revocation(type: Int64 = 10000, _ write: (UInt64) -> String) {
        let id = numbers.next() >> 2 | 1 << 61
        notice(write(id), type: type)
        messages[messages.count - 1].serverID = id
    }

    /// A picture; nil for one that the client never fetched.
    @discardableResult
    mutating func picture(_ sender: String, _ picture: PixelPicture?) -> SampleMessage {
        let name = SampleXML.hash("picture \(talker) \(messages.count)")
        let md5 = picture.map { SampleXML.hash($0.png) } ?? SampleXML.hash(name)
        return post(
            sender, 3, SampleXML.picture(md5, size: picture?.png.count ?? 20480), media: .picture(picture, name: name))
    }

    /// The chime, as a voice message.
    mutating func voice(_ sender: String) {
        post(sender, 34, SampleXML.voice(sender), media: .voice)
    }

    /// The jumping cat, as a video; type 62 is a short video.
    mutating func video(_ sender: String, type: Int64 = 43) {
        let name = SampleXML.hash("video \(talker) \(messages.count)")
        post(sender, type, SampleXML.video(sender), media: .video(name: name))
    }

    /// A sticker.
    mutating func sticker(_ sender: String, _ picture: PixelPicture) {
        post(sender, 47, SampleXML.sticker(picture, from: sender, to: talker), media: .sticker(picture))
    }

    /// A file with a text in it.
    mutating func file(_ sender: String, _ name: String, _ text: String) {
        app(sender, 6, name, SampleXML.file(name, text), media: .file(name: name, text: text))
    }
}
