internal import WeFlowModel
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSearch

/// Hits and what was said around them as people read them (<doc:TextAndTables#Hits>): under a heading for each chat a line
/// for each message, time, name and text; `:` behind the name of a hit and `-` behind that of its neighbours, and `--`
/// where messages are left out.
final class SearchText: SearchTalk {
    private(set) var bytes = OutputBytes(capacity: 64 << 10)
    private let names: NameBook
    private let zone: LocalZone
    private let style: TerminalStyle
    private var isFirst = true

    init(_ names: NameBook, zone: LocalZone, style: TerminalStyle) {
        (self.names, self.zone, self.style) = (names, zone, style)
    }

    func removeBytes() { bytes.removeAll() }

    func begin(_ chat: SearchChat) {
        if !isFirst { bytes.append("\n" as StaticString) }
        isFirst = false
        let name = chat.name.inOneLine.isolated
        bytes.append(style.paint(name, .heading))
        let id = chat.id == chat.name ? "" : " (\(chat.id.inOneLine))"
        bytes.append(style.paint("\(id)", .faint))
        bytes.append("\n" as StaticString)
    }

    func skip() { bytes.append(style.paint("--", .faint) + "\n") }

    func add(_ message: borrowing Message, hit: SearchMatches?) {
        let time = MomentTimes.iso(zone.civil(at: message.createTime)).split(separator: "T").joined(separator: " ")
        bytes.append(style.paint(time, .faint))
        bytes.append("  " as StaticString)
        if message.isNotice {
            bytes.append("* " as StaticString)
        } else {
            let name =
                message.isSend ? "我" : names.displayName(of: String(decoding: message.sender, as: UTF8.self))
            bytes.append(style.paint(name.inOneLine.isolated, .name))
            bytes.append(hit == nil ? "- " as StaticString : ": " as StaticString)
        }
        append(message.content.displayText(of: message.body), hit?.isInTranscript == false ? hit?.ranges ?? [] : [])
        if let transcript = message.transcript {
            bytes.append(" " as StaticString)
            append(transcript, hit?.isInTranscript == true ? hit?.ranges ?? [] : [])
        }
        if let url = message.content.detail.url, !url.isEmpty {
            bytes.append(" " as StaticString)
            bytes.appendReadable(url)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Appends a text in which some ranges of scalars stand out.
    private func append(_ text: String, _ ranges: [Range<Int>]) {
        guard style.hasColour, !ranges.isEmpty else { return bytes.appendReadable(text) }
        let scalars = Array(text.unicodeScalars)
        var at = 0
        func piece(_ range: Range<Int>) -> String {
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[range])
            return String(piece)
        }
        for range in ranges where range.lowerBound >= at && range.upperBound <= scalars.count {
            if range.lowerBound > at { bytes.appendReadable(piece(at..<range.lowerBound)) }
            bytes.append(style.beginning(of: .match))
            bytes.appendReadable(piece(range))
            bytes.append(style.end)
            at = range.upperBound
        }
        if at < scalars.count { bytes.appendReadable(piece(at..<scalars.count)) }
    }
}
