internal import WeFlowParameters
internal import WeFlowQuery

/// Options that several commands have and no endpoint.
enum CommonOptions {
    /// Where exported media lie.
    static let exportPath = Parameter.folder(
        "exportPath", "The folder of exported media. [WEFLOW_EXPORT_PATH]", .value("dir"), .group(.media))
    /// The file that keeps a place between runs.
    static let state = Parameter.file(
        "state", "Keep the place in this file.", .value("file"))
    /// A server's address.
    static let url = Parameter.text("url", "Follow the server at this address instead of the store.")
}
