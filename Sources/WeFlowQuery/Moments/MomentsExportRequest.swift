public import WeFlowPages

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `/api/v1/sns/export` and `weflow sns export` ask for.
public struct MomentsExportRequest: Sendable, Equatable {
    /// The documents that an export can write.
    public enum Format: String, Sendable, CaseIterable {
        /// One JSON document.
        case json
        /// One page for reading.
        case html
        /// JSON with the identity of everybody who took part.
        case arkme = "arkmejson"

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
        guard let folder = try parameters.string("outputDir") else {
            throw WeFlowError(
                .usage,
                parameters.source == .http
                    ? "Missing required field: outputDir" : "--output-dir is missing; give the folder to write into")
        }
        // The system would take the path for one that ends there.
        guard !folder.utf8.contains(0) else {
            throw WeFlowError(.usage, "\(parameters.label("outputDir")) must be a path, in which no NUL can stand")
        }
        outputDir = folder
        folderLabel = parameters.label("outputDir")
        format = try Self.format(parameters)
        filter = try MomentsFilter(parameters)
        let kinds = ["exportImages", "exportLivePhotos", "exportVideos"]
        let all = try parameters.bool("exportMedia") && !kinds.contains { parameters.contains($0) }
        selection = Selection(
            images: try parameters.bool("exportImages", default: all),
            livePhotos: try parameters.bool("exportLivePhotos", default: all),
            videos: try parameters.bool("exportVideos", default: all))
    }

    /// Makes the folder to write into, where it is not there.
    ///
    /// - Throws: `.usage` where it cannot be made or nothing can be put there: another name is the remedy.
    public func makeOutputDir() throws(WeFlowError) {
        do throws(WeFlowError) {
            try StateFolder.makeFolder(outputDir)
            guard access(outputDir, W_OK | X_OK) == 0 else {
                throw WeFlowError.system("the folder \(outputDir) cannot be written to", code: errno)
            }
        } catch {
            throw WeFlowError(.usage, "\(folderLabel): \(error.sentence)")
        }
    }

    private static func format(_ parameters: Parameters) throws(WeFlowError) -> Format {
        guard let name = try parameters.string("format")?.lowercased() else { return .json }
        if name == "arkme-json" { return .arkme }
        guard let format = Format(rawValue: name) else {
            throw WeFlowError(.usage, "\(parameters.label("format")) must be json, html or arkmejson")
        }
        return format
    }
}
