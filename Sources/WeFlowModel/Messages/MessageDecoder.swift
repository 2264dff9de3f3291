/// Takes message bodies apart, one after another, with storage that is reused. One worker, one decoder.
public final class MessageDecoder {
    /// Gives the display name of a username, nil where it is not known.
    public typealias Names = (_ username: String) -> String?

    /// How deep quotes and records inside each other are followed.
    static let maximumNesting = 8

    /// True where the items of records are read; the display text does not need them.
    let readsRecords: Bool
    /// True where the address and the description of a card are read.
    let readsLinks: Bool
    private var documents: [XMLDocument] = []

    /// Makes a decoder.
    ///
    /// - Parameters:
    ///   - readsRecords: whether ``RecordContent/items`` are filled, which costs time in large forwards.
    ///   - readsLinks: whether ``AppCard/url`` and ``AppCard/description`` are, which no text shows: 3 % of an export.
    public init(readsRecords: Bool = true, readsLinks: Bool = true) {
        self.readsRecords = readsRecords
        self.readsLinks = readsLinks
    }

    /// Takes the content of a row apart; never fails.
    ///
    /// - Parameters:
    ///   - localType: the column `local_type`.
    ///   - body: the decompressed text without the group prefix.
    ///   - names: asked for the people of pat templates and notices.
    /// - Returns: what the message is.
    public func decode(localType: Int64, body: UnsafeRawBufferPointer, names: Names) -> MessageContent {
        decode(MessageType(localType: localType), body, nesting: 0, names)
    }

    func decode(
        _ type: MessageType, _ body: UnsafeRawBufferPointer, nesting: Int, _ names: Names
    ) -> MessageContent {
        let kind = type.kind
        if kind == .text { return .text }
        guard nesting <= Self.maximumNesting, !body.trimmed(0..<body.count).isEmpty else { return .unreadable(type) }
        if type.base == MessageType.appBase {
            return withDocument(body) { document in
                Self.isXML(document, body) ? app(document, type, nesting: nesting, names) : unknown(type, body)
            }
        }
        switch kind {
        case .image: return withDocument(body) { .image(Self.image($0)) }
        case .voice: return withDocument(body) { .voice(Self.voice($0)) }
        case .friendRequest: return withDocument(body) { .friendRequest(Self.friendRequest($0)) }
        case .card: return withDocument(body) { .card(Self.card($0)) }
        case .video: return withDocument(body) { .video(Self.video($0)) }
        case .sticker: return withDocument(body) { .sticker(Self.sticker($0)) }
        case .location: return withDocument(body) { .location(Self.location($0)) }
        case .call: return withDocument(body) { .call(Self.call($0, body)) }
        case .notice: return notice(body, names)
        default: return unknown(type, body)
        }
    }

    /// Runs `read` with the document in `bytes`.
    func withDocument<Result>(_ bytes: UnsafeRawBufferPointer, _ read: (XMLDocument) -> Result) -> Result {
        var document = documents.popLast() ?? XMLDocument()
        document.parse(bytes)
        let result = read(document)
        documents.append(document)
        return result
    }

    /// A message of an unknown type shows its text, or the title of its XML; never the XML.
    private func unknown(_ type: MessageType, _ body: UnsafeRawBufferPointer) -> MessageContent {
        let text = withDocument(body) { document in
            guard !Self.isXML(document, body) else { return document.text(of: document.first("title")) }
            var text = CleanText.string(body.slice(body.trimmed(0..<body.count)))
            return text.withUTF8 { Self.beginsMarkup(UnsafeRawBufferPointer($0)) } ? "" : text
        }
        return .unknown(type, text: text)
    }

    /// True where `body` is XML, as far as it goes; a name like a tag in a text is none.
    private static func isXML(_ document: XMLDocument, _ body: UnsafeRawBufferPointer) -> Bool {
        !document.isEmpty && (document.hasWholeElement || beginsMarkup(body) || body.firstOffset(of: "=\"") != nil)
    }

    /// True where an element in `text` is whole.
    func holdsDocument(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        withDocument(UnsafeRawBufferPointer(text)) { $0.hasWholeElement }
    }

