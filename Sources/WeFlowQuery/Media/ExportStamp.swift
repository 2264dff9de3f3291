/// The time of change that an exported file is given: it says what the file was made of, so that the next export knows
/// by one look that nothing is to be done.
///
/// The seconds are the source's own time, which is also what a reader wants to see; the nanoseconds are a checksum over
/// the sizes of both and the rendition. Whoever writes to the file takes the stamp away.
package struct ExportStamp: Sendable, Equatable {
    /// Unix seconds.
    package let seconds: Int
    /// 0…999,999,999.
    package let nanoseconds: Int

    /// The stamp of a file of `size` bytes.
    ///
    /// - Parameters:
    ///   - modified: when the source was changed, Unix seconds.
    ///   - source: what tells the source from others, such as its size.
    ///   - variant: what else was chosen, such as the rendition.
    ///   - size: bytes of the exported file.
    package init(modified: Int, source: Int, variant: Int = 0, size: Int) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for number in [source, variant, size] {
            var word = UInt64(bitPattern: Int64(number))
            for _ in 0..<8 {
                hash = (hash ^ (word & 0xFF)) &* 0x100_0000_01b3
                word >>= 8
            }
        }
        seconds = modified
        nanoseconds = Int(hash % 1_000_000_000)
    }
}
