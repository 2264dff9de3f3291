/// The message numbers of ChatLab (<doc:MessageKinds>).
public enum ChatLabType: Int, Sendable, Equatable, CaseIterable {
    case text = 0
    case image = 1
    case voice = 2
    case video = 3
    case file = 4
    case sticker = 5
    case link = 7
    case location = 8
    case redPacket = 20
    case transfer = 21
    case poke = 22
    case call = 23
    case share = 24
    case reply = 25
    case forward = 26
    case contact = 27
    case system = 80
    case recall = 81
    case other = 99
}

/// The `local_type` of a row, split into its halves (<doc:MessageKinds>).
public struct MessageType: Sendable, Hashable {
    /// The low 32 bits: what the client calls the type.
    public let base: UInt32
    /// The high 32 bits: for app messages (base 49) the `<appmsg><type>`, else 0.
    public let subtype: UInt32

    /// Splits the column's value.
    public init(localType: Int64) {
        base = UInt32(truncatingIfNeeded: localType)
        subtype = UInt32(truncatingIfNeeded: localType >> 32)
    }

    /// A type from its halves.
    public init(base: UInt32, subtype: UInt32 = 0) {
        self.base = base
        self.subtype = subtype
    }

    /// The base type of app messages.
    public static let appBase: UInt32 = 49

    /// The kind of message, as far as the type alone tells.
    @inline(__always)
    public var kind: MessageKind { MessageKind(self) }

    /// True for plain text, whose display text is its body.
    public var isText: Bool { kind == .text }

    /// True for notices and the system's XML, which carry no group prefix and whose sender is nobody.
    public var isNotice: Bool { kind == .notice }
}

/// The type of an app message: the number in its `<type>` (<doc:MessageKinds#App-messages>).
public struct AppType: Sendable, Hashable {
    /// The number.
    public let number: UInt32

    /// A type by its number.
    public init(_ number: UInt32) { self.number = number }

    /// The first type of a kind, 0 where the kind is of no app message.
    init(_ kind: MessageKind) { self = kind.appTypes.first ?? AppType(0) }

    /// The kind of message.
    public var kind: MessageKind { MessageKind(self) }
}
