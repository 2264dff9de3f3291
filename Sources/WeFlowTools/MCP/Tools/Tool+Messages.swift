import WeFlowArrivals
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

extension Tool {
    static let readMessages = Tool(
        name: "read_messages", title: "Read the messages of a chat",
        description: """
            The messages of one chat, the newest first unless order is asc, within start and end, or those that hold a \
            keyword. talker is a chat's id or its name. createTime is in Unix seconds. Where there is a nextCursor, call \
            again with it for those behind. around gives the neighbours of one message instead, by its serverId.
            """,
        declared: MessagesRequest.parameters + [cursor.declaration], answers: AnswerSchemas.messages,
        defaults: ["names": true],
        changeable: ["limit", "detail", "names"]
    ) { call in
        var page = try PageOfMessages(call, MessagesRequest(call.values))
        return page.isAround ? try await page.neighbours() : try await page.answer()
    }

    static let getMessage = Tool(
        name: "get_message", title: "Get one message",
        description: """
            One message of a chat by its serverId or messageKey, whole, with what it carries besides its text: address, \
            file, place, card, transfer, forwarded record.
            """,
        declared: MessagesRequest.parameters + [messageID.declaration, cursor.declaration],
        answers: AnswerSchemas.messages,
        offered: ["talker", "id", "detail", "names"],
        required: ["id"], defaults: ["detail": true, "names": true]
    ) { call in
        let id = try call.values[messageID] ?? ""
        let values = try call.with(["around": .string(id), "context": .integer(0)])
        var page = try PageOfMessages(call, MessagesRequest(values))
        return try await page.neighbours()
    }

    private static let messageID = Parameter.text(
        "id", "Its serverId, or its messageKey where it has none.", .only([.http, .tools]))

    static let newMessages = Tool(
        name: "new_messages", title: "Read what is new",
        description: """
            What arrived in all chats since a cursor, in the order of arrival; nothing is skipped. Without cursor and since: \
            the unread messages. cursor of the answer is what the next call gives back; hasMore says that more is there now.
            """,
        declared: NewMessagesRequest.parameters, answers: AnswerSchemas.newMessages, defaults: ["names": true]
    ) { call in
        var request = try NewMessagesRequest(call.values)
        request.format = .json
        request.wait = 0
        request.talkers = call.visibility.included(request.talkers)
        request.exclude = call.visibility.excluded(request.exclude)
        var isCut = false
        // A page that is too long is read again with as many messages as fit, for the cursor behind these.
        while true {
            let answer = NewMessagesAnswer(
                NewMessagesQuery(request, journal: call.journal), style: .compact, baseURL: "")
            let page = try answer.page()
            var bytes: [UInt8] = []
            try await answer.write(page) { bytes += $0.array() }
            let whole = try JSONValue(answer: bytes).withoutPrivateMembers
            let found = call.withOpenNames(whole["messages"]?.elements ?? [])
            var budget = Budget(most: call.mostBytes, envelope: whole.with(["messages": []]), cursor: 0)
            let isUnread = request.beginning == .unread
            for item in isUnread ? found.reversed() : found where !budget.add(item) { break }
            let items = isUnread ? budget.items.reversed() : budget.items
            guard items.count < found.count, items.count < request.limit else {
                let body = whole.with(["messages": .array(items), "truncated": .bool(isCut)])
                return ToolAnswer(
                    body: body,
                    losses: page.summary.losses.sentences + [page.summary.notice?.sentence].compactMap(\.self))
            }
            isCut = true
            request.limit = items.count
            try Task.checkCancellation()
        }
    }
}

/// The messages of a chat that a call is for: read some at a time until the answer is full.
private struct PageOfMessages {
    private let call: ToolCall
    private var request: MessagesRequest
    private var left: Int
    private var losses: [String] = []

    /// Whether there is an end, whatever else the chat has.
    private var isBounded = false

    private static let batch = 100
    private static let cursorBytes = 90

    init(_ call: ToolCall, _ request: MessagesRequest) throws {
        self.call = call
        self.request = request
        self.request.format = .json
        left = request.limit ?? 10_000
        guard let cursor = try ListCursor(of: call, counts: [4, 5]) else { return }
        let numbers = cursor.numbers
        self.request.place = MessagePlace(sortSeq: numbers[0], createTime: numbers[1], localID: numbers[2])
        self.request.offset = cursor.count(3)
        // What is left of a message's neighbours is a page like any other.
        guard request.around != nil, numbers.count == 5 else { return }
        self.request.around = nil
        left = cursor.count(4)
        isBounded = true
    }

