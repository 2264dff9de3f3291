/// One path of the API: what it takes, what it gives, and what answers it.
///
/// The table of these (`Endpoint.all`) is the one place that knows the paths: requests are dispatched by it, 405 and
/// OPTIONS take their `Allow` from it, and the OpenAPI document is written from it.
struct Endpoint: Sendable {
    /// `/api/v1/sessions/{id}/messages`; a name in braces stands for one part, `{name+}` at the end for all that
    /// follow.
    let path: String
    /// The methods, without HEAD and OPTIONS.
    let methods: [HTTPRequest.Method]
    /// Whether a token is needed.
    var needsToken = true
    /// What the OpenAPI document says.
    let operation: Operation
    /// Answers a request, on the event loop: what reads files or waits belongs into the answer's query.
    let answer: @Sendable (Call, ServerContext) throws -> Answer

    private let pattern: [Part]

    private enum Part: Sendable {
        case literal(String)
        case one(String)
        case rest(String)
    }

    init(
        _ path: String, _ methods: [HTTPRequest.Method] = [.get, .post], needsToken: Bool = true, operation: Operation,
        answer: @escaping @Sendable (Call, ServerContext) throws -> Answer
    ) {
        (self.path, self.methods, self.needsToken, self.operation) = (path, methods, needsToken, operation)
        self.answer = answer
        pattern = path.split(separator: "/").map { part in
            guard part.hasPrefix("{") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("+") ? .rest(String(name.dropLast())) : .one(String(name))
        }
    }

    /// Every method that the path knows, for `Allow`.
    var allowed: String {
        var all = methods
        if methods.contains(.get) { all.insert(.head, at: 1) }
        return (all + [.options]).map(\.rawValue).joined(separator: ", ")
    }

    /// What stands in the path's places, or nil where this is not the path. A place whose text could not be decoded
    /// is left out.
    func match(_ parts: [String?]) -> [String: String]? {
        var values: [String: String] = [:]
        var rest = parts[...]
        for part in pattern {
            guard let first = rest.first else { return nil }
            switch part {
            case .literal(let text):
                guard first == text else { return nil }
                rest.removeFirst()
            case .one(let name):
                guard first != "" else { return nil }
                values[name] = first
                rest.removeFirst()
            case .rest(let name):
                guard rest.count > 1 || first != "" else { return nil }
                if !rest.contains(nil) { values[name] = rest.compactMap(\.self).joined(separator: "/") }
                rest = []
            }
        }
        return rest.isEmpty ? values : nil
    }
}
