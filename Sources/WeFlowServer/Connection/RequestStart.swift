import NIOCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The first bytes of each request, before the HTTP parser sees them.
///
/// The parser knows a fixed list of methods and calls every other one a malformed request; a method of no endpoint has
/// to be answered 405 with `Allow` all the same. So a well-formed method that the parser may not know reaches it under
/// the name of one that it knows and no endpoint has. It also says when the head of a request begins, which starts the
/// clock for the client to finish it.
final class RequestStart: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let known: [StaticString] = ["GET", "POST", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH", "TRACE"]
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
    private var isPassing = false
    private var isExpecting = false

    /// Everything has been answered: the next byte begins a request, unless a client that sends several at once has
    /// already sent a part of it.
    func expectRequest() {
        // What is being passed on has still to be looked at.
        isExpecting = isPassing
        isAtStart = !isPassing && endsWithRequest
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
            if Self.beginsWithKnownMethod(buffer) {
                isAtStart = false
                pass(buffer, context)
                return
            }
            held = buffer
        } else {
            held.writeBuffer(&buffer)
        }
        switch Self.beginsWithKnownMethod(held) ? .known : Self.method(of: held.readableBytesView) {
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
        (bodyBytesInChunk, hasEndInChunk, isPassing) = (0, false, true)
        context.fireChannelRead(wrapInboundOut(chunk))
        isPassing = false
        if hasEndInChunk { endsWithRequest = Self.endsWithRequest(chunk, bodyBytes: bodyBytesInChunk) }
        if isExpecting {
            isExpecting = false
            isAtStart = endsWithRequest
        }
    }

    /// Whether a chunk that ended a request held nothing behind it: it ends with a head or a last chunk, or with as
    /// many bytes as the parser took for the body.
    private static func endsWithRequest(_ chunk: ByteBuffer, bodyBytes: Int) -> Bool {
        func headEnds(before index: Int) -> Bool {
            index - 4 >= chunk.readerIndex && chunk.getInteger(at: index - 4, as: UInt32.self) == 0x0D0A_0D0A
        }
        if headEnds(before: chunk.writerIndex) || chunk.readableBytes == bodyBytes { return true }
        return bodyBytes > 0 && headEnds(before: chunk.writerIndex - bodyBytes)
    }

    /// Whether bytes begin with a method that the parser knows and the blank behind it.
    private static func beginsWithKnownMethod(_ bytes: ByteBuffer) -> Bool {
        bytes.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return known.contains { method in
                let count = method.utf8CodeUnitCount
                return bytes.count > count && bytes[count] == UInt8(ascii: " ")
                    && memcmp(base, method.utf8Start, count) == 0
            }
        }
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
                return .other(length: length)
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
