import Foundation

@testable import WeFlowServer

/// A client of the stream that looks at every chunk as it comes. Its calls block, so they belong on a thread of their own.
final class StreamConnection {
    /// The answer's status.
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    private let connection: RawConnection
    private var rest: [UInt8] = []

    /// Sends a request and reads the head of the answer.
    init(
        port: Int, _ query: String = "", method: String = "GET", headers: [String] = [], body: String? = nil,
        token: String? = RunningServer.token, receiveBuffer: CInt? = nil
    ) throws {
        connection = try RawConnection(port: port, receiveBuffer: receiveBuffer)
        var lines = ["\(method) /api/v1/push/messages\(query) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + headers
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        connection.write((lines + ["", body ?? ""]).joined(separator: "\r\n"))
        let mark: [UInt8] = [13, 10, 13, 10]
        while rest.firstRange(of: mark) == nil, let bytes = connection.read(), !bytes.isEmpty { rest += bytes }
        guard let end = rest.firstRange(of: mark) else {
            (status, self.headers) = (0, [:])
            return
        }
        let head = RawAnswer(Array(rest[..<end.upperBound]))
        (status, self.headers) = (head.status, head.headers)
        rest.removeFirst(end.upperBound)
    }

    /// The next chunk; empty for the last one, nil where the connection broke.
    func chunk() -> String? {
        while true {
            if let line = rest.firstIndex(of: 13),
                let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16),
                rest.count >= line + 2 + size + 2
            {
                let text = String(decoding: rest[(line + 2)..<(line + 2 + size)], as: UTF8.self)
                rest.removeFirst(line + 2 + size + 2)
                return text
            }
            guard let bytes = connection.read(), !bytes.isEmpty else { return nil }
            rest += bytes
        }
    }

    /// The data of the next events that are messages, as many as are asked for.
    func events(_ count: Int) -> [[String: any Sendable]] {
        var events: [[String: any Sendable]] = []
        while events.count < count, let chunk = chunk(), !chunk.isEmpty {
            let lines = chunk.split(separator: "\n")
            guard lines.count == 3, lines[1].hasPrefix("event: message.") else { continue }
            let data = Data(lines[2].dropFirst(6).utf8)
            guard let event = try? JSONSerialization.jsonObject(with: data) as? [String: any Sendable] else { break }
            events.append(event)
        }
        return events
    }
}
