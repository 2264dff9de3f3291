public import WeFlowPages
import WeFlowStore

/// Where a client of `messages new` is (<doc:ArrivalsAndJournal>). As text `c1.` and base64url, opaque to the client.
public struct ArrivalCursor: Sendable, Equatable {
    /// A walk over what is there from a time on, which goes before the journal is followed.
    struct Walk: Sendable, Equatable {
        /// The first second, Unix time.
        let since: Int64
        /// How far the tables were filled when a journal that is lost was followed: tables of which it tells what was
        /// written since are walked from there, whatever the time of their rows. Nil walks by time alone.
        var then: CounterDigest?
        /// The message that was given last, nil where none was yet.
        var last: ArrivalPosition?

        init(since: Int64, then: CounterDigest? = nil, last: ArrivalPosition? = nil) {
            (self.since, self.then, self.last) = (since, then, last)
        }
    }

    /// A hash of the account's name.
    let account: UInt64
    /// The journal that the position belongs to.
    let journal: UInt64
    /// The next entry.
    let position: UInt64
    /// The journal's sum there.
    let chain: UInt64
    /// Unix seconds from which on messages have to be given again where the journal is lost.
    let time: Int64
    /// How far the tables were filled at the position; nil in a cursor of an older program.
    let digest: CounterDigest?
    /// What is to be walked first.
    var walk: Walk?

    private static let prefix = "c1."
    /// How many bytes a cursor has: a head, a checksum, perhaps a walk's beginning, perhaps the place in one.
    private static let (headSize, sumSize, walkSize, placeSize) = (41, 8, 8, 44)
    /// Bytes of a digest.
    private static let digestSize = CounterDigest.size * 6
    /// What a cursor says of its form.
    private struct Form: OptionSet {
        let rawValue: UInt8
        static let walk = Form(rawValue: 1)
        /// A walk that has begun, which older programs gave without the bit before.
        static let place = Form(rawValue: 2)
        static let digest = Form(rawValue: 4)
        /// The walk has a digest of its own.
        static let then = Form(rawValue: 8)

        var hasWalk: Bool { !isDisjoint(with: [.walk, .place]) }
        var size: Int {
            headSize + sumSize + (hasWalk ? walkSize : 0) + (contains(.place) ? placeSize : 0)
                + (contains(.digest) ? digestSize : 0) + (contains(.then) ? digestSize : 0)
        }
    }

    /// How many bytes any cursor can have.
    private static let sizes: Set<Int> = {
        let forms: [Form] = [
            [], .walk, .place, .digest, [.digest, .walk], [.digest, .place], [.digest, .walk, .then],
            [.digest, .place, .then],
        ]
        return Set(forms.map(\.size))
    }()
    /// The form of a cursor as a regular expression: as many characters as the bytes need, and no bit besides theirs.
    package static let pattern: String = {
        let alternatives = sizes.sorted().map { size in
            let letters = "[-_A-Za-z0-9]"
            return switch size % 3 {
            case 0: "\(letters){\(size / 3 * 4)}"
            case 1: "\(letters){\(size / 3 * 4 + 1)}[AQgw]"
            default: "\(letters){\(size / 3 * 4 + 2)}[AEIMQUYcgkosw048]"
            }
        }
        return "c1\\.(" + alternatives.joined(separator: "|") + ")"
    }()

    init(
        account: UInt64, journal: UInt64, position: UInt64, chain: UInt64, time: Int64, digest: CounterDigest? = nil,
        walk: Walk? = nil
    ) {
        (self.account, self.journal, self.position, self.chain) = (account, journal, position, chain)
        (self.time, self.digest, self.walk) = (time, digest, walk)
    }

