/// The endpoints, and which of them a path means.
struct EndpointTable: Sendable {
    /// What a path means.
    struct Match: Sendable {
        /// The endpoint's number.
        let index: Int
        /// What stands in the path's places.
        let values: [String: String]
    }

    private let endpoints: [Endpoint]
    /// Paths that can be found without taking them apart.
    private var plain: [String: Match] = [:]

    /// Takes the endpoints; of two that a path could mean it means the first.
    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
        for endpoint in endpoints {
            let path = endpoint.path
            plain[path] = search(RequestTarget(path))
        }
    }

    /// An endpoint by its number.
    subscript(_ match: Match) -> Endpoint { endpoints[match.index] }

    /// The endpoint that a request is for; nil where there is none.
    func match(_ target: RequestTarget) -> Match? { plain[String(target.path)] ?? search(target) }

    private func search(_ target: RequestTarget) -> Match? {
        let parts = target.parts
        for (index, endpoint) in endpoints.enumerated() {
            if let values = endpoint.match(parts) { return Match(index: index, values: values) }
        }
        return nil
    }
}
