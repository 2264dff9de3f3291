internal import WeFlowModel
internal import WeFlowParameters
internal import WeFlowQuery

/// Messages of one batch as lines for reading.
final class TextFragment: Fragment, @unchecked Sendable {
    // Unchecked: a batch's fragment is written by its worker and read only after the worker has handed it on.
    private(set) var bytes = OutputBytes(capacity: 64 << 10)
    /// How many messages were written.
    private(set) var count = 0
    private let people: ChatPeople
    private let zone: LocalZone
    private let style: TerminalStyle
    private var text: [UInt8] = []
    /// The day of the first message; the line of that day is left to whom knows what goes before.
    private(set) var firstDay: Day?
    /// The day of the last message.
    private(set) var lastDay: Day?

    init(_ people: ChatPeople, zone: LocalZone, style: TerminalStyle) {
        self.people = people
        self.zone = zone
        self.style = style
    }

    func reset() {
        bytes.removeAll()
        count = 0
        (firstDay, lastDay) = (nil, nil)
    }

    /// Writes a message: time, sender and text; further lines of the text and what it quotes are indented.
    func add(_ message: borrowing Message) {
        count += 1
        let time = zone.civil(at: message.createTime)
        let day = Day(time)
        if let lastDay, lastDay != day { bytes.append("\n" + day.line(style)) }
        if firstDay == nil { firstDay = day }
        lastDay = day
        bytes.append(
            style.paint(
                "\(MomentTimes.two(time.hour)):\(MomentTimes.two(time.minute)):\(MomentTimes.two(time.second))", .faint)
        )
        bytes.append("  " as StaticString)
        if message.isNotice {
            bytes.append("* " as StaticString)
        } else {
            let sender = String(decoding: message.sender, as: UTF8.self)
            let person = people.person(
                sender: sender, isSend: message.isSend, isNotice: false, localID: message.localID)
            // A name cannot pass for more than a name.
            bytes.append(style.paint(person.accountName.inOneLine.isolated, .name))
            bytes.append(": " as StaticString)
        }
        if message.content.marksOfDisplayed(message.body) != nil {
            bytes.appendReadable(message.body)
        } else {
            text.removeAll(keepingCapacity: true)
            message.content.appendDisplayText(of: message.body, to: &text)
            text.withUnsafeBytes { bytes.appendReadable($0) }
        }
        if let transcript = message.transcript {
            bytes.append(" " as StaticString)
            bytes.appendReadable(transcript)
        }
        if let url = message.content.detail.url {
            bytes.append(" " as StaticString)
            bytes.appendReadable(url)
        }
        bytes.append(UInt8(ascii: "\n"))
        if let quote = message.content.quote {
            bytes.append("    > " as StaticString)
            bytes.append(quote.accountName.inOneLine.isolated)
            bytes.append(": " as StaticString)
            bytes.appendReadable(quote.content)
            bytes.append(UInt8(ascii: "\n"))
        }
        if let media = message.media {
            bytes.append("    " as StaticString)
            switch media {
            case .file(let file): bytes.appendReadable(file.path)
            case .missing(_, let loss): bytes.appendReadable("(\(loss.rawValue))")
            }
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}

/// A day by local time.
struct Day: Equatable {
    private var time: CivilTime

    /// The day of a moment.
    init(_ time: CivilTime) {
        self.time = time
        (self.time.hour, self.time.minute, self.time.second) = (0, 0, 0)
    }

    /// The line that begins a day.
    func line(_ style: TerminalStyle) -> String {
        let names = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
        let days = time.secondsSince1970 / 86_400
        let name = names[Int((days % 7 + 7) % 7)]
        return style.paint("\(MomentTimes.iso(time).prefix { $0 != "T" }) \(name)", .heading) + "\n"
    }
}
