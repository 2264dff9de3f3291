internal import WeFlowArrivals
internal import WeFlowModel
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// Behind which message a search goes on: `s1.` and base64url, opaque to the client.
///
/// It names a place in the order, no number of messages, so that what arrives meanwhile does not move it; and it belongs
/// to one search, since in the answer to another it would leave messages out that nobody has seen.
public struct SearchCursor: Sendable, Equatable {
    /// Unix seconds.
    let createTime: Int64
    /// What messages of one time are ordered by.
    let sortSeq: Int64
    /// The row.
    let rowID: Int64
    /// The shard, as its family and number.
    let shard: UInt64
    /// The chat's id.
    let session: String
    /// What tells the search from others.
    let search: UInt64

    private static let prefix = "s1."
    /// The regular expression of what an answer gives, and of nothing: at least 49 bytes in base64url.
    static let pattern = #"^(s1\.([-_A-Za-z0-9]{4}){16}([-_A-Za-z0-9]{4})*([-_A-Za-z0-9]{2,4}))?$"#
    private static let sumSize = 8

    /// Behind a message of a search.
    init(createTime: Int64, sortSeq: Int64, rowID: Int64, shard: UInt64, session: String, search: UInt64) {
        (self.createTime, self.sortSeq, self.rowID) = (createTime, sortSeq, rowID)
        (self.shard, self.session, self.search) = (shard, session, search)
    }

    /// Reads a cursor.
    ///
    /// - Parameters:
    ///   - text: as a client gives it.
    ///   - filter: of the search that is to go on.
    ///   - order: of the same search.
    /// - Throws: `.usage` where no answer gave it, or one to another search.
    init(_ text: String, of filter: SearchFilter, order: MessageOrder) throws(WeFlowError) {
        let sentence = "cursor is not one that an answer gave; leave it out and take the cursor of the next answer"
        guard text.hasPrefix(Self.prefix), let bytes = Base64URL.decode(text.dropFirst(Self.prefix.count)),
            bytes.count > 40 + Self.sumSize
        else { throw WeFlowError(.usage, sentence) }
        let body = bytes.dropLast(Self.sumSize)
        var sum = ChecksumFNV()
        sum.add(body)
        func number(_ place: Int) -> UInt64 {
            bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)) }
        }
        let stored = bytes.suffix(Self.sumSize).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard stored == sum.value, let session = String(validating: body.dropFirst(40), as: UTF8.self) else {
            throw WeFlowError(.usage, sentence)
        }
        search = number(0)
        createTime = Int64(bitPattern: number(1))
        sortSeq = Int64(bitPattern: number(2))
        rowID = Int64(bitPattern: number(3))
        shard = number(4)
        self.session = session
        guard search == Self.fingerprint(of: filter, order: order) else {
            throw WeFlowError(
                .usage, "cursor belongs to another search; give the same words, filters and order, or leave it out")
        }
    }

    /// As a client gets it.
    var text: String {
        var bytes: [UInt8] = []
        let numbers = [search] + [createTime, sortSeq, rowID].map(UInt64.init(bitPattern:)) + [shard]
        for number in numbers {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        bytes += session.utf8
        var sum = ChecksumFNV()
        sum.add(bytes)
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: sum.value >> shift))
        }
        return Self.prefix + Base64URL.encode(bytes)
    }

    /// What tells a search from others: all that decides which messages it gives, and in which order.
    static func fingerprint(of filter: SearchFilter, order: MessageOrder) -> UInt64 {
        var sum = ChecksumFNV()
        let lists = [
            filter.words, filter.chats, filter.exclude, filter.from, filter.sessionTypes.map(\.rawValue),
            filter.types.map(\.rawValue), [order.rawValue, "\(filter.any) \(filter.mentions)"],
            [filter.start, filter.end].map { $0.map { "\($0)" } ?? "" },
        ]
        for list in lists {
            sum.add(UInt64(list.count))
            for text in list {
                sum.add(UInt64(text.utf8.count))
                sum.add(text.utf8)
            }
        }
        return sum.value
    }
}
