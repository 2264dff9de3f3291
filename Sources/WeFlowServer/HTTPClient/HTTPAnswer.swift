internal import NIOCore
internal import NIOHTTP1

/// An answer whose head has come; its body is read piece by piece.
final class HTTPAnswer {
    /// Its status.
    let status: Int
    private let fields: HTTPHeaders
    private let connection: ClientConnection
    private let idleTime: Duration
    /// Whether all of it was read, so that the connection can be used again.
    private(set) var hasEnd = false
    /// Whether the server keeps the connection.
    let isKept: Bool

    /// Asks, and reads the head of the answer.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - connection: where.
    ///   - idleTime: how long the server may be silent.
    /// - Throws: as ``ClientConnection/next(within:)``.
    init(to request: HTTPRequestHead, on connection: ClientConnection, idleTime: Duration) async throws {
        (self.connection, self.idleTime) = (connection, idleTime)
        connection.send(request)
        guard case .head(let head) = try await connection.next(within: idleTime) else {
            throw HTTPClientFailure.closed
        }
        (status, fields, isKept) = (Int(head.status.code), head.headers, head.isKeepAlive)
    }

    /// A field's first value, by its name in any case; nil where there is none.
    func value(_ name: String) -> String? { fields.first(name: name) }

    /// The next piece of the body; nil at its end.
    ///
    /// - Throws: where the connection fails before.
    func next() async throws -> ByteBuffer? {
        while !hasEnd {
            switch try await connection.next(within: idleTime) {
            case .head: throw HTTPClientFailure.closed
            case .body(let bytes): return bytes
            case .end: hasEnd = true
            }
        }
        return nil
    }

    /// The body, as far as so many bytes.
    ///
    /// - Throws: where the connection fails before.
    func bytes(atMost limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, let piece = try await next() { bytes += piece.readableBytesView }
        return Array(bytes.prefix(limit))
    }
}
