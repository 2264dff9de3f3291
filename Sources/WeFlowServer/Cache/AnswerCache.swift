import NIOCore
import Synchronization
import WeFlowOutput
import WeFlowStore

/// Short answers that were given already, each good until the account changes: clients that poll ask the same again
/// and again.
final class AnswerCache: Sendable {
    /// An answer that was given.
    struct Entry: Sendable {
        /// The state of the account that it is good for.
        let number: Int
        fileprivate let bytes: ByteBuffer
        fileprivate var gzipped: ByteBuffer?
        fileprivate let heads = EncodedHead.Pair()

        fileprivate var size: Int { bytes.storageCapacity + (gzipped?.storageCapacity ?? 0) }

        /// The answer in its final bytes; nil where it takes work, or a head that few clients want.
        func ready(_ form: AnswerForm) -> (head: ByteBuffer, body: ByteBuffer)? {
            guard form.isUsual else { return nil }
            let packs = form.packs(bytes.readableBytes)
            guard let body = packs ? gzipped : bytes else { return nil }
            let head = (packs ? heads.gzipped : heads.plain).bytes(at: form.date) { whole(form)?.head }
            return head.map { ($0, body) }
        }

        /// The answer in its final form; nil where that takes work that does not belong on an event loop.
        func whole(_ form: AnswerForm) -> AnswerForm.Whole? {
            var head = AnswerHead(status: .ok, headerFields: Answer.queried)
            head.headerFields.add(.vary, "Accept-Encoding")
            guard form.packs(bytes.readableBytes) else { return form.whole(head, bytes) }
            guard let gzipped else { return nil }
            head.headerFields.add(.contentEncoding, "gzip")
            return form.whole(head, gzipped)
        }
    }

    private struct State {
        var answers: [String: Entry] = [:]
        var size = 0
    }

    /// Bytes of all.
    private static let most = 16 << 20

    private let versions = StoreVersions()
    private let state = Mutex(State())

    /// The answer that was given to a request last, whether or not it is still good, by what tells the request from
    /// others.
    func entry(_ key: String) -> Entry? { state.withLock { $0.answers[key] } }

    /// The number of the account's state as of now, where that can be told at once to be the one that was seen last.
    func numberIfUnchanged() -> Int? { versions.numberIfUnchanged() }

    /// Lets no answer be good without a query.
    func invalidate() { versions.invalidate() }

    /// Gives the answer that was kept, or makes it and keeps it.
    ///
    /// - Parameters:
    ///   - key: what tells the request from others; nil where its answer is not kept.
    ///   - account: what the answer is read from.
    ///   - writer: where it goes; nothing has been written to it.
    ///   - make: writes the answer to its sink; false says that something is missing from it, and it is not kept.
    /// - Throws: what `make` throws, and where the client has gone away.
    func answer(
        _ key: String?, from account: Account, to writer: AnswerWriter, _ make: (ByteSink) async throws -> Bool
    ) async throws {
        // The number is taken before anything is read: what changes meanwhile makes the answer stale.
        guard let key, let number = await versions.number(of: account) else {
            _ = try await make { bytes in try await writer.write(bytes) }
            return
        }
        if let entry = entry(key), entry.number == number {
            try send(entry, for: key, to: writer)
            return
        }
        let isWhole = try await make { piece in try await writer.write(piece) }
        guard isWhole, !Damage.isSaid(in: writer.head), let bytes = writer.unsent else { return }
        try send(Entry(number: number, bytes: bytes), for: key, to: writer)
    }

    private func send(_ entry: Entry, for key: String, to writer: AnswerWriter) throws {
        var new = entry
        new.gzipped = try writer.send(entry.bytes, gzipped: entry.gzipped) ?? entry.gzipped
        keep(new, for: key)
    }

    private func keep(_ entry: Entry, for key: String) {
        let size = entry.size + key.utf8.count
        state.withLock { state in
            if state.size + size > Self.most { state = State() }
            let known = state.answers.updateValue(entry, forKey: key)
            state.size += size - (known.map { $0.size + key.utf8.count } ?? 0)
        }
    }
}
