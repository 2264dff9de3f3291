/// What a message is, with what it carries: the one place where kinds are told apart (<doc:MessageKinds>,
/// <doc:MessageBodies>).
///
/// Display text, ChatLab number, quote, media and detail all follow from it. Strings in payloads are clean, valid
/// UTF-8, decoded once, and "" where the message does not say. Payloads lie apart, so that a text, which most messages
/// are, is handed on for nothing.
public indirect enum MessageContent: Sendable, Equatable {
    /// Plain text: the body itself is what is shown.
    case text
    /// A picture.
    case image(ImageContent)
    /// A voice message.
    case voice(VoiceContent)
    /// A video.
    case video(VideoContent)
    /// A sticker, or a GIF that was sent as a file.
    case sticker(StickerContent)
    /// A place.
    case location(LocationContent)
    /// The card of a person or an official account.
    case card(CardContent)
    /// A request or suggestion of friendship.
    case friendRequest(FriendRequest)
    /// The bubble that a voice or video call leaves.
    case call(CallContent)
    /// An app message that is a title with a link behind it: articles, music, mini programs, gifts, unknown sub-types.
    case app(AppCard)
    /// A file.
    case file(FileContent)
    /// A merged forward, a note, a shared favourite.
    case record(RecordContent)
    /// A profile, post or live broadcast of Channels.
    case channels(ChannelsContent)
    /// A solitaire list of a group; all of its text.
    case solitaire(String)
    /// A reply that quotes a message.
    case reply(ReplyContent)
    /// Somebody patted somebody.
    case pat(PatContent)
    /// An announcement to a group.
    case announcement(String)
    /// A transfer of money, in any state.
    case transfer(TransferContent)
    /// A red packet; its greeting.
    case redPacket(String)
    /// Money that a group collects; what for.
    case collection(String)
    /// A notice of the system.
    case notice(String)
    /// A message was taken back.
    case revoke(RevokeContent)
    /// A type that is not known; its text, "" where that would be raw XML.
    case unknown(MessageType, text: String)
    /// There is no content: an empty column, or one that could not be decompressed.
    case unreadable(MessageType)
}

extension MessageContent {
    /// Takes the content of a row apart.
    ///
    /// For many rows keep a ``MessageDecoder``, which reuses its storage.
    ///
    /// - Parameters:
    ///   - localType: the column `local_type`.
    ///   - body: the decompressed text without the group prefix.
    ///   - names: the display name of a username, nil where it is not known.
    /// - Returns: what the message is; never a failure.
    public static func decode(
        localType: Int64, body: UnsafeRawBufferPointer, names: (String) -> String? = { _ in nil }
    ) -> MessageContent {
        MessageDecoder().decode(localType: localType, body: body, names: names)
    }

    // MARK: Text

    /// What is in `body` where the display text is `body` byte for byte, so that nothing has to be written; else nil.
    @inline(__always)
    public func marksOfDisplayed(_ body: UnsafeRawBufferPointer) -> TextMarks? {
        guard case .text = self else { return nil }
        let marks = TextMarks(of: body)
        return marks.isClean ? marks : nil
    }

    /// Appends the display text (`parsedContent`, and ChatLab's `content`) as UTF-8 without control characters.
    ///
    /// - Parameters:
    ///   - body: the text that was decoded, which is what a plain text shows.
    ///   - output: where the text goes.
    public func appendDisplayText(of body: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        switch self {
        case .text: CleanText.append(body, to: &output)
        case .image, .voice, .video, .sticker: appendLabelled("", to: &output)
        case .location(let place): appendLabelled(place.label.isEmpty ? place.poiName : place.label, to: &output)
        case .card(let card): appendLabelled(card.nickname, to: &output)
        case .friendRequest(let request): appendLabelled(request.line, to: &output)
        case .call(let call): appendLabelled(call.text, to: &output)
        case .app(let card): appendLabelled(card.title, to: &output)
        case .file(let file): appendLabelled(file.name, to: &output)
        case .record(let record): appendLabelled(record.title, to: &output)
        case .channels(let channels): appendLabelled(channels.line, to: &output)
        case .solitaire(let text): appendLabelled(Self.list(of: text), to: &output)
        case .reply(let reply): appendLabelled(reply.text, to: &output)
        case .announcement(let text), .redPacket(let text), .collection(let text): appendLabelled(text, to: &output)
        case .transfer(let transfer): appendLabelled(transfer.line, to: &output)
        case .unknown(_, let text): Self.appendTitle(text, to: &output)
        case .pat(let pat): appendSentence(pat.text, to: &output)
        case .notice(let text): appendSentence(text, to: &output)
        case .revoke(let revoke): appendSentence(revoke.text, to: &output)
        case .unreadable: appendSentence("", to: &output)
        }
    }

