import WeFlowSystem

/// Where the fields of an archived message lie in its line.
struct ArchiveLine {
    /// Where a line stands among those of its chat: by these, as they were when it was archived.
    struct Order: Comparable, Sendable {
        var createTime: Int64
        var sortSeq: Int64
        var localID: Int64
        /// What tells apart what is equal in all else: the server's id.
        var tie: UInt64

        /// The one before all others.
        static let first = Order(createTime: .min, sortSeq: .min, localID: .min, tie: 0)

        static func < (a: Order, b: Order) -> Bool {
            (a.createTime, a.sortSeq, a.localID, a.tie) < (b.createTime, b.sortSeq, b.localID, b.tie)
        }
    }

    private(set) var order = Order(createTime: 0, sortSeq: 0, localID: 0, tie: 0)
    /// The server's id, 0 where there is none.
    var serverID: UInt64 { order.tie }
    private(set) var localType: Int64 = 0
    private(set) var isSend = false
    /// Texts between their quotes.
    private(set) var sender = 0..<0
    private(set) var senderName = 0..<0
    private(set) var content = 0..<0
    private(set) var rawContent = 0..<0
    private(set) var parsedContent = 0..<0
    /// Values as they stand.
    private(set) var detail: Range<Int>?
    private(set) var replyTo: Range<Int>?
    private(set) var quote: Range<Int>?
    private(set) var media: Range<Int>?
    private(set) var mediaError: Range<Int>?
    private(set) var gone: Range<Int>?
    private(set) var recalled: Range<Int>?
    private(set) var edited: Range<Int>?
    /// Where the message itself ends and what the archive says of it begins: at a comma, or at the brace that closes.
    private(set) var end = 0

    /// How many of the five fields that stand first were seen.
    private var heads = 0

    /// Reads a line; nil where it is no message.
    ///
    /// - Parameters:
    ///   - line: without the end of the line.
    ///   - headOnly: whether the fields that say its place are enough.
    init?(_ line: UnsafeRawBufferPointer, headOnly: Bool = false) {
        var scan = JSONScan(line)
        guard scan.take(UInt8(ascii: "{")) else { return nil }
        var isFirst = true
        while true {
            let comma = scan.at
            if scan.take(UInt8(ascii: "}")) {
                if end == 0 { end = comma }
                break
            }
            guard isFirst || scan.take(UInt8(ascii: ",")), let key = scan.string(), scan.take(UInt8(ascii: ":")),
                let value = scan.value()
            else { return nil }
            isFirst = false
            guard set(key, value, scan, comma) else { return nil }
            if headOnly, heads == 5 { return }
        }
        guard heads == 5, scan.next() == nil, scan.at == line.count else { return nil }
    }

    private mutating func set(_ key: Range<Int>, _ value: Range<Int>, _ scan: JSONScan, _ comma: Int) -> Bool {
        let first = key.isEmpty ? 0 : scan.bytes[key.lowerBound]
        func inside() -> Range<Int> { value.count < 2 ? 0..<0 : value.lowerBound + 1..<value.upperBound - 1 }
        func number() -> Int64? { scan.integer(value) }
        switch (key.count, first) {
        case (7, UInt8(ascii: "l")):
            guard let number = number() else { return false }
            order.localID = number
            heads += 1
        case (8, UInt8(ascii: "s")):
            guard let number = number() else { return false }
            order.tie = UInt64(bitPattern: number)
            heads += 1
        case (9, UInt8(ascii: "l")):
            guard let number = number() else { return false }
            localType = number
            heads += 1
        case (10, UInt8(ascii: "c")):
            guard let number = number() else { return false }
            order.createTime = number
            heads += 1
        case (7, UInt8(ascii: "s")):
            guard let number = number() else { return false }
            order.sortSeq = number
            heads += 1
        case (6, UInt8(ascii: "i")): isSend = number() == 1
        case (14, UInt8(ascii: "s")): sender = inside()
        case (10, UInt8(ascii: "s")): senderName = inside()
        case (7, UInt8(ascii: "c")): content = inside()
        case (10, UInt8(ascii: "r")): rawContent = inside()
        case (13, UInt8(ascii: "p")): parsedContent = inside()
        case (6, UInt8(ascii: "d")): detail = value
        case (16, UInt8(ascii: "r")): replyTo = value
        case (5, UInt8(ascii: "q")): quote = value
        case (5, UInt8(ascii: "m")): begin(comma) { $0.media = value }
        case (10, UInt8(ascii: "m")): begin(comma) { $0.mediaError = value }
        case (4, UInt8(ascii: "g")): begin(comma) { $0.gone = value }
        case (8, UInt8(ascii: "r")): begin(comma) { $0.recalled = value }
        case (6, UInt8(ascii: "e")): begin(comma) { $0.edited = value }
        default: break
        }
        return true
    }

