import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// A parameter as the schema of a tool's arguments shows it, and how far a value may stray from that.
///
/// The schema is as plain as models use it best: one type each. What is taken is more, as everywhere: a number as a text, a
/// list as a text with commas.
extension ParameterDeclaration {
    /// The schema.
    ///
    /// - Parameter standard: what is meant without it, where that is another value than the request's.
    /// - Returns: the schema of a value.
    func toolSchema(default standard: JSONValue?) -> JSONValue {
        var schema = kindSchema.with(["description": .string(help(in: .tools) + formRemark)])
        if let standard = standard ?? ownDefault { schema = schema.with(["default": standard]) }
        return schema
    }

    private var kindSchema: JSONValue {
        switch kind {
        case .text, .formed, .time, .chat, .groupChat, .file, .folder: ["type": "string"]
        case .number(let range, _), .exactNumber(let range): Self.whole(range)
        case .limit(let most, _): Self.whole(1...most)
        case .flag, .mark: ["type": "boolean"]
        case .choice: ["type": "string", "enum": .array(choices(in: .tools).map { .string($0.word) })]
        case .list, .chats, .people, .senders: ["type": "array", "items": ["type": "string"]]
        }
    }

    private static func whole(_ range: ClosedRange<Int>) -> JSONValue {
        let schema: JSONValue = ["type": "integer", "minimum": .integer(range.lowerBound)]
        return range.upperBound >= Parameters.all ? schema : schema.with(["maximum": .integer(range.upperBound)])
    }

    private var ownDefault: JSONValue? {
        switch kind {
        case .number(_, let value), .limit(_, let value): .integer(value)
        case .flag(let value): value.map(JSONValue.bool)
        case .choice(_, let word): word.map(JSONValue.string)
        default: nil
        }
    }

    /// How a value is written, where its name does not tell.
    private var formRemark: String {
        if case .time = kind {
            " YYYY-MM-DD, also with THH:MM:SS and a zone such as +08:00, else local time."
        } else {
            ""
        }
    }

    /// Sees to it that a number lies where it may: a model can mend what it asked for, so nothing is changed for it.
    ///
    /// - Throws: `.usage`, naming the range.
    func checkRange(_ value: JSONValue) throws(WeFlowError) {
        let range: ClosedRange<Int>
        switch kind {
        case .number(let within, _), .exactNumber(let within): range = within
        case .limit(let most, _): range = 1...most
        default: return
        }
        let text: String
        switch value {
        case .number(let digits), .string(let digits): text = digits
        default: return
        }
        // What is no number is told apart when the value is read.
        guard let number = Double(text), number < Double(range.lowerBound) || number > Double(range.upperBound) else {
            return
        }
        let bounds =
            range.upperBound >= Parameters.all
            ? "must be at least \(range.lowerBound)" : "must lie between \(range.lowerBound) and \(range.upperBound)"
        throw WeFlowError(.usage, "\(name) \(bounds)")
    }
}
