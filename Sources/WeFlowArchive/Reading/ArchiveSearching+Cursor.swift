import WeFlowCrypto
import WeFlowModel
import WeFlowPages
import WeFlowQuery
import WeFlowSearch

/// Where a search goes on: behind a message, and of the same search.
extension ArchiveSearching {
    static let prefix = "a1."

    static func mark(of request: SearchRequest) -> UInt64 {
        let filter = request.filter
        let parts = [
            filter.words.joined(separator: "\u{1}"), filter.any ? "any" : "all",
            filter.chats.joined(separator: "\u{1}"),
            filter.exclude.joined(separator: "\u{1}"), filter.sessionTypes.map(\.rawValue).joined(separator: ","),
            filter.from.joined(separator: "\u{1}"), filter.types.map(\.rawValue).joined(separator: ","),
            "\(filter.mentions) \(filter.start ?? .min) \(filter.end ?? .max)", request.order.rawValue,
        ]
        return Array(parts.joined(separator: "\u{2}").utf8).withUnsafeBytes { MessageIdentity.hash($0, 17) }
    }

    static func text(of place: Place, _ request: SearchRequest) -> String {
        var writer = ByteWriter()
        writer.put(mark(of: request))
        writer.put(place.order.createTime)
        writer.put(place.order.sortSeq)
        writer.put(place.order.localID)
        writer.put(place.order.tie)
        writer.put(place.id)
        return prefix + HexDigits.text(writer.bytes)
    }

    static func place(_ text: String, _ request: SearchRequest) throws(WeFlowError) -> Place {
        let failure = WeFlowError(
            .usage,
            "cursor is not one that an answer to this search gave; leave it out and take the cursor of the next answer"
        )
        let digits = Array(text.utf8.dropFirst(prefix.utf8.count))
        guard text.hasPrefix(prefix), digits.count.isMultiple(of: 2) else { throw failure }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else {
                throw failure
            }
            bytes.append(byte)
        }
        var reader = ByteReader(bytes)
        guard reader.take(UInt64.self) == mark(of: request), let time = reader.take(Int64.self),
            let sequence = reader.take(Int64.self), let localID = reader.take(Int64.self),
            let tie = reader.take(UInt64.self), let id = reader.text(), reader.at == bytes.count
        else { throw failure }
        let order = ArchiveLine.Order(createTime: time, sortSeq: sequence, localID: localID, tie: tie)
        return Place(order: order, id: id)
    }
}
