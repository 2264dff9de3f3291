public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery
import WeFlowState
import WeFlowSystem

/// What `/api/v1/sns/export` and `weflow sns export` ask for.
public struct MomentsExportRequest: Sendable, Equatable {
    /// The documents that an export can write.
    public enum Format: String, ParameterChoice {
        /// One JSON document.
        case json
        /// One page for reading.
        case html
        /// JSON with the identity of everybody who took part.
        case arkme = "arkmejson"

        /// Other words that mean the same.
        public var otherWords: [String] { self == .arkme ? ["arkme-json"] : [] }
        /// What is said of it where the words are listed.
        public var note: String { self == .html ? " (one page for reading)" : "" }

        /// The end of the document's name.
        public var fileExtension: String { self == .html ? "html" : "json" }
    }

    /// Which files are fetched.
    public struct Selection: Sendable, Equatable {
        /// Pictures.
        public var images: Bool
        /// The clips of Live Photos.
        public var livePhotos: Bool
        /// Videos.
        public var videos: Bool

        /// A choice of the three.
        public init(images: Bool, livePhotos: Bool, videos: Bool) {
            self.images = images
            self.livePhotos = livePhotos
            self.videos = videos
        }

        /// Whether nothing is fetched.
        public var isEmpty: Bool { !images && !livePhotos && !videos }
    }

    static let outputDir = Parameter.required(
        "outputDir", .folder, "The folder to write into; made where it is not there.",
        missing: .init("give the folder to write into", http: "Missing required field: outputDir"), .value("dir"),
        .example("/home/alice/sns-export"))
    static let format = Parameter.choice("format", default: Format.json)
    static let exportMedia = Parameter.flag("exportMedia", "Fetch pictures, Live Photos and videos.")
    static let exportImages = Parameter.optionalFlag(
        "exportImages", "Fetch pictures; then only the kinds that are named.")
    static let exportLivePhotos = Parameter.optionalFlag("exportLivePhotos", "Fetch the clips of Live Photos.")
    static let exportVideos = Parameter.optionalFlag("exportVideos", "Fetch videos.")

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        outputDir
        format
        MomentsFilter.parameters
        exportMedia
        exportImages
        exportLivePhotos
        exportVideos
        CommonParameters.partial
    }

    /// The folder to write into; made where it is not there.
    public var outputDir: String
    /// The document.
    public var format: Format
    /// Which posts.
    public var filter: MomentsFilter
    /// Which files.
    public var selection: Selection
    /// What an error calls the folder.
    private let folderLabel: String

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        let folder = try parameters[Self.outputDir]
        // The system would take the path for one that ends there.
        guard !folder.utf8.contains(0) else {
            throw WeFlowError(.usage, "\(parameters.label(Self.outputDir)) must be a path, in which no NUL can stand")
        }
        outputDir = folder
        folderLabel = parameters.label(Self.outputDir)
        format = try parameters[Self.format]
        filter = try MomentsFilter(parameters)
        let images = try parameters[Self.exportImages]
        let clips = try parameters[Self.exportLivePhotos]
        let videos = try parameters[Self.exportVideos]
        // A kind that is named, on or off, says that only the named ones are meant.
        let all = try parameters[Self.exportMedia] && images == nil && clips == nil && videos == nil
        selection = Selection(images: images ?? all, livePhotos: clips ?? all, videos: videos ?? all)
    }

    /// Makes the folder to write into, where it is not there.
    ///
    /// - Throws: `.usage` where it cannot be made or nothing can be put there: another name is the remedy.
    public func makeOutputDir() throws(WeFlowError) {
        do throws(WeFlowError) {
            try StateFolder.makeFolder(outputDir)
            try WeFlowError.trying("the folder \(outputDir) cannot be written to") { () throws(SystemError) in
                try Paths.check(outputDir, for: [.writing, .running])
            }
        } catch {
            throw WeFlowError(.usage, "\(folderLabel): \(error.sentence)")
        }
    }
}
