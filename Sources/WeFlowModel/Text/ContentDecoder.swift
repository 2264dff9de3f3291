import CZstd

/// Why a stored column gives no text.
public enum ContentFailure: Error, Sendable, Equatable {
    /// The zstd frame is cut off or its bytes are wrong.
    case damagedFrame
    /// The frame was compressed with a dictionary, which no account is known to hold.
    case needsDictionary(UInt32)
    /// More than ``ContentDecoder/maximumSize`` bytes would come out.
    case tooLarge
    /// The system gave no memory for the decompressor.
    case outOfMemory
}

/// Turns the raw bytes of a text column into the bytes of its text (<doc:StoredText>).
///
/// A value that begins with the zstd magic is a frame, anything else is the text itself; the `WCDB_CT_…` flag is not
/// asked. One decoder holds one decompression context and one output buffer for all rows of one worker, so it is not
/// `Sendable`, and a text is lent for the time of a call: nothing of it can outlive a decoder that nobody else holds.
public final class ContentDecoder {
    /// The largest text that is decompressed, in bytes: 50 MiB.
    public static let maximumSize = 50 << 20

    /// Buffers above this are given back after the row that needed them.
    private static let retainedSize = 4 << 20
    /// 64 MiB: enough for every frame whose text is within the limit.
    private static let windowLogMaximum: Int32 = 26
    private static let sizeUnknown = UInt64.max
    private static let sizeError = UInt64.max - 1

