/// What a kind carries besides its text: the object `detail`. Nil and empty fields are left out.
public struct MessageDetail: Sendable, Equatable {
    /// Length of a voice in seconds.
    public var voiceSeconds: Double?
    /// What the client made of a voice; the row says it, not the content.
    public var transcript: String?
    /// Length of a video in seconds.
    public var videoSeconds: Int64?
    /// Name of a file.
    public var fileName: String?
    /// Size of a file in bytes.
    public var fileSize: Int64?
    /// Extension of a file without a dot.
    public var fileExt: String?
    /// Where a card leads.
    public var url: String?
    /// What a card, a link or a payment slip says below its title.
    public var description: String?
    /// A place.
    public var location: LocationContent?
    /// A recommended person or account.
    public var card: CardContent?
    /// A transfer.
    public var transfer: TransferContent?
    /// A record.
    public var record: RecordContent?

    /// True where there is nothing to tell.
    public var isEmpty: Bool { self == MessageDetail() }
}

extension MessageContent {
    /// The detail of this kind.
    public var detail: MessageDetail {
        var detail = MessageDetail()
        switch self {
        case .voice(let voice):
            detail.voiceSeconds = voice.milliseconds.map { Double($0) / 1000 }
        case .video(let video):
            detail.videoSeconds = video.seconds
        case .location(let place):
            detail.location = place
        case .card(let card):
            detail.card = card
        case .app(let card):
            detail.url = card.url.isEmpty ? nil : card.url
            detail.description = card.description.isEmpty ? nil : card.description
        case .file(let file):
            detail.fileName = file.name.isEmpty ? nil : file.name
            detail.fileSize = file.size
            detail.fileExt = file.fileExtension.isEmpty ? nil : file.fileExtension
        case .transfer(let transfer):
            detail.transfer = transfer
        case .record(let record):
            detail.record = record
        case .text, .image, .sticker, .friendRequest, .call, .channels, .solitaire, .reply, .pat, .announcement,
            .redPacket, .collection, .notice, .revoke, .unknown, .unreadable:
            break
        }
        return detail
    }
}
