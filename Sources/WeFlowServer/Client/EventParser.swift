/// An event as a stream gave it.
public struct StreamEvent: Sendable, Equatable {
    /// Its id, nil where it has none.
    public var id: String?
    /// Its name.
    public var name = "message"
    /// Its data, lines joined by line feeds.
    public var data = ""
}

/// Takes a stream of events apart as the HTML standard says: lines, fields, an empty line behind each event.
struct EventParser {
    /// A line longer than this is none of ours.
    private static let longest = 16 << 20

    private var line: [UInt8] = []
    private var lastWasReturn = false
    private var event = StreamEvent()
    private var data: [String] = []
    /// Whether the stream cannot be one: a line does not end.
    private(set) var isBroken = false

    /// Takes the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: as they came.
    ///   - body: takes each event that is complete and has data.
    /// - Throws: what `body` throws.
    mutating func take(_ bytes: some Sequence<UInt8>, _ body: (StreamEvent) throws -> Void) rethrows {
        for byte in bytes {
            let isRest = lastWasReturn && byte == 0x0A
            lastWasReturn = byte == 0x0D
            if isRest { continue }
            guard byte == 0x0A || byte == 0x0D else {
                if line.count < Self.longest { line.append(byte) } else { isBroken = true }
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            line.removeAll(keepingCapacity: true)
            guard text.isEmpty else {
                take(field: text)
                continue
            }
            event.data = data.joined(separator: "\n")
            let complete = event
            let hasData = !data.isEmpty
            (event, data) = (StreamEvent(), [])
            if hasData { try body(complete) }
        }
    }

    private mutating func take(field line: String) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? parts[1] : ""
        let value = String(rest.hasPrefix(" ") ? rest.dropFirst() : rest)
        switch parts[0] {
        case "id": event.id = value
        case "event": event.name = value
        case "data": data.append(value)
        default: return
        }
    }
}

/// Takes the chunks of an HTTP answer apart (RFC 9112 section 7.1).
struct ChunkParser {
    private enum State {
        case size
        case data(Int)
        case ending
        case over
        case broken
    }

    private var state = State.size
    private var line: [UInt8] = []

    /// Whether the last chunk was seen, or what came is no chunk.
    var isOver: Bool {
        switch state {
        case .over, .broken: true
        case .size, .data, .ending: false
        }
    }

    /// The bytes that chunks hold, of what came next.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var content: [UInt8] = []
        var rest = bytes
        while let byte = rest.first {
            switch state {
            case .over, .broken: return content
            case .data(let left):
                let part = rest.prefix(left)
                content += part
                rest = rest.dropFirst(part.count)
                state = part.count == left ? .ending : .data(left - part.count)
            case .ending:
                rest = rest.dropFirst()
                if byte == 0x0A { state = .size }
            case .size:
                rest = rest.dropFirst()
                guard byte == 0x0A else {
                    line.append(byte)
                    if line.count > 256 { state = .broken }
                    continue
                }
                let digits = String(decoding: line.prefix { $0 != 0x0D && $0 != UInt8(ascii: ";") }, as: UTF8.self)
                line = []
                guard let size = Int(digits, radix: 16), size >= 0 else {
                    state = .broken
                    continue
                }
                state = size == 0 ? .over : .data(size)
            }
        }
        return content
    }
}
