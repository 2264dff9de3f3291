internal import CTextLanes

/// Decompresses the zstd frames that nearly all contents are (<doc:StoredText#From-column-to-text>): one compressed block of a known
/// size, without a checksum. All others, and whatever is wrong with one, are left to libzstd, which it agrees with.
///
/// A content of 600 bytes takes libzstd 2.1 µs, most of them for tables that are larger than such a text needs, and takes
/// 1.3 here: a tenth of the processor time of an export.
struct FrameSpace: ~Copyable {
    /// The longest frame that is taken; what is longer is no shorter as a text.
    private static let longest = Int(WEFLOW_FRAME_TEXT_MOST)
    /// Room that is enough for every text.
    static let room = longest + Int(WEFLOW_FRAME_TEXT_SLACK)

    private var memory: UnsafeMutableRawPointer?

    init() {}

    deinit { memory?.deallocate() }

    /// Whether a frame is worth a try.
    static func mayTake(_ frame: UnsafeRawBufferPointer) -> Bool { frame.count <= longest }

    /// Decompresses a frame.
    ///
    /// - Parameters:
    ///   - frame: the frame.
    ///   - output: where the text goes; more of it may be written.
    /// - Returns: how many bytes the text has; nil where libzstd has to be asked.
    mutating func decompress(_ frame: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) -> Int? {
        guard let source = frame.baseAddress, let target = output.baseAddress else { return nil }
        let written = weflow_frame_text(
            ready(), source.assumingMemoryBound(to: UInt8.self), frame.count,
            target.assumingMemoryBound(to: UInt8.self), output.count)
        return written >= 0 ? written : nil
    }

    private mutating func ready() -> OpaquePointer {
        if let memory { return OpaquePointer(memory) }
        let made = UnsafeMutableRawPointer.allocate(byteCount: weflow_frame_space_size(), alignment: 16)
        weflow_frame_space_make(OpaquePointer(made))
        memory = made
        return OpaquePointer(made)
    }
}
