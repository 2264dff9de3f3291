import HTTPTypes
import HummingbirdCore
import NIOCore
import WeFlowOutput

/// Sends one answer in its final form: the fields that all have, HEAD without its body, gzip, whole or in pieces.
///
/// What is short is sent whole, with its length; until then a failure can still become an error answer. What is long
/// is sent in pieces, each as soon as the client has taken the one before.
final class AnswerWriter {
    /// Bytes that are collected before an answer begins without its end.
    private static let longest = 256 << 10
    /// Bytes that are collected from then on.
    private static let chunk = 64 << 10
    /// Answers that are not longer are not gzipped.
    private static let smallest = 1 << 10
    /// Fast rather than small: the client is on this machine.
    private static let gzipLevel: Int32 = 3

    /// Status and header fields; they may be changed until the answer begins.
    var head = HTTPResponse(status: .ok)
    /// Whether gzip is of use; off for what is compressed already.
    var isCompressible = true
    /// Whether the client wants more than the head.
    let wantsBody: Bool
    /// Whether something was sent: what fails now can only be broken off.
    private(set) var hasBegun = false
    /// Bytes of the body so far.
    private(set) var count = 0

    private let acceptsGzip: Bool
    private let fields: HTTPFields
    private let channel: any Channel
    private var response: ResponseWriter?
    private var body: (any ResponseBodyWriter)?
    private var pending = ByteBuffer()
    private var gzip: Gzip?
    /// Bytes that were sent since the event loop was last waited for.
    private var unseen = 0

    /// - Parameters:
    ///   - response: where the answer goes to.
    ///   - channel: the connection that it goes out on.
    ///   - request: what it answers.
    ///   - fields: the fields that every answer has.
    init(_ response: consuming ResponseWriter, on channel: any Channel, to request: Request, fields: HTTPFields) {
        self.response = consume response
        (self.channel, self.fields) = (channel, fields)
        wantsBody = request.method != .head
        acceptsGzip = AcceptEncoding.takesGzip(request.headers[.acceptEncoding])
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

    /// Sends what lies ready, where it is enough.
    ///
    /// - Throws: where the client has gone away.
    func flush() async throws {
        guard pending.readableBytes >= (hasBegun ? Self.chunk : Self.longest) else { return }
        let chunk = try takePending(isLast: false)
        guard wantsBody, chunk.readableBytes > 0 else { return }
        if let response = response.take() {
            hasBegun = true
            completeHead()
            body = try await response.writeHead(head)
        }
        try await body?.write(chunk)
        // A write returns when it is in line for the event loop; only behind it is known whether the client keeps up.
        try await channel.eventLoop.submit {}.get()
    }

    /// Sends bytes at once, as one chunk and as they are; an answer of which this is done has nothing else.
    ///
    /// - Throws: where the client has gone away.
    func send(_ chunk: ByteBuffer) async throws {
        guard wantsBody else { return }
        isCompressible = false
        if let response = response.take() {
            hasBegun = true
            completeHead()
            body = try await response.writeHead(head)
        }
        count += chunk.readableBytes
        try await body?.write(chunk)
        unseen += chunk.readableBytes
        guard unseen >= Self.chunk else { return }
        unseen = 0
        try await channel.eventLoop.submit {}.get()
    }

    /// Ends the answer.
    ///
    /// - Throws: where the client has gone away.
    func finish() async throws {
        let last = try takePending(isLast: true)
        if let response = response.take() {
            hasBegun = true
            completeHead()
            let mayHaveBody = head.status != .noContent && head.status != .notModified
            if mayHaveBody, head.headerFields[.contentLength] == nil { head.headerFields[.contentLength] = "\(count)" }
            if mayHaveBody, wantsBody {
                try await response.write(response: head, body: ResponseBody(byteBuffer: last))
            } else {
                count = 0
                try await response.writeResponse(head)
            }
            return
        }
        if last.readableBytes > 0 { try await body?.write(last) }
        try await body.take()?.finish(nil)
    }

    /// Answers with a refusal instead of what was written; nothing may have been sent yet.
    ///
    /// - Throws: where the client has gone away.
    func refuse(_ refusal: Refusal) async throws {
        pending = refusal.body
        (gzip, isCompressible, count) = (nil, false, 0)
        head = HTTPResponse(status: refusal.status, headerFields: refusal.headers)
        try await finish()
    }

    private func completeHead() {
        for field in fields {
            if field.name == .vary, let other = head.headerFields[.vary] {
                head.headerFields[.vary] = "\(other), \(field.value)"
            } else {
                head.headerFields[field.name] = field.value
            }
        }
    }

    /// What lies ready, gzipped where the answer is: that is decided when there is enough of it to tell.
    private func takePending(isLast: Bool) throws -> ByteBuffer {
        var bytes = pending
        pending = ByteBuffer()
        if !hasBegun, gzip == nil, isCompressible {
            head.headerFields[.vary] = "Accept-Encoding"
            if acceptsGzip, bytes.readableBytes > Self.smallest {
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
