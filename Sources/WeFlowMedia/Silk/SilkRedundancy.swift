/// Copies of lost packets that later packets carry (<doc:LostPackets>).
struct SilkRedundancy: ~Copyable {
    private let payload = SilkMemory<UInt8>(SilkRangeDecoder.capacity)
    private var symbols = SilkSymbols()

    /// How far behind a packet its copy may travel.
    static let reach = 2

    /// The copy of the packet `distance` (1 or 2) before `packet`, or nil where that one carries none.
    ///
    /// What comes back is valid until the next call.
    mutating func copy(
        in packet: UnsafeBufferPointer<UInt8>, distance: Int, _ books: borrowing SilkCodebooks
    ) -> UnsafeBufferPointer<UInt8>? {
        guard !packet.isEmpty, packet.count <= SilkRangeDecoder.longest else { return nil }
        let wanted =
            distance == 1 ? SilkSymbols.Termination.copyOfPrevious : SilkSymbols.Termination.copyOfSecondPrevious
        var decoder = SilkRangeDecoder(buffer: payload.base)
        decoder.start(packet)
        for index in 0..<SilkDecoder.framesPerPacket {
            symbols.read(&decoder, books, first: index == 0)
            guard let left = decoder.bytesLeft, left > 0 else { return nil }
            if symbols.termination == wanted { return decoder.tail(left) }
            if symbols.termination != SilkSymbols.Termination.more { return nil }
        }
        return nil
    }
}
