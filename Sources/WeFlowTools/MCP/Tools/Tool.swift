import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// A tool that a model can call: a query of the program, declared once (<doc:ModelContext#Tools>).
///
/// What it takes are the parameters of its query's request; the schema, the reading and the errors follow from these. To add
/// one is to write its declaration and to name it in ``Toolbox/all``.
struct Tool: Sendable {
    /// Its name, a verb and what it is about.
    let name: String
    /// What people read.
    let title: String
    /// What the model reads.
    let description: String
    /// What it takes: the parameters of the request, and those that tools alone have.
    let declared: [ParameterDeclaration]
    /// The API's answer, of which its own is made.
    let answers: Schema
    /// Those of them that can be given; nil is all.
    var offered: Set<String>?
    /// Parameters that have to be given, beside those that the request requires.
    var required: Set<String> = []
    /// What is meant where a parameter is not given, where that differs from the request's own default.
    var defaults: [String: JSONValue] = [:]
    /// Parameters that do not change which list it is, so that a cursor goes on with another value of them.
    var changeable: Set<String> = ["limit"]
    /// Answers a call.
    let answer: @Sendable (ToolCall) async throws -> ToolAnswer

    /// What can be given to it.
    var parameters: [ParameterDeclaration] {
        declared.filter { $0.scope.contains(.tools) && offered?.contains($0.name) ?? true }
    }

    /// As `tools/list` gives it.
    var json: JSONValue {
        [
            "name": .string(name), "title": .string(title), "description": .string(description),
            "inputSchema": schema, "outputSchema": outputSchema,
            "annotations": ["title": .string(title), "readOnlyHint": true, "openWorldHint": false],
        ]
    }

    /// The schema of the arguments.
    var schema: JSONValue {
        let parameters = parameters
        let required = parameters.filter { $0.missing != nil || self.required.contains($0.name) }.map(\.name)
        var schema: JSONValue = [
            "type": "object",
            "properties": .object(
                parameters.map { .init(name: $0.name, value: $0.toolSchema(default: defaults[$0.name])) }),
        ]
        if !required.isEmpty { schema = schema.with(["required": .array(required.map(JSONValue.string))]) }
        return schema.with(["additionalProperties": false])
    }
}

/// What a tool gives: the body of its answer, and what else is to be said.
struct ToolAnswer: Sendable {
    /// The structured content.
    var body: JSONValue
    /// What is missing, sentences.
    var losses: [String] = []
}

extension Tool {
    /// Where a list goes on. Arguments are read as those of an endpoint, so it is declared for both; no endpoint has it.
    static let cursor = Parameter.text(
        "cursor", "nextCursor of the answer before, to go on behind it, with the same other arguments.",
        .only([.http, .tools]))
}
