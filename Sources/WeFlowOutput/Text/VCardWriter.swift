public import WeFlowCollections
internal import WeFlowModel
import WeFlowQuery

/// A contact as a card that phones and address books take in (vCard 4.0, RFC 6350; <doc:TextAndTables#Cards>).
public func card(_ contact: DetailedContact) -> String {
    var writer = VCardWriter()
    writer.card(contact.contact, contact.detail)
    return String(decoding: writer.finish().array(), as: UTF8.self)
}

/// Writes cards into one growing buffer.
struct VCardWriter: ~Copyable {
    private var bytes = OutputBytes()
    /// Lines have at most so many bytes, the end aside.
    private static let longestLine = 75

    /// Writes the card of a contact.
    mutating func card(_ contact: Contact, _ detail: ContactDetail) {
        line("BEGIN", "VCARD")
        line("VERSION", "4.0")
        switch contact.type {
        case "group": line("KIND", "group")
        case "official": line("KIND", "org")
        default: break
        }
        line("FN", Self.escaped(contact.displayName))
        // Which part of a name is the family's cannot be told.
        line("N", ";\(Self.escaped(contact.displayName));;;")
        if !contact.nickname.isEmpty, contact.nickname != contact.displayName {
            line("NICKNAME", Self.escaped(contact.nickname))
        }
        switch detail.extra.gender {
        case .male: line("GENDER", "M")
        case .female: line("GENDER", "F")
        case nil: break
        }
        for phone in detail.extra.phones { line("TEL;TYPE=cell", Self.escaped(phone)) }
        if !detail.region.isEmpty {
            let parts = [detail.extra.city, detail.extra.province, "", detail.extra.country]
            line("ADR", ";;;\(parts.map(Self.escaped).joined(separator: ";"))")
        }
        if !detail.extra.signature.isEmpty { line("NOTE", Self.escaped(detail.extra.signature)) }
        if !detail.labels.isEmpty { line("CATEGORIES", detail.labels.map(Self.escaped).joined(separator: ",")) }
        if contact.avatarURL.hasPrefix("http") { line("PHOTO", Self.cleaned(contact.avatarURL)) }
        line("X-WECHAT", Self.escaped(contact.alias.isEmpty ? contact.username : contact.alias))
        line("UID;VALUE=text", Self.escaped(contact.username))
        line("END", "VCARD")
    }

    /// Hands the buffer over.
    consuming func finish() -> OutputBytes { bytes }

    /// A text as a value: backslashes, commas, semicolons and ends of lines are escaped, other control characters go.
    static func escaped(_ text: String) -> String {
        var value = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ",", ";":
                value.append("\\")
                value.append(scalar)
            case "\n" where isAfterReturn: break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                value.append("\\")
                value.append("n")
            default: if !isControl(scalar) { value.append(scalar) }
            }
            isAfterReturn = scalar == "\r"
        }
        return String(value)
    }

    /// An address without what would end its line.
    private static func cleaned(_ text: String) -> String {
        var value = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isControl(scalar) && scalar != "\u{2028}" && scalar != "\u{2029}" {
            value.append(scalar)
        }
        return String(value)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar != "\t") || 0x7F...0x9F ~= scalar.value
    }

    /// Writes a line, folded between characters where it is long.
    private mutating func line(_ name: String, _ value: String) {
        var length = 0
        for scalar in "\(name):\(value)".unicodeScalars {
            let size = UTF8.width(scalar)
            if length + size > Self.longestLine {
                bytes.append("\r\n " as StaticString)
                length = 1
            }
            bytes.append(String(Character(scalar)))
            length += size
        }
        bytes.append("\r\n" as StaticString)
    }
}
