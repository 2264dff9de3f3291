import WeFlowOutput
import WeFlowParameters
import WeFlowQuery

/// What the OpenAPI document says of an endpoint beside its path.
struct Operation: Sendable {
    /// Names the operation in generated clients; the method follows where there are several.
    let name: String
    /// One line.
    let summary: String
    /// What the summary leaves out.
    var description = ""
    /// What the request takes; of these the document shows what can be given over HTTP.
    var declared: [ParameterDeclaration] = []
    /// What those have to do with each other.
    var rules: [ParameterRule] = []
    /// What a good answer holds.
    let content: [Content]
    /// Statuses of the refusals beside those that every endpoint has (400, 403, 413, and 401 where a token is needed).
    var refusals: [HTTPResponse.Status] = []
    /// Statuses of good answers beside 200, with what they mean.
    var otherAnswers: [(HTTPResponse.Status, String)] = []

    /// The places in the path, in their order.
    var places: [ParameterDeclaration] { declared.filter { $0.scope.contains(.http) && $0.place != nil } }
    /// The parameters of the query string and the body.
    var parameters: [ParameterDeclaration] { declared.filter { $0.scope.contains(.http) && $0.place == nil } }

    /// One form of a good answer.
    struct Content: Sendable {
        /// Its content type, without parameters.
        let type: String
        let schema: Schema
        var example: JSONValue?

        /// A JSON answer.
        static func json(_ schema: Schema, example: JSONValue? = nil) -> Content {
            Content(type: "application/json", schema: schema, example: example)
        }

        /// Bytes of a content type.
        static func bytes(_ type: String) -> Content {
            Content(type: type, schema: .anything)
        }
    }
}
