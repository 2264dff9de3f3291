/// Makes the bytes of one transaction at the end of a write-ahead log (<doc:WriteAheadLog>).
///
/// The frames follow the last commit, whatever lies behind it: SQLite, too, writes over a transaction that was never
/// completed. Only the last frame says how many pages the database has, and its checksum runs over all before it; so
/// however little of the bytes arrives, a reader finds the whole transaction or none of it.
struct WALAppender {
    /// Where the bytes belong in the log.
    let offset: Int64
    /// What is to be written so far.
    private(set) var bytes: [UInt8] = []
    private let pageSize: Int
    private let isBigEndian: Bool
    private let salts: [UInt8]
    private var chain: WALIndex.Chain

    /// Starts behind the last commit of a log; where there is no valid log, with a new one.
    ///
    /// - Parameters:
    ///   - log: the log as it is.
    ///   - pageSize: bytes of a page of the database.
    init(_ log: WALIndex, pageSize: Int) {
        self.pageSize = pageSize
        if log.header.isEmpty {
            let header = Self.newHeader(pageSize: pageSize)
            (offset, bytes, salts, isBigEndian, chain) = (
                0, header.bytes, Array(header.bytes[16..<24]), false, header.chain
            )
        } else {
            (offset, salts, isBigEndian, chain) = (
                log.committedEnd, Array(log.salts), log.header[3] & 1 == 1, log.chain
            )
        }
    }

    /// Appends the frame of a page.
    ///
    /// - Parameters:
    ///   - page: the page's number.
    ///   - body: the page as it is stored.
    ///   - size: with the last frame, the pages of the database; else 0.
    mutating func append(page: UInt32, body: UnsafeRawBufferPointer, size: UInt32) {
        var head: [UInt8] = []
        head.append(bigEndian: page)
        head.append(bigEndian: size)
        head.withUnsafeBytes { chain.add($0, bigEndian: isBigEndian) }
        chain.add(body, bigEndian: isBigEndian)
        bytes += head
        bytes += salts
        bytes.append(bigEndian: chain.s0)
        bytes.append(bigEndian: chain.s1)
        bytes += body
    }

    private static func newHeader(pageSize: Int) -> (bytes: [UInt8], chain: WALIndex.Chain) {
        var bytes: [UInt8] = []
        let random: (UInt32, UInt32) = (.random(in: 0 ... .max), .random(in: 0 ... .max))
        for field in [WALIndex.magicLittleEndian, WALIndex.version, UInt32(pageSize), 0, random.0, random.1] {
            bytes.append(bigEndian: field)
        }
        var chain = WALIndex.Chain(s0: 0, s1: 0)
        bytes.withUnsafeBytes { chain.add($0, bigEndian: false) }
        bytes.append(bigEndian: chain.s0)
        bytes.append(bigEndian: chain.s1)
        return (bytes, chain)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: UInt32) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
