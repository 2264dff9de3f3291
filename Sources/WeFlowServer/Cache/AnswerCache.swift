import NIOCore
import Synchronization
import WeFlowOutput
import WeFlowStore

/// Short answers that were given already, each good until the account changes: clients that poll ask the same again
/// and again.
final class AnswerCache: Sendable {
    private struct State {
        var answers: [String: (number: Int, bytes: ByteBuffer)] = [:]
        var size = 0
    }

    /// Bytes of the longest answer that is kept.
    private static let longest = 256 << 10
    /// Bytes of all.
    private static let most = 32 << 20

    private let watch = StoreWatch()
    private let state = Mutex(State())

    /// Gives the answer that was kept, or makes it and keeps it.
    ///
    /// - Parameters:
    ///   - key: what tells the request from others; nil where its answer is not kept.
    ///   - account: what the answer is read from.
    ///   - writer: where it goes.
    ///   - make: writes the answer to its sink; false says that something is missing from it, and it is not kept.
    /// - Throws: what `make` throws, and where the client has gone away.
    func answer(
        _ key: String?, from account: Account, to writer: AnswerWriter, _ make: (ByteSink) async throws -> Bool
    ) async throws {
        // The number is taken before anything is read: what changes meanwhile makes the answer stale.
        guard let key, let number = await watch.number(of: account) else {
            _ = try await make { bytes in try await writer.write(bytes) }
            return
        }
        if let kept = state.withLock({ $0.answers[key] }), kept.number == number {
            writer.append(kept.bytes)
            try await writer.flush()
            return
        }
        var bytes: ByteBuffer? = ByteBuffer()
        let isWhole = try await make { piece in
            if let count = bytes?.readableBytes, count + piece.count <= Self.longest {
                piece.withBytes { _ = bytes?.writeBytes($0) }
            } else {
                bytes = nil
            }
            try await writer.write(piece)
        }
        guard isWhole, let bytes else { return }
        state.withLock { state in
            if state.size + bytes.readableBytes > Self.most { state = State() }
            let known = state.answers.updateValue((number, bytes), forKey: key)
            state.size += bytes.readableBytes - (known?.bytes.readableBytes ?? 0)
        }
    }
}