    private var context: OpaquePointer?
    private var space = FrameSpace()
    private var output = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16)

    /// Makes a decoder; the decompressor and its buffer are made for the first frame.
    public init() {}

    deinit {
        ZSTD_freeDCtx(context)
        output.deallocate()
    }

    /// True where `column` is a zstd frame.
    @inline(__always)
    public static func isCompressed(_ column: UnsafeRawBufferPointer) -> Bool {
        column.count >= 4 && column[0] == 0x28 && column[1] == 0xB5 && column[2] == 0x2F && column[3] == 0xFD
    }

    /// A text, or why there is none.
    public typealias Text = Result<UnsafeRawBufferPointer, ContentFailure>

    /// Lends the text of `column`: the column itself, or the decoder's buffer.
    ///
    /// - Parameters:
    ///   - column: the bytes as the database holds them.
    ///   - body: takes the text's bytes, which may be damaged UTF-8, or why a frame gives nothing; it must not ask this
    ///     decoder for another text.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    @inlinable
    public func withText<Value, Failure: Error>(
        of column: UnsafeRawBufferPointer, _ body: (Text) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(lent(column, UnsafeRawBufferPointer(start: nil, count: 0)))
    }

    /// Lends the text of a row: `compressContent` where it decodes to something, else `messageContent`.
    ///
    /// - Parameters:
    ///   - compressContent: the column of that name, empty where it is NULL.
    ///   - messageContent: the column of that name, empty where it is NULL.
    ///   - body: takes the text's bytes, or why `messageContent`, which is needed then, gives nothing; it must not ask
    ///     this decoder for another text.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    @inlinable
    public func withText<Value, Failure: Error>(
        compressContent: UnsafeRawBufferPointer, messageContent: UnsafeRawBufferPointer,
        _ body: (Text) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(lent(messageContent, compressContent))
    }

    /// What the others lend: valid until the next call, while the decoder lives.
    @usableFromInline
    func lent(_ messageContent: UnsafeRawBufferPointer, _ compressContent: UnsafeRawBufferPointer) -> Text {
        Result { () throws(ContentFailure) in
            try text(compressContent: compressContent, messageContent: messageContent)
        }
    }

    private func text(of column: UnsafeRawBufferPointer) throws(ContentFailure) -> UnsafeRawBufferPointer {
        guard Self.isCompressed(column) else { return column }
        return try decompress(column)
    }

    private func text(
        compressContent: UnsafeRawBufferPointer, messageContent: UnsafeRawBufferPointer
    ) throws(ContentFailure) -> UnsafeRawBufferPointer {
        if !compressContent.isEmpty {
            do {
                let text = try text(of: compressContent)
                if !text.isEmpty { return text }
            } catch {
                if messageContent.isEmpty { throw error }
            }
        }
        return try text(of: messageContent)
    }

    private func decompress(_ frame: UnsafeRawBufferPointer) throws(ContentFailure) -> UnsafeRawBufferPointer {
        if FrameSpace.mayTake(frame) {
            reserve(FrameSpace.room)
            if let written = space.decompress(frame, to: output) {
                return UnsafeRawBufferPointer(rebasing: output[..<written])
            }
        }
        let context = try readyContext()
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        if size == Self.sizeError { throw .damagedFrame }
        let dictionary = ZSTD_getDictID_fromFrame(frame.baseAddress, frame.count)
        if dictionary != 0 { throw .needsDictionary(dictionary) }
        if size != Self.sizeUnknown {
            if size > UInt64(Self.maximumSize) { throw .tooLarge }
            reserve(Int(size))
            let written = ZSTD_decompressDCtx(context, output.baseAddress, output.count, frame.baseAddress, frame.count)
            if ZSTD_isError(written) == 0 { return UnsafeRawBufferPointer(rebasing: output[..<written]) }
        }
        return try stream(frame, context)
    }

    /// For a frame that does not say its size, or several frames in a row: the buffer grows with what comes out.
    private func stream(
        _ frame: UnsafeRawBufferPointer, _ context: OpaquePointer
    ) throws(ContentFailure) -> UnsafeRawBufferPointer {
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        var input = ZSTD_inBuffer(src: frame.baseAddress, size: frame.count, pos: 0)
        var produced = 0
        // How much had come out, and how much had been taken in, where the last frame ended.
        var whole: (output: Int, input: Int)?
        func textBeforeOtherBytes() throws(ContentFailure) -> UnsafeRawBufferPointer {
            guard let whole, !Self.mayBeginFrame(UnsafeRawBufferPointer(rebasing: frame[whole.input...])) else {
                throw .damagedFrame
            }
            return UnsafeRawBufferPointer(rebasing: output[..<whole.output])
        }
        while true {
            if produced == output.count {
                if produced >= Self.maximumSize { throw .tooLarge }
                grow(keeping: produced)
            }
            var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: produced)
            let hint = ZSTD_decompressStream(context, &target, &input)
            if ZSTD_isError(hint) != 0 { return try textBeforeOtherBytes() }
            produced = target.pos
            if hint == 0 { whole = (produced, input.pos) }
            if input.pos == input.size {
                if hint == 0 { return UnsafeRawBufferPointer(rebasing: output[..<produced]) }
                if produced < output.count { return try textBeforeOtherBytes() }
            }
        }
    }

    /// Whether bytes behind a frame are another one, as far as they go: a text ends with its last frame, whatever a store
    /// left behind it.
    private static func mayBeginFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.prefix(4).elementsEqual([0x28, 0xB5, 0x2F, 0xFD].prefix(bytes.count)) { return true }
        // A frame to be skipped.
        return bytes.first.map { $0 & 0xF0 == 0x50 } == true
            && bytes.dropFirst().prefix(3).elementsEqual([0x2A, 0x4D, 0x18].prefix(bytes.count - 1))
    }

    private func readyContext() throws(ContentFailure) -> OpaquePointer {
        if let context { return context }
        guard let made = ZSTD_createDCtx() else { throw .outOfMemory }
        ZSTD_DCtx_setParameter(made, ZSTD_d_windowLogMax, Self.windowLogMaximum)
        context = made
        return made
    }

    private func reserve(_ size: Int) {
        let needed = max(size, FrameSpace.room)
        if output.count >= needed, output.count <= Self.retainedSize || needed > Self.retainedSize { return }
        output.deallocate()
        output = .allocate(byteCount: needed, alignment: 16)
    }

    private func grow(keeping produced: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(max(output.count, 32 << 10) * 2, Self.maximumSize), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: output[..<produced]))
        output.deallocate()
        output = larger
    }
}
