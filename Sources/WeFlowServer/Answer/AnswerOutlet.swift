import NIOCore
import NIOHTTP1

/// Where an answer goes, from whatever thread it is written on.
protocol AnswerOutlet: Sendable {
    /// Sends a part of the answer, and waits until the client has taken most of it.
    ///
    /// - Throws: where the client has gone away.
    func pass(_ head: HTTPResponseHead?, _ body: ByteBuffer?) async throws
    /// Sends a part of the answer, without waiting.
    func post(_ head: HTTPResponseHead?, _ body: ByteBuffer?, isLast: Bool)
    /// Sends something between two parts of an answer that has begun, whatever else is being sent or waited for.
    func interject(_ body: ByteBuffer)
    /// Ends the connection: an answer that has begun cannot be ended otherwise.
    func breakOff()
}
