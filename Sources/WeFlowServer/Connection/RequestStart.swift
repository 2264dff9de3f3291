import NIOCore

/// The first bytes of each request, before the HTTP parser sees them.
///
/// The parser knows a fixed list of methods and calls every other one a malformed request; a method of no endpoint
/// has to be answered 405 with `Allow` all the same (contract section 7: "every method there is"). So a well-formed
/// method that the parser may not know reaches it under the name of one that it knows and no endpoint has.
/// It also says when the head of a request begins, which starts the clock for the client to finish it.
final class RequestStart: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let known: Set<String> = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]
    private static let standIn = "PURGE"
    private static let longestMethod = 32

    /// Called when the first byte of a request has arrived.
    var onFirstByte: (() -> Void)?
    private var isAtStart = true
    private var isDiscarding = false
    private var held = ByteBuffer()
    /// What the parser made of the chunk that was handed to it last.
    private var bodyBytesInChunk = 0
    private var hasEndInChunk = false
    /// Whether that chunk held nothing behind the request that it ended.
    private var endsWithRequest = false

    /// Everything has been answered: the next byte begins a request, unless a client that sends several at once has
    /// already sent a part of it.
    func expectRequest() {
        isAtStart = endsWithRequest
    }

    /// The parser found so many bytes of a body.
    func sawBody(_ count: Int) {
        bodyBytesInChunk += count
    }

    /// The parser found the end of a request.
    func sawEnd() {
        hasEndInChunk = true
    }

    /// Nothing that arrives from now on is read: the connection is about to close.
    func discardRest() {
        isDiscarding = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDiscarding else { return }
        var buffer = unwrapInboundIn(data)
        guard isAtStart else {
            pass(buffer, context)
            return
        }
        if held.readableBytes == 0 {
            onFirstByte?()
            held = buffer
        } else {
            held.writeBuffer(&buffer)
        }
        switch Self.method(of: held.readableBytesView) {
        case .incomplete:
            return
        case .other(let length):
            var renamed = ByteBuffer(string: Self.standIn)
            held.moveReaderIndex(forwardBy: length)
            renamed.writeBuffer(&held)
            held = renamed
        case .known:
            break
        }
        isAtStart = false
        release(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { release(context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func release(_ context: ChannelHandlerContext) {
        guard held.readableBytes > 0 else { return }
        let bytes = held
        held = ByteBuffer()
        pass(bytes, context)
    }

    private func pass(_ chunk: ByteBuffer, _ context: ChannelHandlerContext) {
        (bodyBytesInChunk, hasEndInChunk) = (0, false)
        context.fireChannelRead(wrapInboundOut(chunk))
        guard hasEndInChunk else { return }
        endsWithRequest = Self.endsWithRequest(chunk.readableBytesView, bodyBytes: bodyBytesInChunk)
    }

    /// Whether a chunk that ended a request held nothing behind it: it ends with a head or a last chunk, or with as
    /// many bytes as the parser took for the body.
    private static func endsWithRequest(_ chunk: ByteBufferView, bodyBytes: Int) -> Bool {
        let headEnd: [UInt8] = [13, 10, 13, 10]
        if chunk.suffix(4).elementsEqual(headEnd) || chunk.count == bodyBytes { return true }
        guard bodyBytes > 0, bodyBytes + 4 <= chunk.count else { return false }
        return chunk.dropLast(bodyBytes).suffix(4).elementsEqual(headEnd)
    }

    private enum Method {
        /// The method is not all there yet.
        case incomplete
        /// The parser may have it as it is: it knows it, or has to refuse it.
        case known
        /// A well-formed method of this length that the parser may not know.
        case other(length: Int)
    }

    private static func method(of bytes: ByteBufferView) -> Method {
        var length = 0
        for byte in bytes {
            if byte == UInt8(ascii: " ") {
                guard length > 0 else { return .known }
                let name = String(decoding: bytes.prefix(length), as: UTF8.self)
                return known.contains(name) ? .known : .other(length: length)
            }
            guard isTokenByte(byte), length < longestMethod else { return .known }
            length += 1
        }
        return .incomplete
    }

    /// Whether a method may hold the byte (RFC 9110 section 5.6.2, `tchar`).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
