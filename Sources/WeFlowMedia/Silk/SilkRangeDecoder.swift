/// One cumulative table: `count` symbols, `count` + 1 entries from 0 to 65535.
struct SilkCDF {
    let entries: UnsafePointer<UInt16>
    let count: Int

    /// The table `index` places further on, among tables of the same size that follow each other.
    @inline(__always) func at(_ index: Int) -> SilkCDF {
        SilkCDF(entries: entries + index &* (count &+ 1), count: count)
    }
}

/// Reads symbols from one packet (<doc:SilkDecoding#Range-decoder>).
///
/// `buffer` holds `capacity` bytes and is never cleared: bytes past a short packet are left over from longer ones, as
/// in the reference, which matters for damaged packets alone.
struct SilkRangeDecoder {
    /// The longest payload, and the bytes that the decoder reads ahead of it.
    static let longest = 1024
    static let capacity = longest + 4

    private let buffer: UnsafeMutablePointer<UInt8>
    private(set) var length = 0
    private var position = 4
    private var base: UInt32 = 0
    private var range: UInt32 = 0xFFFF
    /// A symbol could not be: the packet is damaged, and every further symbol reads as 0.
    private(set) var failed = false

    init(buffer: UnsafeMutablePointer<UInt8>) {
        self.buffer = buffer
    }

    /// Begins a payload of 1...1024 bytes.
    mutating func start(_ payload: UnsafeBufferPointer<UInt8>) {
        length = min(payload.count, Self.longest)
        base = 0
        for index in 0..<length { buffer[index] = payload[index] }
        for index in 0..<4 { base = (base &<< 8) | (index < length ? UInt32(buffer[index]) : 0) }
        range = 0xFFFF
        position = 4
        failed = false
    }

    /// The next symbol of `cdf`.
    mutating func symbol(_ cdf: SilkCDF) -> Int {
        guard !failed, base < range &* 65535 else {
            failed = true
            return 0
        }
        let entries = cdf.entries
        var low = 0
        if cdf.count > 20 {
            var high = cdf.count
            while high &- low > 8 {
                let middle = (low &+ high) &>> 1
                let below = range &* UInt32(entries[middle]) <= base
                low = below ? middle : low
                high = below ? high : middle
            }
        }
        while range &* UInt32(entries[low &+ 1]) <= base { low &+= 1 }
        return narrow(UInt32(entries[low]), UInt32(entries[low &+ 1])) ? low : 0
    }

    /// The next symbol of the table 0, `middle`, 65535.
    @inline(__always) mutating func bit(_ middle: UInt32) -> Int32 {
        guard !failed, base < range &* 65535 else {
            failed = true
            return 0
        }
        if range &* middle <= base { return narrow(middle, 65535) ? 1 : 0 }
        _ = narrow(0, middle)
        return 0
    }

    /// Marks the packet as damaged; always false.
    private mutating func fail() -> Bool {
        failed = true
        return false
    }

    /// Takes the interval `low ..< high` and refills; false where the packet is damaged.
    @inline(__always) private mutating func narrow(_ low: UInt32, _ high: UInt32) -> Bool {
        let rest = base &- range &* low
        let product = range &* (high &- low)
        if product >= 1 << 24 {
            base = rest
            range = product &>> 16
        } else if product >= 1 << 16 {
            if rest &>> 24 != 0 { return fail() }
            base = (rest &<< 8) | nextByte()
            range = product &>> 8
        } else {
            if rest &>> 16 != 0 || product == 0 { return fail() }
            base = (rest &<< 8) | nextByte()
            base = (base &<< 8) | nextByte()
            range = product
        }
        return true
    }

    @inline(__always) private mutating func nextByte() -> UInt32 {
        guard position < length &+ 4 else { return 0 }
        let byte = buffer[position]
        position &+= 1
        return UInt32(byte)
    }

    private var usedBits: Int { 8 &* (position &- 4) &+ (range &- 1).leadingZeroBitCount &- 14 }

    /// The bytes after those the symbols used, or nil where the packet is damaged.
    var bytesLeft: Int? {
        let bits = usedBits
        let used = (bits &+ 7) &>> 3
        if failed || used > length { return nil }
        if used == length, bits & 7 != 0, used > 0 {
            let mask: UInt8 = 0xFF &>> UInt8(truncatingIfNeeded: bits & 7)
            if buffer[used &- 1] & mask != mask { return nil }
        }
        return length &- used
    }

    /// The last `count` bytes of the payload.
    func tail(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: buffer + (length &- count), count: count)
    }
}
