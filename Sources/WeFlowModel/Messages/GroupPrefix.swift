/// Where the sender prefix of a group message ends and its body begins (<doc:SenderPrefix>). Ranges are byte offsets
/// into the text.
public struct GroupPrefix: Sendable, Equatable {
    /// The username in front, nil where there is no prefix.
    public let sender: Range<Int>?
    /// The rest: all of the text where there is no prefix.
    public let body: Range<Int>

    /// Splits the text of a row in a `…@chatroom`; texts of other chats have no prefix and are not handed in.
    ///
    /// The prefix is `NAME:` and a line break at the start. It counts where NAME is the resolved sender, or where no
    /// sender was resolved and NAME looks like a username; another person's name in front of a line is text.
    ///
    /// - Parameters:
    ///   - text: the decompressed text.
    ///   - sender: the username that the row's `real_sender_id` resolves to, nil or empty where it does not.
    public init(_ text: UnsafeRawBufferPointer, sender: UnsafeRawBufferPointer?) {
        let whole = GroupPrefix(sender: nil, body: 0..<text.count)
        var start = 0
        while start < text.count, text[start].isXMLBlank { start += 1 }
        var end = start
        if let sender, !sender.isEmpty {
            guard text.matches(sender, at: start) else {
                self = whole
                return
            }
            end += sender.count
        } else {
            let limit = min(text.count, start + 129)
            while end < limit, text[end].isUsername { end += 1 }
            guard (4...128).contains(end - start) else {
                self = whole
                return
            }
        }
        guard end < text.count, text[end] == UInt8(ascii: ":"), let body = Self.lineBreak(text, after: end + 1) else {
            self = whole
            return
        }
        self.init(sender: start..<end, body: body..<text.count)
    }

    /// The same with the sender as a string.
    public init(_ text: UnsafeRawBufferPointer, sender: String?) {
        guard var sender else {
            self.init(text, sender: UnsafeRawBufferPointer?.none)
            return
        }
        self = sender.withUTF8 { GroupPrefix(text, sender: UnsafeRawBufferPointer($0)) }
    }

    private init(sender: Range<Int>?, body: Range<Int>) {
        self.sender = sender
        self.body = body
    }

    /// The offset behind the line break at `offset` (blanks may stand before it), nil where there is none.
    private static func lineBreak(_ text: UnsafeRawBufferPointer, after offset: Int) -> Int? {
        var at = offset
        while at < text.count, text[at] == 0x20 || text[at] == 0x09 { at += 1 }
        guard at < text.count else { return nil }
        switch text[at] {
        case 0x0A:
            return at + 1
        case 0x0D:
            return at + 1 < text.count && text[at + 1] == 0x0A ? at + 2 : nil
        case UInt8(ascii: "<"):
            for tag: StaticString in ["<br/>", "<br>"] where text.matches(tag, at: at) {
                return at + tag.utf8CodeUnitCount
            }
            return nil
        default:
            return nil
        }
    }
}

extension UInt8 {
    /// One of the characters that WeChat usernames are made of.
    @inline(__always)
    fileprivate var isUsername: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
