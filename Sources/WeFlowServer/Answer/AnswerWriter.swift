import NIOCore
import NIOHTTP1
import WeFlowOutput

/// Sends the answer that a query writes, in its final form, whole or in pieces.
///
/// What is short is sent whole, with its length; until then a failure can still become an error answer. What is long
/// is sent in pieces, each as soon as the client has taken the one before.
final class AnswerWriter {
    /// Bytes that are collected before an answer begins without its end.
    private static let longest = 256 << 10
    /// Bytes that are collected from then on.
    private static let chunk = 64 << 10
    /// Fast rather than small: the client is on this machine.
    private static let gzipLevel: Int32 = 3

    /// Status and header fields; they may be changed until the answer begins.
    var head: AnswerHead
    /// Whether gzip is of use; off for what is compressed already.
    var isCompressible = true
    /// Whether the client wants more than the head.
    var wantsBody: Bool { form.wantsBody }
    /// Whether something was sent: what fails now can only be broken off.
    private(set) var hasBegun = false
    /// Bytes of the body so far.
    private(set) var count = 0

    private let form: AnswerForm
    private let outlet: any AnswerOutlet
    private var pending = ByteBuffer()
    private var gzip: Gzip?
    /// Bytes that were sent since the client was last waited for.
    private var unseen = 0

    /// - Parameters:
    ///   - head: status and header fields to begin with.
    ///   - form: what the request makes of them.
    ///   - outlet: where it goes.
    init(_ head: AnswerHead, _ form: AnswerForm, to outlet: any AnswerOutlet) {
        (self.head, self.form, self.outlet) = (head, form, outlet)
    }

    // MARK: Bytes

    /// Appends bytes, and waits for the client where many lie ready.
    ///
    /// - Throws: where the client has gone away.
    func write(_ bytes: [UInt8]) async throws {
        bytes.withUnsafeBytes { append($0) }
        try await flush()
    }

    /// Appends what an encoder made, and waits for the client where many bytes lie ready.
    ///
    /// - Throws: where the client has gone away.
    func write(_ bytes: borrowing OutputBytes) async throws {
        bytes.withBytes { append($0) }
        try await flush()
    }

    /// Appends bytes; `flush()` belongs behind it.
    func append(_ bytes: UnsafeRawBufferPointer) {
        pending.writeBytes(bytes)
    }

    /// Appends bytes that others may hold as well; `flush()` belongs behind it.
    func append(_ bytes: ByteBuffer) {
        if pending.readableBytes == 0 {
            pending = bytes
        } else {
            var bytes = bytes
            pending.writeBuffer(&bytes)
        }
    }

    /// The whole answer as far as it was written, where none of it was sent.
    var unsent: ByteBuffer? { hasBegun || count > 0 ? nil : pending }

    /// Ends the answer with bytes that were written before, gzipped then or now; nothing may have been written yet.
    ///
    /// - Returns: the gzipped bytes, where those were sent.
    /// - Throws: where they cannot be gzipped.
    func send(_ bytes: ByteBuffer, gzipped: ByteBuffer?) throws -> ByteBuffer? {
        pending = bytes
        guard isCompressible, form.packs(bytes.readableBytes) else { return nil }
        let packed: ByteBuffer
        if let gzipped {
            packed = gzipped
        } else {
            packed = try takePending(isLast: true)
        }
        (gzip, count, pending, isCompressible) = (nil, 0, packed, false)
        head.headerFields[.vary] = "Accept-Encoding"
        head.headerFields[.contentEncoding] = "gzip"
        return packed
    }

    /// Sends what lies ready, where it is enough.
    ///
    /// - Throws: where the client has gone away.
    func flush() async throws {
        guard pending.readableBytes >= (hasBegun ? Self.chunk : Self.longest) else { return }
        let chunk = try takePending(isLast: false)
        guard wantsBody, chunk.readableBytes > 0 else { return }
        try await outlet.pass(beginning(), chunk)
    }

    /// Sends bytes at once, as one chunk and as they are; an answer of which this is done has nothing else.
    ///
    /// - Throws: where the client has gone away.
    func send(_ chunk: ByteBuffer) async throws {
        guard wantsBody else { return }
        isCompressible = false
        count += chunk.readableBytes
        unseen += chunk.readableBytes
        guard unseen >= Self.chunk else {
            try Task.checkCancellation()
            outlet.post(beginning(), chunk, isLast: false)
            return
        }
        unseen = 0
        try await outlet.pass(beginning(), chunk)
    }

    /// Sends something between two chunks of an answer that has begun, each time that it is called, from wherever and
    /// whatever the answer waits for.
    func interjecting(_ bytes: ByteBuffer) -> @Sendable () -> Void {
        { [outlet] in outlet.interject(bytes) }
    }

    /// Ends the answer.
    ///
    /// - Throws: where it cannot be gzipped.
    func finish() throws {
        let last = try takePending(isLast: true)
        guard hasBegun else {
            let whole = form.whole(head, last, length: count)
            (hasBegun, count) = (true, whole.count)
            outlet.post(whole.head, whole.body, isLast: true)
            return
        }
        outlet.post(nil, last.readableBytes > 0 ? last : nil, isLast: true)
    }

    /// Answers with a refusal instead of what was written; nothing may have been sent yet.
    func refuse(_ refusal: Refusal) {
        head = AnswerHead(status: refusal.status, headerFields: refusal.headers)
        let whole = form.whole(refusal)
        (hasBegun, count) = (true, whole.count)
        outlet.post(whole.head, whole.body, isLast: true)
    }

    /// The answer failed when a part of it had been sent, or nobody waits for it.
    func breakOff() { outlet.breakOff() }

    /// The head, where nothing was sent before.
    private func beginning() -> HTTPResponseHead? {
        guard !hasBegun else { return nil }
        hasBegun = true
        return form.head(head)
    }

    /// What lies ready, gzipped where the answer is: that is decided when there is enough of it to tell.
    private func takePending(isLast: Bool) throws -> ByteBuffer {
        var bytes = pending
        pending = ByteBuffer()
        if !hasBegun, gzip == nil, isCompressible {
            head.headerFields[.vary] = "Accept-Encoding"
            if form.packs(bytes.readableBytes) {
                gzip = Gzip(level: Self.gzipLevel)
                head.headerFields[.contentEncoding] = "gzip"
            }
        }
        if let gzip {
            var compressed = ByteBuffer()
            try bytes.withUnsafeReadableBytes { bytes throws in
                try gzip.add(bytes) { compressed.writeBytes($0) }
                if isLast { try gzip.finish { compressed.writeBytes($0) } }
            }
            bytes = compressed
        }
        count += bytes.readableBytes
        return bytes
    }
}
