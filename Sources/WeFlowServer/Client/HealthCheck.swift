public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery

/// Asks a running server whether it is well: `weflow health`. Of the answer 64 KiB are taken.
public struct HealthCheck: Sendable {
    private static let largest = 64 << 10
    private static let time = Duration.seconds(5)

    private let address: ServerAddress

    /// Reads the server's address.
    ///
    /// - Parameter url: `http://HOST[:PORT]`, a path behind it is left out.
    /// - Throws: `.usage` where it has another form.
    public init(url: String) throws(WeFlowError) { address = try ServerAddress(url) }

    /// Asks.
    ///
    /// - Returns: the answer's body.
    /// - Throws: `.network` where no server answers, or one that is not well.
    public func run() async throws -> JSONValue {
        do {
            let text = try await address.withAnswer(
                to: "/health", [("Connection", "close")], connectingWithin: Self.time, silence: Self.time
            ) { answer in
                guard answer.status == 200 else { throw address.stranger }
                return try await answer.bytes(atMost: Self.largest)
            }
            guard let body = try? JSONValue(parsing: text), body["status"] == .string("ok") else {
                throw address.stranger
            }
            return body
        } catch HTTPClientFailure.timeOut {
            throw WeFlowError(.network, "\(address.url) did not answer within \(Self.time.components.seconds) s")
        } catch is HTTPClientFailure {
            throw address.stranger
        }
    }
}