    private mutating func begin(_ comma: Int, _ body: (inout ArchiveLine) -> Void) {
        if end == 0 { end = comma }
        body(&self)
    }

    /// Whether the store says that it is a notice of the system.
    var isNotice: Bool { let type = UInt32(truncatingIfNeeded: localType); return type == 10000 || type == 10002 }

    /// Whether it is a voice.
    var isVoice: Bool { UInt32(truncatingIfNeeded: localType) == 34 }

    /// Whether the client's own text of a voice is in it.
    func hasTranscript(_ line: UnsafeRawBufferPointer) -> Bool {
        guard isVoice, let detail else { return false }
        var scan = JSONScan(line, at: detail.lowerBound)
        var isThere = false
        _ = scan.members { scan, key in
            if scan.matches(key, "transcript") { isThere = true }
            return scan.value() != nil
        }
        return isThere
    }
}

/// What tells messages of one chat apart, for ever: the server's id; where that is 0, time, sender, type and content, and
/// a number where several are equal in all of that.
enum MessageIdentity {
    /// The key of a message that the server knows.
    static func key(serverID: UInt64) -> UInt64 { nonzero(mix(serverID ^ 0x57F1_0A7C_4B6D_2E91)) }

    /// The key of one that it does not, the first of those that are equal.
    static func base(_ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum = mix(UInt64(bitPattern: line.order.createTime) ^ 0xA24B_AED4_963E_E407)
        sum = mix(sum ^ UInt64(bitPattern: line.localType))
        sum = hash(UnsafeRawBufferPointer(rebasing: bytes[line.sender]), sum)
        return nonzero(hash(UnsafeRawBufferPointer(rebasing: bytes[line.rawContent]), sum))
    }

    /// The key of the one with this number among those that are equal, from 1.
    static func key(base: UInt64, number: Int) -> UInt64 {
        number <= 1 ? base : nonzero(mix(base &+ UInt64(truncatingIfNeeded: number) &* 0x9FB2_1C65_1E98_DF25))
    }

    private static func nonzero(_ key: UInt64) -> UInt64 { key == 0 ? 1 : key }

    /// Scatters a number over all 64 bits; no two numbers give the same.
    static func mix(_ number: UInt64) -> UInt64 {
        var word = number
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A sum over bytes, eight at a time.
    static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var sum = mix(seed ^ UInt64(bytes.count))
        var at = 0
        while at + 8 <= bytes.count {
            sum = mix(sum ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
            at += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[at...] { rest = rest << 8 | UInt64(byte) }
        return mix(sum ^ rest)
    }
}

/// Counts messages that are equal in everything but their place, in the order in which they come.
struct EqualMessages {
    private var counts: [UInt64: Int] = [:]

    /// The key of the next one.
    mutating func key(base: UInt64) -> UInt64 {
        let number = (counts[base] ?? 0) + 1
        counts[base] = number
        return MessageIdentity.key(base: base, number: number)
    }

    /// The key of a line, the next of its chat.
    mutating func key(of line: ArchiveLine, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        line.serverID != 0
            ? MessageIdentity.key(serverID: line.serverID) : key(base: MessageIdentity.base(line, bytes))
    }
}
