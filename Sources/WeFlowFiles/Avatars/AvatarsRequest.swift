public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/avatars` and `weflow avatars` ask for.
public struct AvatarsRequest: Sendable, Equatable {
    static let keyword = Parameter.text(
        "keyword", "Only those whose id or name holds this text, in any case.", .value("text"), .group(.filters))
    static let limit = Parameter.limit(most: 10_000, default: 100)
    /// The folder that pictures are written to.
    public static let outputDir = Parameter.folder(
        "outputDir",
        "Write the pictures into this folder, all of them unless `limit` is given, instead of listing them.",
        .value("dir"), .only(.commandLine))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        keyword
        limit
        CommonParameters.offset
        ListFormat.parameter
        outputDir
        CommonParameters.partial
    }

    /// What the username or the name must hold.
    public var keyword: String?
    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: ListFormat
    /// Where pictures are written to; nil lists them.
    public var outputDir: String?

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        keyword = try parameters.trimmed(Self.keyword)
        offset = try parameters[CommonParameters.offset]
        format = try parameters[ListFormat.parameter]
        outputDir = try parameters[Self.outputDir]
        let limit = try parameters[Self.limit] ?? Parameters.all
        // A folder of a hundred among thousands is of no use to anybody.
        self.limit = outputDir != nil && !parameters.contains(Self.limit) ? Parameters.all : limit
    }
}

/// What `/api/v1/avatars/{username}` and `weflow avatars get` ask for.
public enum AvatarRequest {
    /// Whose picture.
    public static let username = Parameter.required(
        "username", .chat, "Whose picture: a person, a group or an account.",
        missing: .init("give the id of a person, a group or an account"), .argument, .place("username"),
        .example("wxid_xxx"))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] { username }
}
