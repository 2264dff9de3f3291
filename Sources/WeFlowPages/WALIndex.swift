import WeFlowSystem

/// The committed frames of a write-ahead log (<doc:WriteAheadLog>).
///
/// A value: it is brought up to date from the log's bytes with `advance`, and a copy of it is a snapshot.
/// Frames are found by page; the last committed frame of a page wins. Torn and uncommitted frames, and frames of an
/// older generation, are never in it.
struct WALIndex: Equatable {
    static let headerSize = 32
    static let frameHeaderSize = 24
    static let magicLittleEndian: UInt32 = 0x377F_0682
    /// About how many bytes are read at once: few enough to stay in a cache, and to be had without asking the system.
    private static let scanned = 96 << 10
    private static let magicBigEndian: UInt32 = 0x377F_0683
    static let version: UInt32 = 3_007_000

    /// The 32 bytes of the log's header this index was built on; empty where there is no valid log.
    private(set) var header: [UInt8] = []
    /// Page number → offset in the log of the frame that holds its newest committed content.
    private(set) var frames = FrameMap()
    /// Pages of the database after the last commit; 0 where nothing is committed in the log.
    private(set) var pageCount: UInt32 = 0
    /// Where the first frame after the last commit begins.
    private(set) var committedEnd: Int64 = 0
    /// The running checksum up to there.
    private(set) var chain = Chain(s0: 0, s1: 0)
    private var pageSize = 0

    /// Whether a commit of this log is to be laid over the database file.
    var isEmpty: Bool { pageCount == 0 }

    /// Salts of the header, which every frame of this generation repeats.
    var salts: ArraySlice<UInt8> { header.dropFirst(16).prefix(8) }

    /// Brings the index up to date with what the log holds now.
    ///
    /// Where the header is the one known, only frames after the last known commit are read; otherwise all.
    ///
    /// - Parameters:
    ///   - pageSize: bytes of a page of the database; a log of another page size is none of it.
    ///   - read: reads up to `count` bytes at an offset of the log, and says how many there were.
    /// - Throws: what `read` throws.
    mutating func advance<Failure: Error>(
        pageSize: Int, read: (UnsafeMutableRawPointer, Int, Int64) throws(Failure) -> Int
    ) throws(Failure) {
        var now = [UInt8](repeating: 0, count: Self.headerSize)
        let got = try Self.fill(&now, read)
        guard got == Self.headerSize, PageSnapshot.isPageSize(pageSize),
            let chain = Self.validHeader(now, pageSize: pageSize)
        else {
            self = WALIndex()
            return
        }
        if now != header {
            self = WALIndex()
            header = now
            self.chain = chain
            self.pageSize = pageSize
            committedEnd = Int64(Self.headerSize)
        }
        try scan(read)
    }

    /// Whether the log may hold commits that are not in the index yet.
    ///
    /// - Throws: why the log cannot be read.
    func goesOn(in log: File) throws(SystemError) -> Bool {
        try hasFrame(at: committedEnd) { target, count, offset throws(SystemError) in
            try log.read(into: target, count: count, at: offset)
        }
    }

