internal import WeFlowModel
internal import WeFlowQuery

/// Messages of one batch as lines for reading.
final class TextFragment: Fragment, @unchecked Sendable {
    // Unchecked: a batch's fragment is written by its worker and read only after the worker has handed it on.
    private(set) var bytes = OutputBytes(capacity: 64 << 10)
    private let people: ChatPeople
    private let zone: LocalZone
    private var text: [UInt8] = []

    init(_ people: ChatPeople, zone: LocalZone) {
        self.people = people
        self.zone = zone
    }

    func reset() { bytes.removeAll() }

    /// Writes a message: time, sender and text; further lines of the text and what it quotes are indented.
    func add(_ message: borrowing Message) {
        let time = zone.civil(at: message.createTime)
        let isNotice =
            switch message.content {
            case .notice, .revoke: true
            default: false
            }
        bytes.append(MomentTimes.iso(time).split(separator: "T").joined(separator: " "))
        bytes.append("  " as StaticString)
        if isNotice {
            bytes.append("* " as StaticString)
        } else {
            let sender = String(decoding: message.sender, as: UTF8.self)
            let person = people.person(
                sender: sender, isSend: message.isSend, isNotice: false, localID: message.localID)
            bytes.appendReadable(person.accountName)
            bytes.append(": " as StaticString)
        }
        if message.content.isDisplayed(as: message.body) {
            bytes.appendReadable(message.body)
        } else {
            text.removeAll(keepingCapacity: true)
            message.content.appendDisplayText(of: message.body, to: &text)
            text.withUnsafeBytes { bytes.appendReadable($0) }
        }
        bytes.append(UInt8(ascii: "\n"))
        if let quote = message.content.quote {
            bytes.append("    > " as StaticString)
            bytes.appendReadable("\(quote.accountName): \(quote.content)")
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
