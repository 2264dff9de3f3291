import WeFlowParameters
internal import WeFlowQuery

extension JSONValue {
    /// The text, where this is one.
    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The whole number, where this is one that fits, or the text of one.
    var wholeNumber: Int64? {
        switch self {
        case .number(let text): Int64(text) ?? Double(text).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
        case .string(let text): Int64(text)
        default: nil
        }
    }

    /// The number, where this is one.
    var fraction: Double? {
        guard case .number(let text) = self, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// The elements, none where this is no list.
    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// Whether this is `true`.
    var isTrue: Bool { self == .bool(true) }

    /// The text of a member, "" where there is none.
    func text(_ name: String) -> String { self[name]?.string ?? "" }
}
