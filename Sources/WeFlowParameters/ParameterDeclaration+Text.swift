/// What is written about a parameter for people.
extension ParameterDeclaration {
    /// The option of a parameter without its dashes: `includeMessageCounts` is `include-message-counts`.
    public static func optionName(_ name: String) -> String {
        var option: [UInt8] = []
        for byte in name.utf8 {
            if UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte {
                option += [UInt8(ascii: "-"), byte | 0x20]
            } else {
                option.append(byte)
            }
        }
        return String(decoding: option, as: UTF8.self)
    }

    /// Whether this is the option of a name, without the dashes; nothing is made to find out.
    public static func isOption(_ text: Substring.UTF8View, of name: String) -> Bool {
        var rest = text[...]
        for byte in name.utf8 {
            let isUpper = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            if isUpper, rest.popFirst() != UInt8(ascii: "-") { return false }
            guard rest.popFirst() == (isUpper ? byte | 0x20 : byte) else { return false }
        }
        return rest.isEmpty
    }

    /// What stands for its value on the command line.
    public var argumentName: String { valueName ?? Self.optionName(name) }

    /// How it is written as an argument: `<talker>`.
    public var argumentLabel: String { "<\(argumentName)>" }

    /// What it is for, as it is said in a place: with the range and the default where they are not said elsewhere.
    public func help(in scope: Scope) -> String {
        var text = Self.labelled(help.isEmpty ? Self.listed(choices(in: scope)) + "." : help, in: scope)
        if let more = remark(in: scope), text.last == "." { text = "\(text.dropLast())\(more)." }
        guard scope == .commandLine else { return text }
        return defaultText.map { "\(text) (default: \($0))" } ?? text
    }

    /// What is to be said in a place of all parameters of the kind, behind what this one is for.
    private func remark(in scope: Scope) -> String? {
        let isCommandLine = scope == .commandLine
        let takesNames = scope != .http
        // A tool is given a list of texts, which needs no words.
        if scope == .tools, isList { return namesSomebody ? ": ids or names" : nil }
        return switch kind {
        case .chat where takesNames: ": its id, or a remark, nickname or group name that fits only one"
        case .chat: ": its id, a wxid or one that ends in @chatroom"
        case .groupChat: takesNames ? ": its id, or a name that fits only one" : ": its id, which ends in @chatroom"
        case .chats, .people: isCommandLine ? ": ids or names, with commas between them" : ", separated by commas"
        case .senders:
            isCommandLine
                ? ": ids or names, with commas between them; me is the owner" : ", separated by commas; me is the owner"
        case .list where position == .arguments: nil
        case .list: ", separated by commas"
        case .limit: isCommandLine ? "; 0 is all of them" : nil
        default: nil
        }
    }

    /// What is meant without it, where that is more than nothing.
    private var defaultText: String? {
        switch kind {
        case .number(_, let value), .limit(_, let value): value == 0 ? nil : "\(value)"
        case .flag(let value): value == true ? "on" : nil
        case .choice(_, let word): word
        default: nil
        }
    }

    /// The words with what is to be said of them.
    private static func listed(_ choices: [Choice]) -> String { alternatives(choices.map { $0.word + $0.note }) }

    /// `json`, `json or text`, `json, jsonl or text`.
    static func alternatives(_ choices: [Choice]) -> String { alternatives(choices.map(\.word)) }

    private static func alternatives(_ words: [String]) -> String {
        guard words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + words.suffix(1).joined()
    }

    /// Parameters in back-quotes as they are written in a place.
    private static func labelled(_ text: String, in scope: Scope) -> String {
        let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
        return pieces.enumerated().map { index, piece in
            guard index % 2 == 1 else { return String(piece) }
            return scope == .commandLine ? "--" + optionName(String(piece)) : String(piece)
        }.joined()
    }
}