    /// Appends `content` of the API: the display text, but the labels of transfers and red packets alone.
    ///
    /// - Parameters:
    ///   - body: the text that was decoded.
    ///   - output: where the text goes.
    public func appendContent(of body: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        switch self {
        case .transfer, .redPacket: appendLabelled("", to: &output)
        default: appendDisplayText(of: body, to: &output)
        }
    }

    /// The display text as a string.
    public func displayText(of body: UnsafeRawBufferPointer) -> String {
        var output: [UInt8] = []
        appendDisplayText(of: body, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// `content` of the API as a string.
    public func content(of body: UnsafeRawBufferPointer) -> String {
        var output: [UInt8] = []
        appendContent(of: body, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The kind's label and, where there is one, a blank and the text; of a kind without a label the text.
    private func appendLabelled(_ text: String, to output: inout [UInt8]) {
        guard let label = kind.label else { return Self.appendTitle(text, to: &output) }
        Self.append(label, to: &output)
        if text.isEmpty { return }
        output.append(0x20)
        output.append(contentsOf: text.utf8)
    }

    /// A text without a label, `[消息]` for none.
    private static func appendTitle(_ text: String, to output: inout [UInt8]) {
        if text.isEmpty { append(MessageKind.other.placeholder, to: &output) }
        output.append(contentsOf: text.utf8)
    }

    /// A sentence that needs no label, or what stands for the kind where there is none.
    private func appendSentence(_ text: String, to output: inout [UInt8]) {
        if text.isEmpty { Self.append(kind.placeholder, to: &output) }
        output.append(contentsOf: text.utf8)
    }

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// All of a solitaire's text without the word in front, which the label says.
    private static func list(of text: String) -> String {
        let text = text.trimmingBlanks
        let word = "#接龙"
        guard text.utf8.starts(with: word.utf8) else { return text }
        return String(decoding: text.utf8.dropFirst(word.utf8.count), as: UTF8.self).trimmingBlanks
    }

    // MARK: What follows from the kind

    /// Which kind it is.
    public var kind: MessageKind {
        switch self {
        case .text: .text
        case .image: .image
        case .voice: .voice
        case .video: .video
        case .sticker: .sticker
        case .location: .location
        case .card: .card
        case .friendRequest: .friendRequest
        case .call(let call): call.kind
        case .app(let card): card.type.kind
        case .file: .file
        case .record(let record): record.type.kind
        case .channels(let channels): channels.type.kind
        case .solitaire: .solitaire
        case .reply: .reply
        case .pat: .pat
        case .announcement: .announcement
        case .transfer: .transfer
        case .redPacket: .redPacket
        case .collection: .collection
        case .notice: .notice
        case .revoke: .revoke
        case .unknown(let type, _), .unreadable(let type): type.kind
        }
    }

    /// The ChatLab number.
    public var chatLabType: ChatLabType { kind.chatLabType }

    /// What a reply quotes.
    public var quote: Quote? {
        guard case .reply(let reply) = self else { return nil }
        return reply.quote
    }

    /// The `serverId` of the message a reply answers, nil where it is not told.
    public var replyToMessageId: String? {
        guard let id = quote?.platformMessageId, !id.isEmpty else { return nil }
        return id
    }

    /// The media that a message has, for export.
    public var media: MediaReference? {
        switch self {
        case .image(let image): .image(image)
        case .voice(let voice): .voice(voice)
        case .video(let video): .video(video)
        case .sticker(let sticker): .sticker(sticker)
        case .file(let file): .file(file)
        default: nil
        }
    }
}
