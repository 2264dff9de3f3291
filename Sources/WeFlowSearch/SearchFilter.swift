public import WeFlowModel
public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// Which messages of all chats are meant: the filters that a search, the counts and the statistics share.
public struct SearchFilter: Sendable, Equatable {
    /// The words as one text.
    public static let q = Parameter.text(
        "q",
        "What the shown text, or the transcript of a voice, must hold: words with blanks between them, \"…\" for a "
            + "word with blanks in it, in any case.", .value("words"), .group(.filters), .pattern { TextPattern.shown },
        .telling { TextPattern.shownWord }, .example("hello"))
    /// The words as the arguments of a command.
    static let words = Parameter.list(
        "q", "What the shown text, or the transcript of a voice, must hold, in any case; one with blanks is one word.",
        .value("word"), .arguments, .only(.commandLine))
    static let any = Parameter.flag("any", "One of the words is enough.", .group(.filters))
    static let type = Parameter.list(
        "type", "Only such messages: \(alternatives(MessageKind.Name.allCases)).", .value("kind,…"), .group(.filters),
        .pattern { TextPattern.words(MessageKind.Name.self) }, .example("file"))
    static let mentions = Parameter.flag(
        "mentions", "Only messages that mention the owner, or everyone.", .group(.filters))

    /// Those of which a search needs one.
    @ParameterList static var choosing: [ParameterDeclaration] {
        q
        ChatFilters.included
        ChatFilters.senders
        type
        mentions
        CommonParameters.start
        CommonParameters.end
    }

    /// The filters of a request that takes its words as one text.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        q
        any
        others
    }

    /// The filters aside from the words.
    @ParameterList static var others: [ParameterDeclaration] {
        ChatFilters.included
        CommonParameters.exclude
        ChatFilters.kinds
        ChatFilters.senders
        type
        mentions
        CommonParameters.start
        CommonParameters.end
    }

    /// What the shown text must hold; none of them is blank.
    public var words: [String] = []
    /// Whether one of the words is enough.
    public var any = false
    /// The only chats that are meant; empty is all.
    public var chats: [String] = []
    /// Chats that are not meant.
    public var exclude: [String] = []
    /// The only kinds of chats that are meant; empty is all.
    public var sessionTypes: [ChatKind] = []
    /// The only senders that are meant, `me` the owner; empty is anybody.
    public var from: [String] = []
    /// The only kinds of messages that are meant; empty is all.
    public var types: [MessageKind.Name] = []
    /// Whether only messages are meant that mention the owner.
    public var mentions = false
    /// First second, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?

    /// All messages.
    public init() {}

    /// Reads and checks the parameters.
    ///
    /// - Parameter parameters: the request's; its words are one text over HTTP, and on the command line where they are no
    ///   arguments.
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        try self.init(parameters, words: Self.split(parameters[Self.q] ?? ""))
    }

    init(_ parameters: Parameters, words: [String]) throws(WeFlowError) {
        self.words = words.filter { !$0.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
        any = try parameters[Self.any]
        chats = try parameters[ChatFilters.included]
        exclude = try parameters[CommonParameters.exclude]
        // Each once and in one order, whatever was given, so that equal searches are known as such.
        let sessionTypes = try parameters.words(ChatFilters.kinds, of: ChatKind.self)
        self.sessionTypes = ChatKind.allCases.filter(sessionTypes.contains)
        from = try parameters[ChatFilters.senders]
        let types = try parameters.words(Self.type, of: MessageKind.Name.self)
        self.types = MessageKind.Name.allCases.filter(types.contains)
        mentions = try parameters[Self.mentions]
        start = try parameters[CommonParameters.start]
        end = try parameters[CommonParameters.end]
        try Self.check(self.words)
    }

    /// The longest word, in bytes: nobody types more, and no message needs more to be told from the others.
    private static let longest = 4096

    private static func check(_ words: [String]) throws(WeFlowError) {
        for word in words {
            guard word.utf8.count <= longest else {
                throw WeFlowError(
                    .usage, "q has a word of \(word.utf8.count) bytes; give one of at most \(longest), a part is enough"
                )
            }
            let control = word.unicodeScalars.first { scalar in
                switch scalar.value {
                case 9...13, 0x85: false
                case ..<32, 127..<160: true
                default: false
                }
            }
            if let control {
                let digits = String(control.value, radix: 16, uppercase: true)
                let code = String(repeating: "0", count: 4 - digits.count) + digits
                throw WeFlowError(
                    .usage, "q holds the control character U+\(code), which no message shows; leave it out")
            }
        }
    }

    /// Splits a text at white space; what stands between quotes stays together, up to the end where the last is alone.
    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var isQuoted = false
        func end() {
            if !word.isEmpty { words.append(String(word)) }
            word = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            if scalar == "\"" {
                end()
                isQuoted.toggle()
            } else if !isQuoted, scalar.properties.isWhitespace {
                end()
            } else {
                word.append(scalar)
            }
        }
        end()
        return words
    }

    /// Whether anything is asked for that chooses among messages.
    var isSearch: Bool {
        !words.isEmpty || !from.isEmpty || !types.isEmpty || start != nil || end != nil || mentions || !chats.isEmpty
    }

    /// Whether no message can pass.
    var isEmpty: Bool {
        guard let start, let end else { return false }
        return start > end
    }

    private static func alternatives<Word: RawRepresentable<String>>(_ words: [Word]) -> String {
        words.map(\.rawValue).joined(separator: " ")
    }
}
