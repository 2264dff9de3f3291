import WeFlowPages
import WeFlowQuery

extension MediaFile {
    /// Sends the file, or what a request wants of it: nothing where the client has it already, or one range.
    func send(_ call: Call, to writer: AnswerWriter) async throws {
        writer.isCompressible = false
        writer.head.headerFields = [
            .contentType: contentType, .eTag: tag, .lastModified: HTTPDate.text(modified), .acceptRanges: "bytes",
            .cacheControl: "private, no-cache",
        ]
        if isForeign {
            writer.head.headerFields[.contentDisposition] = Self.attachment(name)
            writer.head.headerFields[.xContentTypeOptions] = "nosniff"
        }
        if let known = call.headers[.ifNoneMatch], Self.lists(known, tag) {
            writer.head.status = .notModified
            return
        }
        var range = 0..<size
        if call.method == .get, writer.wantsBody, let wanted = call.headers[.range],
            call.headers[.ifRange].map({ $0 == tag }) ?? true
        {
            switch ByteRange.parse(wanted, size: size) {
            case .whole: break
            case .part(let part):
                range = part
                writer.head.status = .partialContent
                writer.head.headerFields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
            case .outside:
                throw Refusal(
                    .rangeNotSatisfiable, "Range lies behind the end; the file has \(size) bytes",
                    headers: [.contentRange: "bytes */\(size)"])
            }
        }
        writer.head.headerFields[.contentLength] = "\(range.count)"
        if writer.wantsBody { try await read(range, to: writer) }
    }

    /// The disposition of what is saved and not shown (RFC 6266): a name of plain letters, then the one that it has.
    static func attachment(_ name: String) -> String {
        let plain = String(
            decoding: name.unicodeScalars.map { scalar -> UInt8 in
                switch scalar {
                case "\"", "\\", "%": UInt8(ascii: "_")
                default: 0x20..<0x7F ~= scalar.value ? UInt8(truncatingIfNeeded: scalar.value) : UInt8(ascii: "_")
                }
            }, as: UTF8.self)
        var encoded = ""
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }

    private func read(_ range: Range<Int>, to writer: AnswerWriter) async throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let piece = try piece(at: offset, within: range)
            piece.withUnsafeBytes { writer.append($0) }
            try await writer.flush()
            offset += piece.count
        }
    }

    /// Whether an `If-None-Match` names the tag; weak ones compare alike.
    private static func lists(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { item in
            var item = item.drop { $0 == " " }
            if item.hasPrefix("W/") { item = item.dropFirst(2) }
            while item.last == " " { item.removeLast() }
            return item == "*" || item == tag
        }
    }
}
