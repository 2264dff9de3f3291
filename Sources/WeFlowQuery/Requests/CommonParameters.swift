public import WeFlowPages
public import WeFlowParameters

/// Parameters that several requests take, in one meaning.
public enum CommonParameters {
    /// How many are skipped; up to 2^53, so that no sum with a limit overflows.
    public static let offset = Parameter.number(
        "offset", in: 0...Parameters.all, default: 0, "How many to skip after the filters.", .group(.filters),
        .only([.commandLine, .http]))
    /// The first moment.
    public static let start = Parameter.time(
        "start", as: .start, "Only from this time on.", .group(.filters), .example("20260101"))
    /// The last moment.
    public static let end = Parameter.time(
        "end", as: .end, "Only up to this time; a bare date means the whole day.", .group(.filters),
        .example("20260131"))
    /// What the displayed text of a message holds.
    public static let keyword = Parameter.text(
        "keyword", "Only what shows this text, in any case.", .value("text"), .group(.filters))
    /// The session of which messages are asked for.
    public static let talker = Parameter.required(
        "talker", .chat, "The chat.",
        missing: .init("give the id of a chat, a wxid or an id with @chatroom"), .orArgument, .group(.filters),
        .example("wxid_xxx"))
    /// The sessions that are followed.
    public static let talkers = Parameter.chats("talker", "Only these chats.")
    /// The sessions that are left out.
    public static let exclude = Parameter.chats("exclude", "Not these chats.")
    /// Whether each message says the name of who sent it.
    public static let names = Parameter.flag(
        "names", "Add senderName behind senderUsername: the name to show, as contacts have it.")
    /// Whether a damaged store is answered with what it still gives.
    public static let partial = Parameter.flag(
        "partial", "Answer 200 with what a damaged store still gives, and name the damaged files in WeFlow-Partial.",
        .only(.http))
}

extension Parameters {
    /// The cases that the items of a list name, in any case of their letters.
    ///
    /// - Throws: `.usage` where an item names none.
    public func words<Word: RawRepresentable<String> & CaseIterable>(
        _ parameter: Parameter<[String]>, of type: Word.Type
    ) throws(WeFlowError) -> [Word] {
        var words: [Word] = []
        for item in try self[parameter] {
            guard let word = Word(rawValue: item.lowercased()) else {
                let all = Word.allCases.map(\.rawValue)
                let hint = Nearest.word(to: item.lowercased(), among: all).map { "; did you mean \($0)?" } ?? ""
                throw WeFlowError(
                    .usage, "\(label(parameter)) knows no \(item); give \(all.joined(separator: ", "))\(hint)")
            }
            words.append(word)
        }
        return words
    }

    /// A text without blanks at both ends; nil where nothing is left.
    public func trimmed(_ parameter: Parameter<String?>) throws(WeFlowError) -> String? {
        guard let text = try self[parameter]?.trimmingBlanks, !text.isEmpty else { return nil }
        return text
    }
}
