import WeFlowOutput
import WeFlowParameters
import WeFlowQuery

extension JSONValue {
    /// The value as it is sent, without a blank.
    var compact: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes.array(), as: UTF8.self)
    }

    /// How many bytes ``compact`` has.
    var size: Int {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes.count
    }

    /// Without what no tool shows: what is there twice, and paths.
    var withoutPrivateMembers: JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.filter { !Self.hidden.contains($0.name) }.map {
                    Member(name: $0.name, value: $0.value.withoutPrivateMembers)
                })
        case .array(let elements): .array(elements.map(\.withoutPrivateMembers))
        default: self
        }
    }

    /// Names of members that no tool shows.
    static let hidden: Set<String> = ["rawContent", "mediaLocalPath", "path", "exportPath"]
}

/// How many items of a list fit into an answer of so many bytes (<doc:ModelContext#How-long-an-answer-is>).
struct Budget {
    private var room: Int
    /// What fits, in order.
    private(set) var items: [JSONValue] = []
    /// Whether an item did not fit.
    private(set) var isFull = false

    /// - Parameters:
    ///   - most: bytes of the whole body.
    ///   - envelope: the body without items.
    ///   - cursor: bytes of the longest cursor.
    init(most: Int, envelope: JSONValue, cursor: Int) {
        // The count and what is added at the end: hasMore, truncated, nextCursor and their names.
        room = most - envelope.size - cursor - 96
    }

    /// Adds an item where there is room. One that has none in an empty answer is cut: it would have room in no other.
    ///
    /// - Returns: whether it was added.
    mutating func add(_ item: JSONValue) -> Bool {
        guard !isFull else { return false }
        let size = item.size + 1
        if size <= room {
            items.append(item)
            room -= size
            return true
        }
        isFull = true
        guard items.isEmpty else { return false }
        items.append(item.shortened(to: max(room - 1, 0)))
        return true
    }
}

extension JSONValue {
    /// The object with its longest texts cut so that it has at most so many bytes, and `shortened` at its end. Where that
    /// is not enough, what is nested in it goes, the last first.
    func shortened(to most: Int) -> JSONValue {
        let marked = with(["shortened": true])
        guard marked.size > most else { return marked }
        var (least, longest) = (0, marked.longestText)
        // The longest texts that fit, by halves.
        while least < longest {
            let middle = (least + longest + 1) / 2
            if marked.cut(to: middle).size <= most { least = middle } else { longest = middle - 1 }
        }
        let cut = marked.cut(to: least)
        guard cut.size > most, let place = cut.members.lastIndex(where: { $0.value.isNested }) else { return cut }
        var members = members
        members.remove(at: place)
        return JSONValue.object(members).shortened(to: most)
    }

    private var isNested: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }

    /// Scalars of the longest text in it.
    private var longestText: Int {
        switch self {
        case .string(let text): text.unicodeScalars.count
        case .array(let elements): elements.reduce(0) { max($0, $1.longestText) }
        case .object(let members): members.reduce(0) { max($0, $1.value.longestText) }
        default: 0
        }
    }

    /// Names of texts that are cut by no means: what cannot be used when it is cut.
    private static let whole: Set<String> = [
        "serverId", "senderUsername", "sessionId", "messageKey", "username", "wxid", "id", "replyToMessageId",
        "platformMessageId", "sender", "accountId", "event", "rawid",
        // Words of which there are only some.
        "sessionType", "type", "kind", "mediaType", "mediaRendition", "matchesIn", "basis", "direction",
        "sourceServerId",
    ]

    /// With every text cut to so many scalars, an ellipsis included.
    private func cut(to most: Int) -> JSONValue {
        switch self {
        case .string(let text):
            guard text.unicodeScalars.count > most else { return self }
            var scalars = String.UnicodeScalarView(text.unicodeScalars.prefix(max(0, most - 1)))
            if most > 0 { scalars.append("…") }
            return .string(String(scalars))
        case .array(let elements): return .array(elements.map { $0.cut(to: most) })
        case .object(let members):
            return .object(
                members.map {
                    Self.whole.contains($0.name) ? $0 : Member(name: $0.name, value: $0.value.cut(to: most))
                })
        default: return self
        }
    }
}
