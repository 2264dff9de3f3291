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
        case .image: Self.append("[图片]", to: &output)
        case .voice: Self.append("[语音]", to: &output)
        case .video: Self.append("[视频]", to: &output)
        case .sticker: Self.append("[表情]", to: &output)
        case .location(let place):
            Self.append("[位置]", place.label.isEmpty ? place.poiName : place.label, to: &output)
        case .card(let card): Self.append("[名片]", card.nickname, to: &output)
        case .friendRequest(let request): Self.append("[好友请求]", request.line, to: &output)
        case .call(let call): Self.append(call.medium.label, call.text, to: &output)
        case .app(let card): Self.append(card.type.label, card.title, to: &output)
        case .file(let file): Self.append("[文件]", file.name, to: &output)
        case .record(let record): Self.append(record.type.label, record.title, to: &output)
        case .channels(let channels): Self.append(channels.type.label, channels.line, to: &output)
        case .solitaire(let text): Self.append("[接龙]", Self.list(of: text), to: &output)
        case .reply(let reply): Self.append(nil, reply.text, to: &output)
        case .pat(let pat): Self.append(pat.text.isEmpty ? "拍一拍" : pat.text, to: &output)
        case .announcement(let text): Self.append("[群公告]", text, to: &output)
        case .transfer(let transfer): Self.append("[转账]", transfer.line, to: &output)
        case .redPacket(let greeting): Self.append("[红包]", greeting, to: &output)
        case .collection(let title): Self.append("[群收款]", title, to: &output)
        case .notice(let text): Self.append(text.isEmpty ? "[系统消息]" : text, to: &output)
        case .revoke(let revoke): Self.append(revoke.text.isEmpty ? "[系统消息]" : revoke.text, to: &output)
        case .unknown(_, let text): Self.append(nil, text, to: &output)
        case .unreadable(let type): Self.append(type.label, to: &output)
        }
    }

    /// Appends `content` of the API: the display text, but `[转账]` and `[红包]` alone.
    ///
    /// - Parameters:
    ///   - body: the text that was decoded.
    ///   - output: where the text goes.
    public func appendContent(of body: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        switch self {
        case .transfer: Self.append("[转账]", to: &output)
        case .redPacket: Self.append("[红包]", to: &output)
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

    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(contentsOf: text.utf8)
    }

    /// LABEL and, where there is one, a blank and the text; without a label the text, or `[消息]` for none.
    private static func append(_ label: String?, _ text: String, to output: inout [UInt8]) {
        guard let label else {
            append(text.isEmpty ? "[消息]" : text, to: &output)
            return
        }
        append(label, to: &output)
        if text.isEmpty { return }
        output.append(0x20)
        append(text, to: &output)
    }

    /// All of a solitaire's text without the word in front, which the label says.
    private static func list(of text: String) -> String {
        let text = text.trimmingBlanks
        let word = "#接龙"
        guard text.utf8.starts(with: word.utf8) else { return text }
        return String(decoding: text.utf8.dropFirst(word.utf8.count), as: UTF8.self).trimmingBlanks
    }

    // MARK: What follows from the kind

    /// The ChatLab number (<doc:MessageKinds>).
    public var chatLabType: ChatLabType {
        switch self {
        case .text: .text
        case .image: .image
        case .voice: .voice
        case .video: .video
        case .sticker: .sticker
        case .location: .location
        case .card: .contact
        case .friendRequest: .other
        case .call: .call
        case .app(let card): card.type.chatLabType
        case .file: .file
        case .record(let record): record.type.chatLabType
        case .channels(let channels): channels.type.chatLabType
        case .solitaire: .text
        case .reply: .reply
        case .pat: .poke
        case .announcement, .notice: .system
        case .transfer: .transfer
        case .redPacket, .collection: .redPacket
        case .revoke: .recall
        case .unknown(let type, _), .unreadable(let type): type.chatLabType
        }
    }

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
        default: nil
        }
    }
}
