internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// Follows the stream of a running server: `push watch --url`.
struct ServerFollower {
    let client: StreamClient
    let last: String?
    let file: CursorFile?
    let output: PushOutput

    /// How many keys are remembered: a server without a journal may send what it sent before.
    private static let mostKeys = 4096

    /// Follows until it is stopped, or nobody reads any more.
    ///
    /// - Throws: as ``StreamClient/run(after:output:warn:_:)``.
    func run() throws {
        var known: Set<String> = []
        var order: [String] = []
        _ = try client.run(after: last, output: 1, warn: output.warn) { event in
            if event.name == "gap" {
                output.warn("the server's journal does not reach back; weflow messages new may give what is missing")
            }
            guard event.name.hasPrefix("message.") else { return }
            let data = try? JSONValue(parsing: Array(event.data.utf8))
            if case .string(let key)? = data?["messageKey"] {
                guard known.insert("\(event.name) \(key)").inserted else { return }
                order.append("\(event.name) \(key)")
                if order.count > 2 * Self.mostKeys {
                    for old in order.prefix(Self.mostKeys) { known.remove(old) }
                    order.removeFirst(Self.mostKeys)
                }
            }
            // Written anew: what a server sends need not be fit for a terminal.
            func line() -> OutputBytes {
                var json = JSONWriter(capacity: event.data.utf8.count + 64)
                if let data { json.value(data) } else { json.string(event.data) }
                json.endLine()
                return json.finish()
            }
            try output.deliver(line: line) {
                var frame = OutputBytes(capacity: event.data.utf8.count + 64)
                if let id = event.id { frame.append("id: \(id.inOneLine)\n") }
                frame.append("event: \(event.name.inOneLine)\ndata: ")
                frame.append(line())
                frame.append("\n" as StaticString)
                return frame
            }
            if let file, let id = event.id { try file.write(id) }
        }
    }
}
