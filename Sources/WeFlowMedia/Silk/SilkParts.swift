extension SilkVoice {
    /// One row of a voice that the store keeps in several (<doc:Voices#Parts>).
    public struct Part: Sendable, Equatable {
        /// The row's `data_index`: a number in decimal.
        public var index: String
        /// The row's `voice_data`.
        public var bytes: [UInt8]

        /// Makes a part of a row's `data_index` and `voice_data`.
        public init(index: String, bytes: [UInt8]) {
            self.index = index
            self.bytes = bytes
        }
    }

    /// Joins the parts of one voice in the numeric order of their indices; an index that is no number comes last.
    ///
    /// A part may be any piece of the file. Where a later one is a SILK file of its own, its packets follow the last
    /// whole packet of what came before.
    public static func joined(_ parts: [Part]) -> [UInt8] {
        let sorted = parts.enumerated().sorted { left, right in
            let (first, second) = (Int(left.element.index) ?? .max, Int(right.element.index) ?? .max)
            return (first, left.offset) < (second, right.offset)
        }
        var joined: [UInt8] = []
        for (_, part) in sorted where !part.bytes.isEmpty {
            guard let start = headerLength(part.bytes), let end = endOfPackets(joined) else {
                joined += part.bytes
                continue
            }
            joined.removeSubrange(end...)
            joined += part.bytes[start...]
        }
        return joined
    }

    private static func headerLength(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { SilkContainer($0)?.position }
    }

    /// Where the last whole packet of a SILK file ends.
    private static func endOfPackets(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            guard var packets = SilkContainer(buffer) else { return nil }
            while packets.next() != nil {}
            return packets.position
        }
    }
}
