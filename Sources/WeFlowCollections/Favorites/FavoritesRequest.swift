public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/favorites` and `weflow favorites` ask for.
public struct FavoritesRequest: Sendable, Equatable {
    /// The forms in which favourites are given.
    public enum Format: String, ParameterChoice {
        /// One object with an envelope.
        case json
        /// One object a line.
        case jsonl
        /// Comma-separated values.
        case csv
        /// Texts and notes for reading.
        case markdown
        /// Aligned columns for reading.
        case table

        /// What is said of it where the words are listed.
        public var note: String {
            switch self {
            case .markdown: ", which is whole texts and notes"
            case .table: ", which is for reading"
            default: ""
            }
        }

        /// The form that other lists have, too; nil for Markdown.
        public var list: ListFormat? { ListFormat(rawValue: rawValue) }
    }

    /// A type of favourites by its name or its number.
    public enum Kind: Sendable, Hashable {
        /// One that has a name.
        case named(FavoriteKind)
        /// Any number.
        case number(Int64)
    }

    static let type = Parameter.list(
        "type",
        "Only these types: text, image, voice, video, link, location, music, file, record, product, note, miniprogram, "
            + "channels, or a number.",
        .value("type,…"), .group(.filters),
        .pattern { "\(TextPattern.words(FavoriteKind.self))|[0-9]{1,18}" }, .numbers, .example("note"))
    static let tag = Parameter.text("tag", "Only those with the tag of this name.", .value("name"), .group(.filters))
    static let keyword = Parameter.text(
        "keyword", "Only those that hold this in title, text, parts, tags or a name, in any case.", .value("text"),
        .group(.filters))
    static let limit = Parameter.limit(most: 10_000, default: 100)
    static let media = Parameter.flag(
        "media", aliases: ["meiti"], "Export the files of the parts that are on this machine.",
        .only([.commandLine, .http]), .group(.media))
    static let format = Parameter.choice("format", default: Format.json, "", .only(.commandLine))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        type
        tag
        keyword
        CommonParameters.start
        CommonParameters.end
        limit
        CommonParameters.offset
        media
        format
        CommonParameters.partial
    }

    /// The types to list; empty is all.
    public var types: Set<Kind>
    /// The name of a tag that they must bear.
    public var tag: String?
    /// What they must hold.
    public var keyword: String?
    /// First second, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?
    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// Whether files are exported.
    public var media: Bool
    /// The form of the answer.
    public var format: Format

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        types = try Self.types(parameters)
        tag = try parameters.trimmed(Self.tag)
        keyword = try parameters.trimmed(Self.keyword)
        start = try parameters[CommonParameters.start]
        end = try parameters[CommonParameters.end]
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        media = try parameters[Self.media]
        format = try parameters[Self.format]
    }

    private static func types(_ parameters: Parameters) throws(WeFlowError) -> Set<Kind> {
        var types: Set<Kind> = []
        for item in try parameters[type] {
            if let kind = FavoriteKind(rawValue: item.lowercased()) {
                types.insert(.named(kind))
            } else if item.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int64(item) {
                types.insert(FavoriteKind(number: number).map(Kind.named) ?? .number(number))
            } else {
                let names = FavoriteKind.allCases.map(\.rawValue)
                let hint = Nearest.word(to: item, among: names).map { "; did you mean \($0)?" } ?? ""
                throw WeFlowError(
                    .usage,
                    "\(parameters.label(type)) knows no \(item); give a number, or one of "
                        + "\(names.joined(separator: ", "))\(hint)")
            }
        }
        return types
    }

    /// Whether a row of this type is asked for.
    func wants(type: Int64) -> Bool {
        types.isEmpty || types.contains(FavoriteKind(number: type).map(Kind.named) ?? .number(type))
    }
}
