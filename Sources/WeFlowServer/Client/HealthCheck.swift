public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Asks a running server whether it is well: `weflow health`.
///
/// One small request over a plain socket; the answer is taken up to its end or 64 KiB.
public struct HealthCheck: Sendable {
    private static let largest = 64 << 10
    private static let seconds = 5

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
    public func run() throws -> JSONValue {
        let request = "GET /health HTTP/1.1\r\nHost: \(address.authority)\r\nConnection: close\r\n\r\n"
        let answer = try address.exchange(request, seconds: Self.seconds, read)
        guard let head = ReceivedHead(of: answer), head.status == 200 else { throw address.stranger }
        do {
            let body = try JSONValue(parsing: Array(answer[head.end...]))
            guard body["status"] == .string("ok") else { throw address.stranger }
            return body
        } catch {
            throw address.stranger
        }
    }

    private func read(from descriptor: CInt) throws(WeFlowError) -> [UInt8] {
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while answer.count < Self.largest {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw WeFlowError(.network, "\(address.url) did not answer within \(Self.seconds) s")
            }
            if count == 0 { break }
            answer += chunk[..<count]
        }
        return answer
    }
}
