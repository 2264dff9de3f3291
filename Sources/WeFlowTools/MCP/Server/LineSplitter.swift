/// Cuts a stream of bytes into lines; of one that is too long nothing is kept.
struct LineSplitter {
    /// A line of a stream.
    enum Line: Equatable {
        /// Without its end.
        case whole([UInt8])
        /// Longer than is taken.
        case tooLong
    }

    private let most: Int
    private var held: [UInt8] = []
    private var isTooLong = false

    /// - Parameter most: the longest line that is taken, in bytes.
    init(most: Int) { self.most = most }

    /// Takes what came next.
    ///
    /// - Returns: the lines that end in it.
    mutating func add(_ bytes: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            append(rest[..<end])
            lines.append(take())
            rest = rest[(end + 1)...]
        }
        append(rest)
        return lines
    }

    /// What stands behind the last end of a line; nil where nothing does.
    mutating func end() -> Line? { held.isEmpty && !isTooLong ? nil : take() }

    private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !isTooLong else { return }
        if held.count + bytes.count > most {
            isTooLong = true
            held = []
        } else {
            held += bytes
        }
    }

    private mutating func take() -> Line {
        defer { (held, isTooLong) = ([], false) }
        return isTooLong ? .tooLong : .whole(held)
    }
}
