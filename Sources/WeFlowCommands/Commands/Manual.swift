internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery

/// `weflow manual`: the manual pages that are made of declarations.
enum Manual: Command {
    static let name = "manual"
    static let abstract = "Print a manual page, in the language of man."
    static let examples = [
        "weflow manual > weflow.1 && man ./weflow.1", "weflow manual api > weflow-api.5",
    ]
    static let discussion = "The same lie ready in man/, beside weflow-recipes.7."

    /// Which page.
    enum Page: String, ParameterChoice {
        case weflow, api

        /// The file below `man/`.
        var fileName: String {
            switch self {
            case .weflow: "weflow.1"
            case .api: "weflow-api.5"
            }
        }

        /// The page.
        var text: String {
            switch self {
            case .weflow: ManualPage(CommandTree().root).text
            case .api: APIPage().text
            }
        }
    }

    private static let page = Parameter<Page>.choice(
        "page", default: .weflow, "weflow: the commands; api: the HTTP API and its JSON.", .argument)

    @ParameterList static var parameters: [ParameterDeclaration] { page }

    static func run(_ values: Parameters, in context: Context) async throws {
        let page = try values[page]
        try await context.writing(to: nil) { try $0.write(page.text) }
    }
}
