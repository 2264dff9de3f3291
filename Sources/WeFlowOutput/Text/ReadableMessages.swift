package import WeFlowParameters
import WeFlowQuery

/// Messages that are read out of a copy, as lines for reading: as those of the store are printed (<doc:TextAndTables>).
package struct ReadableMessages: ~Copyable {
    /// What a line says.
    package struct Message {
        /// Unix seconds.
        package var time: Int64
        /// Who sent it; nil for a notice.
        package var name: String?
        /// The displayed text.
        package var text: String
        /// The ranges of scalars in it that stand out.
        package var matches: [Range<Int>]
        /// What the client made of a voice.
        package var transcript: String?
        /// Where a card leads.
        package var url: String?
        /// What it quotes: whose, and what.
        package var quote: (name: String, text: String)?
        /// Where its file lies, or why there is none; and what else is to be said of it.
        package var remarks: [String]
        /// Whether it stands near what was looked for.
        package var isNeighbour: Bool

        /// Puts a line together.
        package init(
            time: Int64, name: String?, text: String, matches: [Range<Int>] = [], transcript: String? = nil,
            url: String? = nil, quote: (name: String, text: String)? = nil, remarks: [String] = [],
            isNeighbour: Bool = false
        ) {
            (self.time, self.name, self.text, self.matches) = (time, name, text, matches)
            (self.transcript, self.url, self.quote) = (transcript, url, quote)
            (self.remarks, self.isNeighbour) = (remarks, isNeighbour)
        }
    }

    /// What was written and not taken yet.
    package private(set) var bytes = OutputBytes(capacity: 64 << 10)
    private let zone: LocalZone
    private let style: TerminalStyle
    private let hasDays: Bool
    private var day: Day?

    /// - Parameters:
    ///   - zone: the clock by which times are shown.
    ///   - style: how names and times stand out.
    ///   - hasDays: whether a line begins each day; else each line has its date.
    package init(zone: LocalZone, style: TerminalStyle, hasDays: Bool) {
        (self.zone, self.style, self.hasDays) = (zone, style, hasDays)
    }

    /// Forgets what was written.
    package mutating func removeBytes() { bytes.removeAll() }

    /// Begins a chat.
    package mutating func begin(_ name: String, id: String, isFirst: Bool) {
        if !isFirst { bytes.append("\n" as StaticString) }
        bytes.append(style.paint(name.inOneLine.isolated, .heading))
        if id != name { bytes.append(style.paint(" (\(id.inOneLine))", .faint)) }
        bytes.append("\n" as StaticString)
    }

    /// Says that messages are left out here.
    package mutating func skip() { bytes.append(style.paint("--", .faint) + "\n") }

    /// Writes a message; further lines are indented.
    package mutating func add(_ message: Message) {
        let time = zone.civil(at: message.time)
        let date = MomentTimes.iso(time)
        if hasDays {
            let today = Day(time)
            if day != today { bytes.append((day == nil ? "" : "\n") + today.line(style)) }
            day = today
            bytes.append(style.paint(String(date.drop { $0 != "T" }.dropFirst().prefix(8)), .faint))
        } else {
            bytes.append(style.paint(date.prefix(19).split(separator: "T").joined(separator: " "), .faint))
        }
        bytes.append("  " as StaticString)
        if let name = message.name {
            bytes.append(style.paint(name.inOneLine.isolated, .name))
            bytes.append(message.isNeighbour ? "- " as StaticString : ": " as StaticString)
        } else {
            bytes.append("* " as StaticString)
        }
        append(message.text, message.matches)
        if let transcript = message.transcript {
            bytes.append(" " as StaticString)
            bytes.appendReadable(transcript)
        }
        if let url = message.url {
            bytes.append(" " as StaticString)
            bytes.appendReadable(url)
        }
        bytes.append(UInt8(ascii: "\n"))
        if let quote = message.quote {
            bytes.append("    > " as StaticString)
            bytes.append(quote.name.inOneLine.isolated)
            bytes.append(": " as StaticString)
            bytes.appendReadable(quote.text)
            bytes.append(UInt8(ascii: "\n"))
        }
        for remark in message.remarks {
            bytes.append("    " as StaticString)
            bytes.appendReadable(remark)
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    private mutating func append(_ text: String, _ ranges: [Range<Int>]) {
        guard style.hasColour, !ranges.isEmpty else { return bytes.appendReadable(text) }
        let scalars = Array(text.unicodeScalars)
        func piece(_ range: Range<Int>) -> String {
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[range])
            return String(piece)
        }
        var at = 0
        for range in ranges where range.lowerBound >= at && range.upperBound <= scalars.count {
            bytes.appendReadable(piece(at..<range.lowerBound))
            bytes.append(style.beginning(of: .match))
            bytes.appendReadable(piece(range))
            bytes.append(style.end)
            at = range.upperBound
        }
        bytes.appendReadable(piece(at..<scalars.count))
    }
}
