public import WeFlowMedia
public import WeFlowModel
public import WeFlowPages

/// What a query could not give, each cause once.
public struct MessageLosses: Sendable {
    /// Pages that could not be read; the messages on them are missing.
    public var pages: [PageFailure] { failures.all }
    private var failures = PageFailures()
    /// Shards that could not be opened; their messages are missing.
    public private(set) var shards: [WeFlowError] = []
    /// Why texts could not be read, and of how many messages; these are delivered without their text.
    public private(set) var texts: [(cause: ContentFailure, count: Int)] = []

    /// Why media could not be exported, and of how many messages of each kind, each pair once; these are delivered
    /// without a file.
    public private(set) var media: [(loss: MediaLoss, kind: MediaKind, count: Int)] = []
    /// What else is to be said: databases of media that cannot be read, programs that are missing, tables of chats that
    /// nobody names.
    public private(set) var notes: [WeFlowError] = []

    /// Nothing is missing.
    public init() {}

    /// Whether messages may be missing.
    public var isPartial: Bool { !pages.isEmpty || !shards.isEmpty }

    /// The first cause for missing messages, as its user hears it.
    public var error: WeFlowError? { shards.first ?? pages.first?.error }

    /// A sentence for every cause.
    public var sentences: [String] {
        var sentences = shards.map(\.sentence)
        sentences += pages.map(\.error.sentence)
        for text in texts {
            let messages =
                text.count == 1 ? "1 message is given without its" : "\(text.count) messages are given without their"
            sentences.append("\(messages) text: \(Self.sentence(text.cause))")
        }
        for loss in MediaLoss.allCases {
            let kinds = media.filter { $0.loss == loss }
            if !kinds.isEmpty {
                sentences.append(
                    Self.sentence(loss, Dictionary(kinds.map { ($0.kind, $0.count) }, uniquingKeysWith: +)))
            }
        }
        sentences += notes.map(\.sentence)
        return sentences
    }

    /// Takes in a page that could not be read.
    package mutating func add(_ page: PageFailure) {
        failures.add(page)
    }

    /// Takes in a shard that could not be opened.
    package mutating func add(_ shard: WeFlowError) {
        if !shards.contains(shard) { shards.append(shard) }
    }

    mutating func add(_ cause: ContentFailure, count: Int = 1) {
        if let known = texts.firstIndex(where: { $0.cause == cause }) {
            texts[known].count += count
        } else {
            texts.append((cause, count))
        }
    }

    /// Takes in what is missing elsewhere.
    package mutating func add(_ other: MessageLosses) {
        for page in other.pages { add(page) }
        for shard in other.shards { add(shard) }
        for text in other.texts { add(text.cause, count: text.count) }
        for lost in other.media { add(lost.loss, lost.kind, count: lost.count) }
        for note in other.notes { add(note: note) }
    }

    package mutating func add(_ loss: MediaLoss, _ kind: MediaKind, count: Int = 1) {
        if let known = media.firstIndex(where: { $0.loss == loss && $0.kind == kind }) {
            media[known].count += count
        } else {
            media.append((loss, kind, count))
        }
    }

    /// Takes in what is to be said beside.
    package mutating func add(note: WeFlowError) {
        if !notes.contains(note) { notes.append(note) }
    }

    /// `2 pictures and 1 video are given without their file: damaged`, with the remedy where there is one.
    private static func sentence(_ loss: MediaLoss, _ kinds: [MediaKind: Int]) -> String {
        let parts = MediaKind.allCases.compactMap { kind in
            kinds[kind].map { "\($0) \(name(kind))\($0 == 1 ? "" : "s")" }
        }
        let list =
            parts.count > 1 ? parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1] : parts[0]
        let remedy =
            switch loss {
            case .notDownloaded: "; WeChat fetches a file when the message is opened"
            case .keyNeeded: "; give the account's key with --image-key, and --image-xor-key where that is not enough"
            case .wrongKey: "; check --image-key"
            case .unreachable: "; the same command asks again"
            case .absent: "; WeChat fetches a file when it is opened"
            case .tooLarge: "; --max-file says how large a file may be"
            case .damaged, .expired, .mismatch: ""
            }
        let isOne = kinds.values.reduce(0, +) == 1
        return
            "\(list) \(isOne ? "is" : "are") given without \(isOne ? "its" : "their") file: \(loss.rawValue)\(remedy)"
    }

    private static func name(_ kind: MediaKind) -> String {
        switch kind {
        case .image: "picture"
        case .voice: "voice"
        case .video: "video"
        case .emoji: "sticker"
        case .file: "document"
        }
    }

    private static func sentence(_ cause: ContentFailure) -> String {
        switch cause {
        case .damagedFrame: "the compressed text is damaged"
        case .needsDictionary(let id): "the text is compressed with dictionary \(id), which is not in the account"
        case .tooLarge: "the text is larger than \(ContentDecoder.maximumSize >> 20) MiB"
        case .outOfMemory: "there is no memory to decompress it"
        }
    }
}
