public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery

/// What `weflow archive render` asks for.
public struct RenderRequest: Sendable, Equatable {
    /// The forms that an archive can be read in.
    public enum Format: String, ParameterChoice {
        /// Pages for a browser.
        case html
        /// A text per chat that any editor shows.
        case markdown
        /// A plain text per chat.
        case text
        /// A table per chat.
        case csv
        /// One database.
        case sqlite

        /// What is said of it where the words are listed.
        public var note: String {
            switch self {
            case .html: " (pages for a browser)"
            case .markdown, .text, .csv: ""
            case .sqlite: " (one database)"
            }
        }
    }

    private static let folder = Parameter.required(
        "folder", .folder, "The archive.", missing: .init("name the folder of the archive"), .argument, .value("dir"))
    private static let outputDir = Parameter.required(
        "outputDir", .folder, "The folder to write into; made where it is not there.",
        missing: .init("give the folder to write into"), .value("dir"))
    private static let format = Parameter.choice("format", default: Format.html)
    private static let raw = Parameter.mark(
        "raw", "In csv: leave texts alone that a table program would take for formulas.")

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        folder
        outputDir
        format
        raw
    }

    /// The archive.
    public var folder: String
    /// Where to write.
    public var outputDir: String
    /// In which form.
    public var format: Format
    /// Whether texts in CSV stand as they are, also where a table program would take them for formulas.
    public var isRaw: Bool

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        folder = try parameters[Self.folder]
        outputDir = try parameters[Self.outputDir]
        for (path, label) in [(folder, parameters.label(Self.folder)), (outputDir, parameters.label(Self.outputDir))]
        where path.utf8.contains(0) || path.isEmpty {
            throw WeFlowError(.usage, "\(label) must be a path")
        }
        format = try parameters[Self.format]
        isRaw = try parameters[Self.raw]
    }

    /// A request as a program makes it.
    public init(folder: String, outputDir: String, format: Format, isRaw: Bool = false) {
        (self.folder, self.outputDir, self.format, self.isRaw) = (folder, outputDir, format, isRaw)
    }
}