    /// Reads a cursor.
    ///
    /// - Throws: `.usage` where the text has not the form of one, `.notFound` where no answer gave it.
    public init(_ text: String) throws(WeFlowError) {
        let sentence = "cursor is not one that an answer gave; leave it out and take the cursor of the next answer"
        guard text.hasPrefix(Self.prefix), let bytes = Base64URL.decode(text.dropFirst(Self.prefix.count)),
            Self.sizes.contains(bytes.count)
        else { throw WeFlowError(.usage, sentence) }
        let failure = WeFlowError(.notFound, sentence)
        var sum = ChecksumFNV()
        sum.add(bytes.dropLast(8))
        var reader = LittleEndianReader(bytes[...])
        var tail = LittleEndianReader(bytes.suffix(8))
        guard tail.take(UInt64.self) == sum.value, let account = reader.take(UInt64.self),
            let journal = reader.take(UInt64.self), let position = reader.take(UInt64.self),
            let chain = reader.take(UInt64.self), let time = reader.take(Int64.self),
            let form = reader.take(UInt8.self).map(Form.init), form.rawValue < 16, form.size == bytes.count
        else { throw failure }
        var walk: Walk?
        if form.hasWalk {
            guard let since = reader.take(Int64.self) else { throw failure }
            walk = Walk(since: since, last: nil)
        }
        if form.contains(.place) {
            guard let createTime = reader.take(Int64.self), let sortSeq = reader.take(Int64.self),
                let shard = reader.take(UInt32.self), let high = reader.take(UInt64.self),
                let low = reader.take(UInt64.self), let localID = reader.take(Int64.self)
            else { throw failure }
            walk?.last = ArrivalPosition(
                createTime: createTime, sortSeq: sortSeq, localID: localID,
                table: TableKey(shard: shard, hash: TableHash(high: high, low: low)))
        }
        let digest = form.contains(.digest) ? Self.digest(&reader) : nil
        if form.contains(.then) { walk?.then = Self.digest(&reader) }
        self.init(
            account: account, journal: journal, position: position, chain: chain, time: time, digest: digest, walk: walk
        )
    }

    private static func digest(_ reader: inout LittleEndianReader) -> CounterDigest? {
        var groups: [CounterDigest.Group] = []
        for _ in 0..<CounterDigest.size {
            guard let filled = reader.take(UInt32.self), let tables = reader.take(UInt16.self) else { return nil }
            groups.append(CounterDigest.Group(filled: filled, tables: tables))
        }
        return CounterDigest(groups)
    }

    private static func put(_ digest: CounterDigest, _ writer: inout LittleEndianWriter) {
        for group in digest.groups {
            writer.put(group.filled)
            writer.put(group.tables)
        }
    }

    /// The cursor as a client gets it.
    public var text: String {
        var writer = LittleEndianWriter()
        writer.put(account)
        writer.put(journal)
        writer.put(position)
        writer.put(chain)
        writer.put(time)
        var form: Form = walk == nil ? [] : walk?.last == nil ? .walk : .place
        if digest != nil { form.insert(.digest) }
        if walk?.then != nil { form.insert(.then) }
        writer.put(form.rawValue)
        if let walk {
            writer.put(walk.since)
            if let last = walk.last {
                writer.put(last.createTime)
                writer.put(last.sortSeq)
                writer.put(last.table.shard)
                writer.put(last.table.hash.high)
                writer.put(last.table.hash.low)
                writer.put(last.localID)
            }
        }
        if let digest { Self.put(digest, &writer) }
        if let then = walk?.then { Self.put(then, &writer) }
        var sum = ChecksumFNV()
        sum.add(writer.bytes)
        writer.put(sum.value)
        return Self.prefix + Base64URL.encode(writer.bytes)
    }
}

/// A message's place among those of all sessions, oldest first.
struct ArrivalPosition: Sendable, Equatable, Comparable {
    let createTime: Int64
    let sortSeq: Int64
    let localID: Int64
    let table: TableKey

    static func < (a: ArrivalPosition, b: ArrivalPosition) -> Bool {
        (a.createTime, a.sortSeq, a.localID, a.table) < (b.createTime, b.sortSeq, b.localID, b.table)
    }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648 section 5).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The bytes in letters.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var (held, bits) = (0, 0)
        for byte in bytes {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            held += 8
            while held >= 6 {
                held -= 6
                text.append(alphabet[bits >> held & 63])
            }
        }
        if held > 0 { text.append(alphabet[bits << (6 - held) & 63]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil where a character is none of the alphabet or the length is impossible.
    package static func decode(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (held, bits) = (0, 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> held))
        }
        return held < 6 && bits & ((1 << held) - 1) == 0 ? bytes : nil
    }
}
