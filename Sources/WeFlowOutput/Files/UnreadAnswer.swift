public import WeFlowFiles
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore

/// The answer to a query for what is unread.
public struct UnreadAnswer {
    private let result: UnreadQuery.Result<MessageFragment>
    private let hasMessages: Bool
    private let form: ListForm?

    /// Reads what is unread and encodes the messages.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - account: whose.
    ///   - form: the form of the answer; nil is a table for people.
    /// - Throws: why it cannot be read.
    public init(_ query: UnreadQuery, in account: Account, form: ListForm?) throws {
        self.form = form
        hasMessages = query.request.messages
        let style = form?.style ?? .compact
        var query = query
        // A table has no place for them.
        if form == nil { query = UnreadQuery(query.request.withoutMessages) }
        result = try query.run(on: account) { names in
            MessageFragment(style: style, depth: 4, baseURL: "", names: names, layout: .document)
        } _: { message, messages in
            messages.add(message)
        }
    }

    /// What could not be read.
    public var losses: MessageLosses { result.losses }
    /// Why names are missing, where they are.
    public var notice: WeFlowError? { result.notice }
    /// How many chats follow the page.
    public var unlisted: Int { result.unlisted }

    /// The answer in its form; of a table nothing.
    public func encoded() -> OutputBytes {
        guard let form else { return OutputBytes(capacity: 0) }
        var columns: [StaticString] = [
            "sessionId", "sessionName", "sessionType", "unreadCount", "mentioned", "basis",
        ]
        if hasMessages { columns.append("messages") }
        var list = ListWriter(form, "sessions", count: result.sessions.count, columns: columns)
        for session in result.sessions {
            list.object { writer in
                writer.key("sessionId")
                writer.string(session.id)
                writer.key("sessionName")
                writer.string(session.name)
                writer.key("sessionType")
                writer.string(session.kind.rawValue)
                writer.key("unreadCount")
                writer.integer(session.unreadCount)
                writer.key("mentioned")
                writer.bool(session.isMentioned)
                writer.key("basis")
                writer.string(session.basis.rawValue)
                guard hasMessages else { return }
                writer.key("messages")
                writer.beginArray()
                writer.fragment(session.messages.writer.bytes)
                writer.endArray()
            }
        }
        return list.finish()
    }

    /// The chats as a table for people.
    ///
    /// - Parameters:
    ///   - width: the columns of the screen; nil where there is none, and nothing is cut.
    ///   - style: how names and titles stand out.
    /// - Returns: the lines with their ends, nothing where there is no chat.
    public func table(width: Int?, style: TerminalStyle) -> String {
        var table = TextTable(columns: [
            .init(title: "UNREAD", isNumber: true), .init(title: "TYPE"), .init(title: "MENTIONED"),
            .init(title: "NAME", canShrink: true, role: .name), .init(title: "ID"),
        ])
        table.rows = result.sessions.map { session in
            [
                String(session.unreadCount), session.kind.rawValue, session.isMentioned ? "yes" : "-", session.name,
                session.id,
            ]
        }
        return table.text(width: width, style: style)
    }
}