    /// Whether the neighbours of a message are asked for.
    var isAround: Bool { request.around != nil }

    /// Reads a page.
    mutating func answer() async throws -> ToolAnswer {
        var budget: Budget?
        var envelope: JSONValue = [:]
        var (isCut, hasMore) = (false, true)
        while !isCut, hasMore, left > 0 {
            try Task.checkCancellation()
            request.limit = min(left, Self.batch)
            let (whole, items) = try await read()
            if budget == nil {
                envelope = whole.with(["messages": []])
                budget = Budget(most: call.mostBytes, envelope: envelope, cursor: Self.cursorBytes)
            }
            hasMore = whole["hasMore"] == true
            isCut = !add(items, to: &budget)
            // Where nothing of a page can be read it is passed over.
            if items.isEmpty { request.offset += request.limit ?? 0 }
        }
        let goesOn = isCut || hasMore && !isBounded
        return ToolAnswer(
            body: envelope.page("messages", budget?.items ?? [], isCut: isCut, next: goesOn ? cursor : nil),
            losses: losses)
    }

    /// Reads a message and its neighbours, which are in one page where they fit; the rest of them follows along the order.
    mutating func neighbours() async throws -> ToolAnswer {
        let (whole, items) = try await read()
        left = items.count
        isBounded = true
        var budget: Budget? = Budget(
            most: call.mostBytes, envelope: whole.with(["messages": []]), cursor: Self.cursorBytes)
        let isCut = !add(items, to: &budget)
        var body = whole.page("messages", budget?.items ?? [], isCut: isCut, next: isCut ? cursor : nil)
        // Around a message these tell of the chat, not of the page.
        for name in ["hasMore", "hasNewer"] {
            let isThisEnd = (name == "hasMore") == (request.order == .newestFirst)
            body = body.with([name: isCut && isThisEnd ? true : whole[name] ?? false])
        }
        return ToolAnswer(body: body, losses: losses)
    }

    /// Takes messages as long as there is room.
    ///
    /// - Returns: whether there was for all of them.
    private mutating func add(_ items: [JSONValue], to budget: inout Budget?) -> Bool {
        for item in items {
            guard budget?.add(item) == true else { return false }
            left -= 1
            pass(item)
        }
        return true
    }

    private mutating func read() async throws -> (JSONValue, [JSONValue]) {
        let query = try MessagesQuery(request, in: call.account)
        let answer = MessagesAnswer(query, in: call.account, style: .compact, exportedAt: 0, media: nil)
        let page = try await answer.page()
        for sentence in page.losses.sentences where !losses.contains(sentence) { losses.append(sentence) }
        var bytes: [UInt8] = []
        try await page.write { bytes += $0.array() }
        let whole = try JSONValue(answer: bytes).withoutPrivateMembers
        return (whole, call.withOpenNames(whole["messages"]?.elements ?? []))
    }

    /// Goes on behind a message.
    private mutating func pass(_ item: JSONValue) {
        guard let sortSeq = item["sortSeq"]?.number, let createTime = item["createTime"]?.number,
            let localID = item["localId"]?.number
        else { return }
        let place = MessagePlace(sortSeq: sortSeq, createTime: createTime, localID: localID)
        request.offset = place == request.place ? request.offset + 1 : 1
        request.place = place
    }

    private var cursor: String? {
        request.place.map { place in
            let place = [place.sortSeq, place.createTime, place.localID, Int64(request.offset)]
            return ListCursor(isBounded ? place + [Int64(left)] : place).text(call)
        }
    }
}

extension ToolCall {
    /// Messages in which those who are hidden have the name that they gave themselves, not the owner's for them.
    func withOpenNames(_ messages: [JSONValue]) -> [JSONValue] {
        guard !visibility.isOpen else { return messages }
        return messages.map { message in
            var message = message
            for name in ["before", "after"] where message[name] != nil {
                message = message.with([name: .array(withOpenNames(message[name]?.elements ?? []))])
            }
            guard message["senderName"] != nil, let sender = message["senderUsername"]?.text,
                let name = openName(of: sender)
            else { return message }
            return message.with(["senderName": .string(name)])
        }
    }

    /// What somebody is called who is hidden: as they call themselves. Nil for who is not, and for the owner.
    func openName(of username: String) -> String? {
        guard !username.isEmpty, !visibility.shows(username), username != account.owner.username else { return nil }
        let nickname = names.book.row(of: username)?.nickname ?? ""
        return nickname.isEmpty ? username : nickname
    }
}