    private static func fill<Failure: Error>(
        _ bytes: inout [UInt8], _ read: (UnsafeMutableRawPointer, Int, Int64) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        let count = bytes.count
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { return 0 }
        let got = try read(base, count, 0)
        bytes.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<got])) }
        return got
    }

    /// The checksum after the header, where its magic, version, page size and own checksum are right.
    private static func validHeader(_ header: [UInt8], pageSize: Int) -> Chain? {
        header.withUnsafeBytes { bytes in
            let magic = bytes.bigEndian(at: 0)
            guard magic == magicLittleEndian || magic == magicBigEndian, bytes.bigEndian(at: 4) == version,
                Int(bytes.bigEndian(at: 8)) == pageSize
            else { return nil }
            var chain = Chain(s0: 0, s1: 0)
            chain.add(UnsafeRawBufferPointer(rebasing: bytes[..<24]), bigEndian: magic == magicBigEndian)
            return chain.s0 == bytes.bigEndian(at: 24) && chain.s1 == bytes.bigEndian(at: 28) ? chain : nil
        }
    }

    /// Reads the frames after the last known commit and takes in each transaction that is complete.
    private mutating func scan<Failure: Error>(
        _ read: (UnsafeMutableRawPointer, Int, Int64) throws(Failure) -> Int
    ) throws(Failure) {
        guard try hasFrame(at: committedEnd, read) else { return }
        let frameSize = Self.frameHeaderSize + pageSize
        let framesAtOnce = max(1, Self.scanned / frameSize)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: framesAtOnce * frameSize, alignment: 8)
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { return }
        let bigEndian = header[3] & 1 == 1
        let stride = Chain.Stride(bytes: pageSize / Chain.parts)
        var running = chain
        var offset = committedEnd
        var pending: [(page: UInt32, offset: Int64)] = []
        while true {
            let got = try read(base, buffer.count, offset)
            for index in 0..<(got / frameSize) {
                let frame = UnsafeRawBufferPointer(rebasing: buffer[(index * frameSize)..<((index + 1) * frameSize)])
                let page = frame.bigEndian(at: 0)
                guard page > 0, frame[8..<16].elementsEqual(salts) else { return }
                running.add(UnsafeRawBufferPointer(rebasing: frame[..<8]), bigEndian: bigEndian)
                running.add(body: frame, from: Self.frameHeaderSize, stride, bigEndian: bigEndian)
                guard running.s0 == frame.bigEndian(at: 16), running.s1 == frame.bigEndian(at: 20) else { return }
                pending.append((page, offset))
                offset += Int64(frameSize)
                let size = frame.bigEndian(at: 4)
                guard size > 0 else { continue }
                for (page, offset) in pending { frames.set(page, to: offset) }
                pending.removeAll(keepingCapacity: true)
                pageCount = size
                committedEnd = offset
                chain = running
            }
            guard got == buffer.count else { return }
        }
    }

    /// Whether what lies there looks like a frame of this log: as a rule nothing new does, and nothing more is read.
    private func hasFrame<Failure: Error>(
        at offset: Int64, _ read: (UnsafeMutableRawPointer, Int, Int64) throws(Failure) -> Int
    ) throws(Failure) -> Bool {
        var room = (UInt64(0), UInt64(0))
        // Page number, size after commit, and the two salts.
        let got: Int = try withUnsafeMutableBytes(of: &room) { room throws(Failure) in
            guard let base = room.baseAddress else { return 0 }
            return try read(base, room.count, offset)
        }
        return withUnsafeBytes(of: room) { got == 16 && $0.bigEndian(at: 0) > 0 && $0[8..<16].elementsEqual(salts) }
    }

    /// The running checksum over header and frames: words in the byte order that the magic names.
    struct Chain: Equatable {
        var s0: UInt32
        var s1: UInt32

        mutating func add(_ bytes: UnsafeRawBufferPointer, bigEndian: Bool) {
            var (a, b) = (s0, s1)
            for at in stride(from: 0, to: bytes.count, by: 8) {
                let x = bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
                let y = bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self)
                a = a &+ (bigEndian ? UInt32(bigEndian: x) : UInt32(littleEndian: x)) &+ b
                b = b &+ (bigEndian ? UInt32(bigEndian: y) : UInt32(littleEndian: y)) &+ a
            }
            (s0, s1) = (a, b)
        }

        /// Into how many parts a frame's body is cut, whose sums do not wait for each other.
        static let parts = 4

        /// What becomes of a sum that goes over a number of bytes which are all zero.
        ///
        /// A step makes of (a, b) and the words (x, y) the sums (a + b + x, a + 2b + x + y): a linear map and something
        /// added. So the sum of a part can begin at zero, and what stood before it is added afterwards, mapped as often
        /// as the part has steps. The map's matrix and its powers hold Fibonacci numbers.
        struct Stride {
            private var first: UInt32 = 1
            private var mixed: UInt32 = 0
            private var last: UInt32 = 1

            init(bytes: Int) {
                for _ in 0..<(bytes / 8) {
                    (first, mixed, last) = (first &+ mixed, first &+ 2 &* mixed, mixed &+ 2 &* last)
                }
            }

            @inline(__always)
            func carry(_ chain: Chain) -> Chain {
                Chain(
                    s0: first &* chain.s0 &+ mixed &* chain.s1, s1: mixed &* chain.s0 &+ last &* chain.s1)
            }
        }

        /// Adds the body of a frame, a page that begins at `start`.
        @inline(__always)
        mutating func add(body frame: UnsafeRawBufferPointer, from start: Int, _ stride: Stride, bigEndian: Bool) {
            let size = (frame.count - start) / Self.parts
            guard let base = frame.baseAddress.map({ $0 + start }) else { return }
            var sums = (self, Chain(s0: 0, s1: 0), Chain(s0: 0, s1: 0), Chain(s0: 0, s1: 0))
            if bigEndian {
                for at in Swift.stride(from: 0, to: size, by: 8) {
                    sums.0.step(base + at) { UInt32(bigEndian: $0) }
                    sums.1.step(base + size + at) { UInt32(bigEndian: $0) }
                    sums.2.step(base + 2 * size + at) { UInt32(bigEndian: $0) }
                    sums.3.step(base + 3 * size + at) { UInt32(bigEndian: $0) }
                }
            } else {
                for at in Swift.stride(from: 0, to: size, by: 8) {
                    sums.0.step(base + at) { UInt32(littleEndian: $0) }
                    sums.1.step(base + size + at) { UInt32(littleEndian: $0) }
                    sums.2.step(base + 2 * size + at) { UInt32(littleEndian: $0) }
                    sums.3.step(base + 3 * size + at) { UInt32(littleEndian: $0) }
                }
            }
            self = sums.0
            append(sums.1, stride)
            append(sums.2, stride)
            append(sums.3, stride)
        }

        /// Appends the sum of a part that began at zero.
        @inline(__always)
        private mutating func append(_ part: Chain, _ stride: Stride) {
            let before = stride.carry(self)
            self = Chain(s0: before.s0 &+ part.s0, s1: before.s1 &+ part.s1)
        }

        @inline(__always)
        private mutating func step(_ word: UnsafeRawPointer, _ order: (UInt32) -> UInt32) {
            s0 = s0 &+ s1 &+ order(word.loadUnaligned(as: UInt32.self))
            s1 = s1 &+ s0 &+ order(word.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The big-endian 32-bit number at `offset`, which must lie inside.
    func bigEndian(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
