/// A kind of message. The table below is the only place that knows its numbers, its name, its label and its ChatLab
/// number; what it carries is in ``MessageContent``.
public enum MessageKind: UInt8, Sendable, CaseIterable {
    case text, image, voice, video, sticker, location, card, friendRequest, call, voiceCall, videoCall, notice, revoke
    case title, link, file, music, liveLocation, forward, note, favourite, miniProgram
    case channelsProfile, channelsPost, channelsLive, solitaire, reply, pat, product, announcement, shop, gift
    case transfer, redPacket, redPacketCover, collection
    /// An app message whose row does not say which.
    case plainApp
    /// An app message of a sub-type that is not in the table.
    case otherApp
    /// A type that is not in the table.
    case other

    /// The words by which kinds are asked for; several kinds have one.
    public enum Name: String, Sendable, CaseIterable {
        case text, image, voice, video, sticker, location, card, link, file, music, miniprogram, record, channels
        case solitaire, reply, transfer, redpacket, call, pat, announcement, notice, revoke, other
    }

    /// The table. A kind that only the content tells has no numbers.
    fileprivate var row: Row {
        switch self {
        case .text: Row(base: [1, 2], .text, nil, .text, placeholder: "[文本]")
        case .image: Row(base: [3], .image, "[图片]", .image)
        case .voice: Row(base: [34], .voice, "[语音]", .voice)
        case .video: Row(base: [43, 62], .video, "[视频]", .video)
        case .sticker: Row(base: [47], app: [8], .sticker, "[表情]", .sticker)
        case .location: Row(base: [48], .location, "[位置]", .location)
        case .card: Row(base: [42, 66, 67], .card, "[名片]", .contact)
        case .friendRequest: Row(base: [37, 40], .other, "[好友请求]", .other)
        case .call: Row(base: [50], .call, "[通话]", .call)
        case .voiceCall: Row(.call, "[语音通话]", .call)
        case .videoCall: Row(.call, "[视频通话]", .call)
        case .notice: Row(base: [10000, 10002], .notice, nil, .system, placeholder: "[系统消息]")
        case .revoke: Row(.revoke, nil, .recall, placeholder: "[系统消息]")
        case .title: Row(app: [1, 4, 7, 68], .link, nil, .link)
        case .music: Row(app: [3, 76, 92], .music, "[音乐]", .share)
        case .link: Row(app: [5, 49], .link, "[链接]", .link)
        case .file: Row(app: [6, 74], .file, "[文件]", .file)
        case .liveLocation: Row(app: [17], .location, nil, .location)
        case .forward: Row(app: [19], .record, "[聊天记录]", .forward)
        case .note: Row(app: [24], .record, "[笔记]", .share)
        case .miniProgram: Row(app: [33, 36, 44], .miniprogram, "[小程序]", .share)
        case .favourite: Row(app: [40], .link, nil, .forward)
        case .channelsProfile: Row(app: [50], .channels, "[视频号]", .contact)
        case .channelsPost: Row(app: [51], .channels, "[视频号]", .share)
        case .channelsLive: Row(app: [63, 88], .channels, "[视频号直播]", .share)
        case .solitaire: Row(app: [53], .solitaire, "[接龙]", .text)
        case .reply: Row(app: [57], .reply, nil, .reply, placeholder: "[引用消息]")
        case .pat: Row(app: [62], .pat, nil, .poke, placeholder: "拍一拍")
        case .product: Row(app: [82], .other, nil, .other)
        case .announcement: Row(app: [87], .announcement, "[群公告]", .system)
        case .shop: Row(app: [111], .other, nil, .other)
        case .gift: Row(app: [115, 124], .other, "[礼物]", .share)
        case .transfer: Row(app: [2000], .transfer, "[转账]", .transfer)
        case .redPacket: Row(app: [2001], .redpacket, "[红包]", .redPacket)
        case .redPacketCover: Row(app: [2003], .redpacket, "[红包封面]", .redPacket)
        case .collection: Row(.redpacket, "[群收款]", .redPacket)
        case .plainApp: Row(app: [0], .other, nil, .other, placeholder: "[链接]")
        case .otherApp: Row(.other, nil, .other)
        case .other: Row(.other, nil, .other)
        }
    }

