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
