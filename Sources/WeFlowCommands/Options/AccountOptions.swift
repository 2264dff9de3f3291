internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// Which account, and the keys that open it.
struct AccountOptions: Sendable {
    private static let dir = Parameter.folder(
        "account", "The account folder, the one that holds db_storage. [WEFLOW_ACCOUNT]", .value("dir"), .ofAccount)
    private static let keyFile = Parameter.file(
        "keyFile", "A file that holds the database key; - reads it from the standard input.", .value("file"), .ofAccount
    )
    private static let key = Parameter.text(
        "key", "The database key, 64 hex digits; others see it in the list of processes. [WEFLOW_KEY]", .value("hex"),
        .ofAccount)
    private static let imageKey = Parameter.text(
        "imageKey", "The AES key of pictures. [WEFLOW_IMAGE_KEY]", .value("key"), .ofAccount)
    private static let imageXorKey = Parameter.text(
        "imageXorKey", "The XOR key of pictures, 0 to 255. [WEFLOW_IMAGE_XOR_KEY]", .value("byte"), .ofAccount)
    private static let noKeyCache = Parameter.mark(
        "noKeyCache", "Neither use nor write the file of remembered page keys.", .ofAccount)

    /// What they are.
    @ParameterList static var parameters: [ParameterDeclaration] {
        dir
        keyFile
        key
        imageKeys
    }

    /// The same for a command that takes no key out of the list of processes.
    @ParameterList static var withoutKey: [ParameterDeclaration] {
        dir
        keyFile
        imageKeys
    }

    @ParameterList private static var imageKeys: [ParameterDeclaration] {
        imageKey
        imageXorKey
        noKeyCache
    }

    /// The account folder.
    var account: String?
    /// The file that holds the database key.
    var keyFile: String?
    /// The database key.
    var key: String?
    /// The AES key of pictures.
    var imageKey: String?
    /// The XOR key of pictures.
    var imageXorKey: String?
    /// Whether the file of remembered page keys is left alone.
    var noKeyCache = false

    /// None of them.
    init() {}

    /// Those of a command line.
    ///
    /// - Parameters:
    ///   - values: what was given.
    ///   - takesKey: whether the command takes a key as such, see ``withoutKey``.
    /// - Throws: `.usage` where one is given in two ways.
    init(_ values: Parameters, takesKey: Bool = true) throws(WeFlowError) {
        account = try values[Self.dir]
        keyFile = try values[Self.keyFile]
        key = takesKey ? try values[Self.key] : nil
        imageKey = try values[Self.imageKey]
        imageXorKey = try values[Self.imageXorKey]
        noKeyCache = try values[Self.noKeyCache]
    }

    /// Those that stand in a line of nothing else.
    ///
    /// - Throws: `.usage` where there is anything else.
    static func parse(_ words: [String]) throws(WeFlowError) -> AccountOptions {
        guard case .values(let values) = try CommandLineReader.line(words[...], parameters) else {
            throw WeFlowError(.usage, "there are other words than options of the account")
        }
        return try AccountOptions(values)
    }
}

extension ParameterTrait {
    /// The heading of these options.
    fileprivate static let ofAccount = ParameterTrait.group(.account)
}
