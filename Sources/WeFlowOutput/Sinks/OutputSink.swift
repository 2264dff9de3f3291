/// Where the bytes of an answer go, in order.
///
/// One task at a time writes to a sink. A sink that is let go before `finish` leaves nothing behind that looks whole.
public protocol OutputSink: AnyObject {
    /// Takes bytes; they may be held back for a while.
    ///
    /// - Throws: `WeFlowError` of kind `.system` where they cannot be written, `ClosedPipe` where nobody reads any more.
    func write(_ bytes: UnsafeRawBufferPointer) throws

    /// Hands on what is held back, for a reader that waits for every line.
    ///
    /// - Throws: as `write`.
    func flush() throws

    /// Hands on the rest and completes the output; nothing may be written after it.
    ///
    /// - Throws: as `write`.
    func finish() throws
}

extension OutputSink {
    /// Takes all that a buffer holds.
    ///
    /// - Throws: as the raw form.
    public func write(_ bytes: borrowing OutputBytes) throws {
        try bytes.withBytes { bytes throws(any Error) in try write(bytes) }
    }

    /// Takes a text as UTF-8.
    ///
    /// - Throws: as the raw form.
    public func write(_ text: String) throws {
        var text = text
        try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
    }
}

/// The reader of the standard output has gone: no failure, the program ends quietly (<doc:OutputFiles#Streams>).
public struct ClosedPipe: Error, Sendable, Equatable {}
