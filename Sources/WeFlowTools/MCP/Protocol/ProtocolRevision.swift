import WeFlowParameters
import WeFlowQuery

/// The revisions of the protocol that are spoken (<doc:ModelContext#Revisions>).
enum ProtocolRevision: String, CaseIterable, Sendable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    /// Without a handshake: every request carries its revision.
    case july2026 = "2026-07-28"

    /// Those that begin with `initialize`, the newest last.
    static let withHandshake: [ProtocolRevision] = [.november2024, .march2025, .june2025, .november2025]
    /// Those whose requests carry their revision.
    static let withoutHandshake: [ProtocolRevision] = [.july2026]

    /// Whether several messages may stand in one line, as a list.
    var hasBatches: Bool { self == .march2025 }
}

/// What a request is called by; its answer bears the same value in the same type.
enum RequestID: Hashable, Sendable {
    case text(String)
    /// A whole number in its own digits, so that one of any size survives.
    case integer(String)

    /// Reads an id; nil where the value is neither a text nor a whole number.
    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .number(let digits):
            guard digits.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || 0x30...0x39 ~= $0 }) else { return nil }
            self = .integer(digits)
        default: return nil
        }
    }

    var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .integer(let digits): .number(digits)
        }
    }
}
