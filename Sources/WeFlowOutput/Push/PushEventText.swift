public import WeFlowParameters
import WeFlowQuery

/// An event as a line for reading: time, chat, sender, text (<doc:TextAndTables#Events>).
///
/// - Parameters:
///   - line: the event as an object, of this program or of a server.
///   - zone: the zone of the time.
///   - style: how time and names stand out.
/// - Returns: the line with its end; a text of several lines is one here.
public func pushEventText(
    _ line: borrowing OutputBytes, zone: LocalZone = .system, style: TerminalStyle
) -> String {
    guard let event = try? JSONValue(parsing: line.array()), case .object = event else {
        let bytes = line.array()
        let end = bytes.last == UInt8(ascii: "\n") ? 1 : 0
        return String(decoding: bytes.dropLast(end), as: UTF8.self).inOneLine + "\n"
    }
    func text(_ name: String) -> String? {
        if case .string(let text)? = event[name], !text.isEmpty { text.inOneLine } else { nil }
    }
    var time = ""
    if case .number(let digits)? = event["timestamp"], let seconds = Int64(digits) {
        let civil = zone.civil(at: seconds)
        let parts = [civil.hour, civil.minute, civil.second].map { MomentTimes.two($0) }
        time = style.paint("\(date(seconds, zone)) \(parts.joined(separator: ":"))", .faint) + "  "
    }
    let chat = text("groupName").map { $0.isolated + "  " } ?? ""
    let sender = style.paint((text("sourceName") ?? text("sessionId") ?? "").isolated, .name)
    let mark = text("event") == "message.revoke" ? style.paint("recalled", .faint) + " " : ""
    return "\(time)\(chat)\(sender)  \(mark)\(text("content")?.isolated ?? "")\n"
}