    /// True where the first thing in `body`, behind blanks and a stray quote, is a tag or declaration, cut off perhaps.
    static func beginsMarkup(_ body: UnsafeRawBufferPointer) -> Bool {
        var start = 0
        while start < body.count,
            body[start].isXMLBlank || body[start] == UInt8(ascii: "\"") || body[start] == UInt8(ascii: "'")
        {
            start += 1
        }
        if body.matches("&lt;", at: start) { return true }
        guard body.count - start >= 2, body[start] == UInt8(ascii: "<") else { return false }
        let next = body[start + 1]
        return XMLScanner.startsName(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!")
            || next == UInt8(ascii: "?")
    }

    // MARK: Kinds of one element

    private static func image(_ document: XMLDocument) -> ImageContent {
        ImageContent(md5: document.attribute("md5", of: document.first("img")) ?? "")
    }

    private static func voice(_ document: XMLDocument) -> VoiceContent {
        VoiceContent(milliseconds: document.integerAttribute("voicelength", of: document.first("voicemsg")))
    }

    private static func video(_ document: XMLDocument) -> VideoContent {
        let video = document.first("videomsg")
        return VideoContent(
            md5: document.attribute("md5", of: video) ?? "", rawMD5: document.attribute("rawmd5", of: video) ?? "",
            newMD5: document.attribute("newmd5", of: video) ?? "",
            seconds: document.integerAttribute("playlength", of: video))
    }

    private static func sticker(_ document: XMLDocument) -> StickerContent {
        let emoji = document.first("emoji")
        return StickerContent(
            md5: document.attribute("md5", of: emoji) ?? "", cdnURL: document.attribute("cdnurl", of: emoji) ?? "",
            encryptURL: document.attribute("encrypturl", of: emoji) ?? "",
            aesKey: document.attribute("aeskey", of: emoji) ?? "",
            externURL: document.attribute("externurl", of: emoji) ?? "",
            width: document.integerAttribute("width", of: emoji),
            height: document.integerAttribute("height", of: emoji))
    }

    private static func location(_ document: XMLDocument) -> LocationContent {
        let location = document.first("location")
        return LocationContent(
            latitude: document.attribute("x", of: location).flatMap(degrees),
            longitude: document.attribute("y", of: location).flatMap(degrees),
            label: document.attribute("label", of: location) ?? "",
            poiName: document.attribute("poiname", of: location) ?? "")
    }

    /// A coordinate, nil where the text is no finite number.
    static func degrees(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static func card(_ document: XMLDocument) -> CardContent {
        let message = document.first("msg")
        let flag = document.attribute("certflag", of: message) ?? "0"
        let icon = document.attribute("brandIconUrl", of: message) ?? ""
        return CardContent(
            username: document.attribute("username", of: message) ?? "",
            nickname: document.attribute("nickname", of: message) ?? "",
            alias: document.attribute("alias", of: message) ?? "",
            isOfficial: !(flag == "0" || flag.isEmpty) || !icon.isEmpty)
    }

    private static func friendRequest(_ document: XMLDocument) -> FriendRequest {
        let message = document.first("msg")
        return FriendRequest(
            username: document.attribute("fromusername", of: message) ?? "",
            nickname: document.attribute("fromnickname", of: message) ?? "",
            greeting: document.attribute("content", of: message) ?? "")
    }

    /// The bubble of a call: `<voipmsg>`, or the elements of an invitation one behind the other. Plain text is the
    /// client's own sentence.
    private static func call(_ document: XMLDocument, _ body: UnsafeRawBufferPointer) -> CallContent {
        if document.isEmpty {
            let text = CleanText.string(body.slice(body.trimmed(0..<body.count)))
            return CallContent(text: beginsMarkup(body) ? "" : text)
        }
        let bubble = document.first("voipmsg")
        var call = CallContent()
        for name: StaticString in ["room_type", "invite_type", "invitetype"] where call.medium == .unknown {
            switch document.text(of: document.first(name, in: bubble)) {
            case "0": call.medium = .video
            case "1": call.medium = .voice
            default: break
            }
        }
        // Outside of a bubble `<msg>` is the root of the document.
        let sentences: [StaticString] = ["msg", "display_content", "diaplay_content"]
        for name in bubble == nil ? sentences[1...] : sentences[...] where call.text.isEmpty {
            call.text = document.text(of: document.first(name, in: bubble))
        }
        return call
    }
}
