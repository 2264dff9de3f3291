import NIOCore
import WeFlowSystem

/// The bytes of each request, before the HTTP parser sees them.
///
/// They are passed on in pieces that end where a head or a body ends, so that it is known which byte begins a request,
/// also where a client sends several at once. Three things are then put right that the parser would refuse or
/// misunderstand:
///
/// - The parser knows a fixed list of methods and calls every other one a malformed request; a method of no endpoint has
///   to be answered 405 with `Allow` all the same. So a well-formed method that the parser may not know reaches it under
///   the name of one that it knows and no endpoint has.
/// - Bytes from 0x80 on in the target are taken as if they were percent-encoded, as clients send them that put texts into
///   an address as they are.
/// - A tab in a header field is the blank that it stands for.
///
/// It also says when the head of a request begins, which starts the clock for the client to finish it, and holds what was
/// read while the connection has a request to answer.
final class RequestStart: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let known: [StaticString] = ["GET", "POST", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH", "TRACE"]
    private static let standIn = "PURGE"
    private static let longestMethod = 32

    /// What is expected next.
    private enum Place {
        /// A method.
        case method
        /// The rest of a head.
        case head(HeadScan)
        /// So many more bytes of a body.
        case body(Int)
        /// A body of chunks, which ends as a head does.
        case chunks(HeadScan)
    }

    /// Told that the first byte of a request has come, and that the client has closed its sending side.
    var onEvent: ((ConnectionMachine.Event) -> Void)?
    /// Says whether more is wanted now.
    var isWanted: (() -> Bool)?

    private var context: ChannelHandlerContext?
    private var place = Place.method
    /// What was read and not yet passed on.
    private var waiting = ByteBuffer()
    /// Whether a byte of the next request has arrived.
    private var hasBegun = false
    private var isFeeding = false
    private var isDiscarding = false
    /// Whether the client has closed its side, which is told when all before it was passed on.
    private var isInputClosed = false
    /// What the parser made of the piece that was handed to it last: a head and how many bytes of a body it announces
    /// (nil where that is not known before its end), and the end of a request.
    private var head: (hasHead: Bool, bodyLength: Int?) = (false, nil)
    private var hasEnd = false

    /// The parser found a head, which announces so many bytes of a body; nil where that is not known before its end.
    func sawHead(bodyLength: Int?) { head = (true, bodyLength) }

    /// The parser found the end of a request.
    func sawEnd() { hasEnd = true }

    /// Nothing that arrives from now on is read: the connection is about to close.
    func discardRest() {
        isDiscarding = true
        waiting = ByteBuffer()
    }

    /// Bytes that are held.
    var held: Int { waiting.readableBytes }

    /// Whether something waits that could be passed on now.
    var canFeed: Bool { !isFeeding && !isDiscarding && (held > 0 || isInputClosed) }

    /// Passes on what waits, as far as it is wanted.
    func feed() {
        guard !isFeeding, let context else { return }
        isFeeding = true
        var hasPiece = true
        while hasPiece, held > 0, !isDiscarding, isWanted?() ?? true { hasPiece = passPiece(context) }
        isFeeding = false
        if isInputClosed, held == 0 || isDiscarding || !hasPiece { endInput(context) }
    }

    /// Writes an answer that is there in its final bytes, past the encoder that stands behind this.
    func write(_ head: ByteBuffer, _ body: ByteBuffer) {
        context?.write(NIOAny(head), promise: nil)
        context?.write(NIOAny(body), promise: nil)
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDiscarding else { return }
        var bytes = unwrapInboundIn(data)
        if waiting.readableBytes == 0 { waiting = bytes } else { waiting.writeBuffer(&bytes) }
        feed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isInputClosed = true
        onEvent?(.inputClosed)
        feed()
    }

    private func endInput(_ context: ChannelHandlerContext) {
        isInputClosed = false
        if waiting.readableBytes > 0, !isDiscarding {
            // A method without its end: the parser says what it thinks of that.
            let bytes = waiting
            waiting = ByteBuffer()
            pass(bytes, context)
        }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    // MARK: Pieces

    /// Passes on as much as belongs together.
    ///
    /// - Returns: whether there was enough of it.
    private func passPiece(_ context: ChannelHandlerContext) -> Bool {
        switch place {
        case .method:
            return passMethod(context)
        case .head(var scan):
            let (length, isEnd) = waiting.withUnsafeReadableBytes { scan.find($0) }
            guard let piece = waiting.readSlice(length: length) else { return false }
            pass(scan.isPlain ? piece : scan.rewritten(piece), context)
            scan.forgetRewriting()
            place = .head(scan)
            if isEnd { endHead() }
        case .body(let left):
            let length = min(left, waiting.readableBytes)
            guard let piece = waiting.readSlice(length: length) else { return false }
            pass(piece, context)
            place = .body(left - length)
            if hasEnd { beginRequest() }
        case .chunks(var scan):
            let (length, _) = waiting.withUnsafeReadableBytes { scan.find($0) }
            guard let piece = waiting.readSlice(length: length) else { return false }
            pass(piece, context)
            place = .chunks(scan)
            if hasEnd { beginRequest() }
        }
        return true
    }

    /// Passes on a method, under another name where the parser may not know it.
    private func passMethod(_ context: ChannelHandlerContext) -> Bool {
        if !hasBegun {
            hasBegun = true
            onEvent?(.firstByte)
        }
        let isBreak: (UInt8) -> Bool = { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        let breaks = waiting.readableBytesView.prefix(while: isBreak).count
        if breaks > 0 {
            // Some clients send a line break behind a body; the parser passes over it.
            guard let piece = waiting.readSlice(length: breaks) else { return false }
            pass(piece, context)
            return true
        }
        switch Self.beginsWithKnownMethod(waiting) ? .known : Self.method(of: waiting.readableBytesView) {
        case .incomplete:
            return false
        case .other(let length):
            waiting.moveReaderIndex(forwardBy: length)
            pass(ByteBuffer(string: Self.standIn), context)
        case .known:
            break
        }
        place = .head(HeadScan())
        return true
    }

    private func endHead() {
        if hasEnd || !head.hasHead {
            beginRequest()
        } else if let length = head.bodyLength {
            place = .body(length)
        } else {
            place = .chunks(HeadScan())
        }
    }

    private func beginRequest() {
        place = .method
        hasBegun = false
    }

    private func pass(_ piece: ByteBuffer, _ context: ChannelHandlerContext) {
        (head, hasEnd) = ((false, nil), false)
        context.fireChannelRead(wrapInboundOut(piece))
    }

    // MARK: Methods

    /// Whether bytes begin with a method that the parser knows and the blank behind it.
    private static func beginsWithKnownMethod(_ bytes: ByteBuffer) -> Bool {
        bytes.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return known.contains { method in
                let count = method.utf8CodeUnitCount
                return bytes.count > count && bytes[count] == UInt8(ascii: " ")
                    && Memory.compare(base, method.utf8Start, count) == 0
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
            guard HTTPField.isTokenByte(byte), length < longestMethod else { return .known }
            length += 1
        }
        return .incomplete
    }
}
