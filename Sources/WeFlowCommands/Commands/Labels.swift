internal import WeFlowCollections
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery

/// `weflow labels`: the labels of contacts.
enum Labels: Command {
    static let name = "labels"
    static let abstract = "List the labels of contacts, with how many friends bear each."
    static let examples = ["weflow labels --format table", "weflow contacts --label 家人"]

    @ParameterList static var parameters: [ParameterDeclaration] {
        LabelsRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try LabelsRequest(values)
        let output = try OutputOptions(values)
        let result = try LabelsQuery(request).run(on: context.openAccount(values))
        try await context.deliver(request.format, values, output) {
            labelsLayout.encoded(result.labels, form: $0)
        } table: {
            labelsTable(result.labels, width: $0, style: $1)
        }
        if request.format == .table { context.report(unlisted: result.unlisted, "labels") }
        try context.report(result.damage)
    }
}
