/// What `chat_room.ext_buffer` says of a group.
public struct ChatRoomData: Sendable, Equatable {
    /// A member in it.
    public struct Member: Sendable, Equatable {
        /// The username.
        public var username: String
        /// The name in this group, trimmed, "" for none.
        public var groupNickname: String
    }

    /// More members than any group may have; the rest is left out.
    public static let maximumMembers = 100_000

    /// The members in the order of the buffer.
    public var members: [Member] = []
    /// How many members fit, nil where it is not told.
    public var capacity: UInt64?

    /// Reads the column; a damaged one yields what comes before the damage.
    public init(_ column: UnsafeRawBufferPointer) {
        var reader = WireReader(column)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let range)) where members.count < Self.maximumMembers:
                let member = WireReader(column, in: range)
                let username = member.text(1)
                if username.isEmpty { continue }
                members.append(Member(username: username, groupNickname: member.text(2).trimmingBlanks))
            case (5, .varint(let value)):
                capacity = value
            default:
                continue
            }
        }
    }
}
