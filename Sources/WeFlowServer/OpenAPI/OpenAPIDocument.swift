import WeFlowOutput
public import WeFlowParameters
import WeFlowQuery

/// The OpenAPI 3.1 description of the API, written from the table of endpoints: `/openapi.json`, `weflow openapi`.
public enum OpenAPIDocument {
    /// The document.
    ///
    /// - Parameter server: the address that it names as the server's.
    /// - Returns: the document.
    public static func document(server: String = "http://127.0.0.1:5031") -> JSONValue {
        object([
            ("openapi", .string("3.1.0")),
            ("info", info),
            ("servers", .array([object([("url", .string(server))])])),
            ("security", .array([object([("bearer", .array([]))]), object([("query", .array([]))])])),
            ("paths", object(Endpoint.all.map { ($0.documentedPath, path($0)) })),
            (
                "components",
                object([
                    ("schemas", object(AnswerSchemas.named.map { ($0.0, $0.1.json) })),
                    ("securitySchemes", securitySchemes),
                ])
            ),
        ])
    }

    private static let info = object([
        ("title", .string("weflow")),
        ("version", .string("1")),
        (
            "description",
            .string(
                "The WeFlow HTTP API over one WeChat 4 account folder, on the loopback only. Every endpoint that takes "
                    + "GET and POST takes its parameters from the query string, or on POST from a JSON object in the "
                    + "body; where both give one, the query string wins. An empty value is absent; unknown parameters "
                    + "are ignored; the same parameter twice in one query string is an error. Booleans are "
                    + "1 true yes on / 0 false no off. Times are YYYYMMDD or YYYY-MM-DD, optionally with a time of day "
                    + "and a zone, or Unix seconds or milliseconds; a bare date as an end means its last second. "
                    + "HEAD is answered as GET without a body, OPTIONS with 204 and Allow, any other method with 405. "
                    + "Every error has the body {\"error\": sentence}.")
        ),
    ])

    private static let securitySchemes = object([
        ("bearer", object([("type", .string("http")), ("scheme", .string("bearer"))])),
        (
            "query",
            object([("type", .string("apiKey")), ("in", .string("query")), ("name", .string("access_token"))])
        ),
    ])

    // MARK: Paths

    private static func path(_ endpoint: Endpoint) -> JSONValue {
        object(endpoint.methods.map { ($0.rawValue.lowercased(), operation(endpoint, $0)) })
    }

    private static func operation(_ endpoint: Endpoint, _ method: HTTPRequest.Method) -> JSONValue {
        let operation = endpoint.operation
        let isAlone = endpoint.methods.count == 1
        let suffix = isAlone ? "" : method.rawValue.prefix(1) + method.rawValue.dropFirst().lowercased()
        var members: [(String, JSONValue)] = [
            ("operationId", .string(operation.name + suffix)),
            ("summary", .string(operation.summary)),
        ]
        let sentences = [operation.description].filter { !$0.isEmpty } + operation.rules.map(\.sentence)
        if !sentences.isEmpty { members.append(("description", .string(sentences.joined(separator: " ")))) }
        let inQuery = method == .post ? [] : query(operation)
        let parameters = operation.places.map(\.inPath) + inQuery
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if method == .post { members.append(("requestBody", body(endpoint))) }
        members.append(("responses", responses(endpoint, method)))
        if !endpoint.needsToken { members.append(("security", .array([]))) }
        return object(members)
    }

    /// The parameters of the query string: those that a rule is about stand together as the members of one object, which
    /// alone can say what they have to do with each other. On the wire each is a parameter as any other.
    private static func query(_ operation: Operation) -> [JSONValue] {
        operation.parameters.compactMap { parameter in
            guard let rule = operation.rules.first(where: { $0.parameters.contains { $0.name == parameter.name } })
            else { return parameter.inQuery }
            return rule.parameters.first?.name == parameter.name ? rule.inQuery : nil
        }
    }

    private static func body(_ endpoint: Endpoint) -> JSONValue {
        var fields = endpoint.operation.parameters.map(\.inBody)
        if endpoint.needsToken {
            fields.append(.sometimes("access_token", .anything, "The token, where it is given in no other place."))
        }
        let rules = endpoint.operation.rules
        let schema = rules.reduce(Schema.openObject(fields)) { $0.with("anyOf", $1.inBody) }
        return object([
            (
                "required",
                .bool(endpoint.operation.parameters.contains(where: \.isRequired) || rules.contains(where: \.isNeed))
            ),
            ("content", object([("application/json", object([("schema", schema.json)]))])),
        ])
    }

    // MARK: Responses

    private static func responses(_ endpoint: Endpoint, _ method: HTTPRequest.Method) -> JSONValue {
        let operation = endpoint.operation
        var members: [(String, JSONValue)] = [
            (
                "200",
                object([
                    ("description", .string("The answer.")),
                    ("content", object(operation.content.map { ($0.type, content($0)) })),
                ])
            )
        ]
        for (status, meaning) in operation.otherAnswers {
            var answer: [(String, JSONValue)] = [("description", .string(meaning))]
            if status == .partialContent {
                answer.append(("content", object(operation.content.map { ($0.type, content($0)) })))
            }
            members.append(("\(status.code)", object(answer)))
        }
        var refusals: Set<Int> = [400, 403, 413, 431]
        if endpoint.needsToken { refusals.insert(401) }
        refusals.formUnion(operation.refusals.map(\.code))
        for code in refusals.sorted() { members.append(("\(code)", refusal(code))) }
        return object(members)
    }

    private static func content(_ content: Operation.Content) -> JSONValue {
        var members: [(String, JSONValue)] = [("schema", content.schema.json)]
        if let example = content.example { members.append(("example", example)) }
        return object(members)
    }

    private static func refusal(_ code: Int) -> JSONValue {
        let meanings: [Int: String] = [
            400: "A missing or malformed parameter, or a body that is no JSON object.",
            401: "No token, or a wrong one.",
            403: "A Host that is not a loopback address, a path that leaves the media folder, or push is disabled.",
            404: "There is no such thing.",
            409: "Another process uses the database.",
            413: "The body is too large.",
            416: "The range lies behind the end of the file.",
            431: "The head of the request is too large.",
            500: "The store failed, in the database that the sentence names.",
            502: "The media network failed.",
            503: "The store cannot be read now; the sentence says what to do.",
        ]
        return object([
            ("description", .string(meanings[code] ?? "Refused.")),
            (
                "content",
                object([("application/json", object([("schema", Schema.reference("Error").json)]))])
            ),
        ])
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map(JSONValue.Member.init))
    }
}
