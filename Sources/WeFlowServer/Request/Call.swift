import HTTPTypes
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// One request to an endpoint, checked as far as all endpoints have in common.
struct Call: Sendable {
    /// The method; HEAD has become GET.
    let method: HTTPRequest.Method
    /// The header fields.
    let headers: HeaderFields
    /// The host that the client called, a loopback address; every address of our own in the answer is built from it.
    let host: LoopbackHost
    /// What tells the request from others that want the same answer: path and query string as sent; nil where there is
    /// a body, too.
    let key: String?
    /// What stood in the path's places, percent-decoded, by their names.
    let pathValues: [String: String]
    /// What its token gave it; nil where it needs none.
    let leave: Leave?
    /// The parameters of the query string and the body.
    let parameters: Parameters

    /// What stood in one of the path's places.
    ///
    /// - Throws: `.usage` where the escapes there are broken.
    func pathValue(_ name: String) throws(WeFlowError) -> String {
        guard let value = pathValues[name] else {
            throw WeFlowError(.usage, "\(name) in the path is not percent-encoded UTF-8")
        }
        return value
    }
}
