public import WeFlowFiles
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// What is unread: the chats, and their messages as they were encoded.
public struct UnreadAnswer: Sendable {
    /// What a chat is with its messages encoded.
    public typealias Sessions = UnreadSessions<MessageItems>

    /// Messages of a chat, encoded.
    public struct MessageItems {
        fileprivate let fragment: MessageFragment
    }

    private let query: UnreadQuery
    private let style: JSONWriter.Style

    /// Prepares an answer; nothing is read yet.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - form: the form of the answer; nil is a table for people, which has no place for messages.
    public init(_ query: UnreadQuery, form: ListForm?) {
        self.query = form == nil ? UnreadQuery(query.request.withoutMessages) : query
        style = form?.style ?? .compact
    }

    /// Finds the chats; each is read and encoded when it is asked for.
    ///
    /// - Throws: why they cannot be read.
    public func open(on account: Account) throws -> Sessions {
        let style = style
        return try query.open(on: account) { names in
            MessageItems(
                fragment: MessageFragment(style: style, depth: 4, baseURL: "", names: names, layout: .document))
        } _: { message, messages in
            messages.fragment.add(message)
        }
    }

    /// The page as a whole.
    ///
    /// - Throws: why it cannot be read.
    public func run(
        on account: Account
    ) throws -> (sessions: [UnreadSession<MessageItems>], losses: MessageLosses, notice: WeFlowError?) {
        try retryingTransient {
            let list = try open(on: account)
            var sessions: [UnreadSession<MessageItems>] = []
            while let session = try list.next() { sessions.append(session) }
            return (sessions, list.losses, list.notice)
        }
    }

    /// How the list looks.
    public var layout: ListLayout<UnreadSession<MessageItems>> {
        let hasMessages = query.request.messages
        let columns: [StaticString] = [
            "sessionId", "sessionName", "sessionType", "unreadCount", "mentioned", "basis",
        ]
        return ListLayout("sessions", columns: columns + (hasMessages ? ["messages"] : [])) { session, writer in
            writer.string("sessionId", session.id)
            writer.string("sessionName", session.name)
            writer.string("sessionType", session.kind.rawValue)
            writer.integer("unreadCount", session.unreadCount)
            writer.bool("mentioned", session.isMentioned)
            writer.string("basis", session.basis.rawValue)
            guard hasMessages else { return }
            writer.beginArray("messages")
            writer.fragment(session.messages.fragment.writer.bytes)
            writer.endArray()
        }
    }
}

/// Chats with unread messages as a table for people.
///
/// - Parameters:
///   - sessions: the chats in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
/// - Returns: the lines with their ends, nothing where there is no chat.
public func unreadTable<Messages>(
    _ sessions: [UnreadSession<Messages>], width: Int?, style: TerminalStyle
) -> String {
    var table = TextTable(columns: [
        .init(title: "UNREAD", isNumber: true), .init(title: "TYPE"), .init(title: "MENTIONED"),
        .init(title: "NAME", canShrink: true, role: .name), .init(title: "ID"),
    ])
    table.rows = sessions.map { session in
        [
            String(session.unreadCount), session.kind.rawValue, session.isMentioned ? "yes" : "-", session.name,
            session.id,
        ]
    }
    return table.text(width: width, style: style)
}