    // MARK: What the table says

    /// The word by which it is asked for.
    public var name: Name { Table.all[self].name }

    /// The ChatLab number.
    public var chatLabType: ChatLabType { Table.all[self].chatLab }

    /// The bracketed label in front of the text of a message, nil where the text stands alone.
    public var label: StaticString? { Table.all[self].label }

    /// What stands for a message of which nothing can be read.
    public var placeholder: StaticString { Table.all[self].placeholder }

    /// The values of `local_type` of its rows, as far as they have no sub-type.
    public var baseTypes: [Int64] { Table.all[self].bases.map(Int64.init) }

    /// The sub-types of its app messages.
    public var appTypes: [AppType] { Table.all[self].apps.map(AppType.init) }

    /// The kind of a row, as far as its `local_type` tells.
    @inline(__always)
    public init(_ type: MessageType) {
        self = type.base == MessageType.appBase ? Table.all.app(type.subtype) : Table.all.base(type.base)
    }

    /// The kind of an app message.
    public init(_ type: AppType) { self = Table.all.app(type.number) }

    /// The kind of a row.
    ///
    /// - Parameters:
    ///   - localType: the column `local_type`.
    ///   - content: what the row's text says, nil where it was not read. Only the text tells a revocation or a pat from
    ///     the other notices, and which kind an app message is whose row says something else than its XML.
    public init(localType: Int64, content: MessageContent?) {
        self = content?.kind ?? MessageKind(MessageType(localType: localType))
    }
}

/// What the table says of one kind.
private struct Row: Sendable {
    let bases: [UInt32]
    let apps: [UInt32]
    let name: MessageKind.Name
    let label: StaticString?
    let chatLab: ChatLabType
    let placeholder: StaticString

    init(
        base bases: [UInt32] = [], app apps: [UInt32] = [], _ name: MessageKind.Name, _ label: StaticString?,
        _ chatLab: ChatLabType, placeholder: StaticString? = nil
    ) {
        (self.bases, self.apps) = (bases, apps)
        (self.name, self.label, self.chatLab) = (name, label, chatLab)
        self.placeholder = placeholder ?? label ?? "[消息]"
    }
}

/// The table as it is asked: by kind, and by number.
private struct Table: Sendable {
    static let all = Table()

    /// Numbers below this are places in an array; the few others are looked through.
    private static let dense: UInt32 = 128

    private let rows: [Row]
    private let bases: [MessageKind]
    private let highBases: [(number: UInt32, kind: MessageKind)]
    private let apps: [MessageKind]
    private let highApps: [(number: UInt32, kind: MessageKind)]

    private init() {
        rows = MessageKind.allCases.map(\.row)
        (bases, highBases) = Self.places(rows.map(\.bases), else: .other)
        (apps, highApps) = Self.places(rows.map(\.apps), else: .otherApp)
    }

    private static func places(
        _ numbers: [[UInt32]], else other: MessageKind
    ) -> ([MessageKind], [(number: UInt32, kind: MessageKind)]) {
        var places = [MessageKind](repeating: other, count: Int(dense))
        var high: [(number: UInt32, kind: MessageKind)] = []
        for (kind, numbers) in zip(MessageKind.allCases, numbers) {
            for number in numbers {
                if number < dense { places[Int(number)] = kind } else { high.append((number, kind)) }
            }
        }
        return (places, high)
    }

    @inline(__always)
    subscript(_ kind: MessageKind) -> Row { rows[Int(kind.rawValue)] }

    @inline(__always)
    func base(_ number: UInt32) -> MessageKind {
        if number < Self.dense { return bases[Int(number)] }
        for high in highBases where high.number == number { return high.kind }
        return .other
    }

    @inline(__always)
    func app(_ number: UInt32) -> MessageKind {
        if number < Self.dense { return apps[Int(number)] }
        for high in highApps where high.number == number { return high.kind }
        return .otherApp
    }
}
