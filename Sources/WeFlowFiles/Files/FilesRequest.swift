public import WeFlowPages
public import WeFlowParameters
public import WeFlowQuery

/// What `/api/v1/files` and `weflow files` ask for.
public struct FilesRequest: Sendable, Equatable {
    static let keyword = Parameter.text(
        "keyword", "Only files whose name holds this text, in any case.", .value("text"), .group(.filters))
    static let endings = Parameter.list(
        "ext", "Only files with these extensions, in any case.", .value("ext,…"), .group(.filters),
        .example("pdf,docx"))
    static let limit = Parameter.limit(most: 10_000, default: 100)
    /// The folder that copies go to.
    public static let copyTo = Parameter.folder(
        "copyTo", "Copy what is there into this folder, equal files once; nothing that lies there is overwritten.",
        .value("dir"), .only(.commandLine))
    static let maxFile = FileSizeLimit.parameter(
        "With `copyTo`: no file larger than this, in bytes or with K, M or G behind the number.", .options
    ).with(.only(.commandLine))

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        ChatFilters.included
        CommonParameters.exclude
        ChatFilters.senders
        keyword
        endings
        CommonParameters.start
        CommonParameters.end
        limit
        CommonParameters.offset
        ListFormat.parameter
        copyTo
        maxFile
        CommonParameters.partial
    }

    /// Which chats.
    public var chats: ChatFilters
    /// Who sent them; empty is anybody, `me` is the owner.
    public var senders: Set<String>
    /// What the name must hold.
    public var keyword: String?
    /// The extensions, in lower case and without a dot; empty is all.
    public var endings: Set<String>
    /// First second, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?
    /// How many at most, from 1.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: ListFormat
    /// Where copies go to; nil makes none.
    public var copyTo: String?
    /// The most bytes of a file that is copied, nil for any.
    public var largestFile: Int64?

    /// The same without a page: all files that the filters let through.
    public var ofAll: FilesRequest {
        var all = self
        (all.offset, all.limit) = (0, Parameters.all)
        return all
    }

    /// The places of the page in a list of so many.
    public func page(of count: Int) -> Range<Int> {
        let first = min(offset, count)
        return first..<first + min(limit, count - first)
    }

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        chats = try ChatFilters(parameters)
        senders = Set(try parameters[ChatFilters.senders])
        keyword = try parameters.trimmed(Self.keyword)
        endings = Set(
            try parameters[Self.endings].map { item in
                String((item.hasPrefix(".") ? item.dropFirst() : item[...]).lowercased())
            })
        start = try parameters[CommonParameters.start]
        end = try parameters[CommonParameters.end]
        limit = try parameters[Self.limit] ?? Parameters.all
        offset = try parameters[CommonParameters.offset]
        format = try parameters[ListFormat.parameter]
        copyTo = try parameters[Self.copyTo]
        largestFile = try FileSizeLimit.read(Self.maxFile, parameters)
        if largestFile != nil, copyTo == nil {
            throw WeFlowError(
                .usage, "\(parameters.label(Self.maxFile)) says which files are copied; give a folder with --copy-to")
        }
    }
}
