public import WeFlowModel
public import WeFlowPages

/// What a query could not give, each cause once.
public struct MessageLosses: Sendable {
    /// Pages that could not be read; the messages on them are missing.
    public private(set) var pages: [PageFailure] = []
    /// Shards that could not be opened; their messages are missing.
    public private(set) var shards: [WeFlowError] = []
    /// Why texts could not be read, and of how many messages; these are delivered without their text.
    public private(set) var texts: [(cause: ContentFailure, count: Int)] = []

    /// Nothing is missing.
    public init() {}

    /// Whether messages may be missing.
    public var isPartial: Bool { !pages.isEmpty || !shards.isEmpty }

    /// The first cause for missing messages, as its user hears it.
    public var error: WeFlowError? { shards.first ?? pages.first?.error }

    /// A sentence for every cause.
    public var sentences: [String] {
        shards.map(\.sentence) + pages.map { $0.error.sentence }
            + texts.map { "\($0.count) messages are given without their text: \(Self.sentence($0.cause))" }
    }

    mutating func add(_ page: PageFailure) {
        if !pages.contains(page) { pages.append(page) }
    }

    mutating func add(_ shard: WeFlowError) {
        if !shards.contains(shard) { shards.append(shard) }
    }

    mutating func add(_ cause: ContentFailure, count: Int = 1) {
        if let known = texts.firstIndex(where: { $0.cause == cause }) {
            texts[known].count += count
        } else {
            texts.append((cause, count))
        }
    }

    mutating func add(_ other: MessageLosses) {
        for page in other.pages { add(page) }
        for shard in other.shards { add(shard) }
        for text in other.texts { add(text.cause, count: text.count) }
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
