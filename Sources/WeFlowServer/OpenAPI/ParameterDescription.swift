import WeFlowQuery

/// One parameter of an endpoint as the OpenAPI document shows it: in the query string, and in the body of a POST.
///
/// The schemas take exactly what `Parameters` takes: a number beyond its range is no error, an empty value is absent, a
/// JSON number may be a string.
struct ParameterDescription: Sendable {
    /// What values it takes.
    enum Kind: Sendable {
        case text
        /// A whole number; clamped to the range.
        case number(ClosedRange<Int>, default: Int)
        case flag(default: Bool)
        case time
        case choice([String], default: String)
        case list
        /// A text of which this regular expression fits the whole.
        case formed(String)
    }

    let name: String
    let aliases: [String]
    let kind: Kind
    let isRequired: Bool
    let description: String
    let example: JSONValue?

    init(
        _ name: String, aliases: [String] = [], _ kind: Kind, required: Bool = false, _ description: String,
        example: JSONValue? = nil
    ) {
        (self.name, self.aliases, self.kind, self.isRequired) = (name, aliases, kind, required)
        (self.description, self.example) = (description, example)
    }

    /// What stands under `parameters`.
    var inQuery: JSONValue {
        parameter(place: "query", isRequired: isRequired)
    }

    /// What stands under `parameters` for a place in the path.
    var inPath: JSONValue {
        parameter(place: "path", isRequired: true)
    }

    private func parameter(place: String, isRequired: Bool) -> JSONValue {
        var members: [(String, JSONValue)] = [("name", .string(name)), ("in", .string(place))]
        if isRequired { members.append(("required", .bool(true))) }
        members.append(("description", .string(fullDescription)))
        if !aliases.isEmpty { members.append(("x-aliases", .array(aliases.map(JSONValue.string)))) }
        members.append(("schema", querySchema.json))
        if let example { members.append(("example", example)) }
        return .object(members.map(JSONValue.Member.init))
    }

    /// The member of the body's schema.
    var inBody: Schema.Field {
        var schema = bodySchema.about(fullDescription)
        if !aliases.isEmpty { schema = schema.with("x-aliases", .array(aliases.map(JSONValue.string))) }
        if let example { schema = schema.with("examples", .array([example])) }
        return isRequired ? .always(name, schema) : .sometimes(name, schema)
    }

    private var fullDescription: String {
        var text = description
        if case .number(let range, _) = kind {
            let top = range.upperBound >= 1 << 50 ? "" : "\(range.upperBound)"
            text += " \(range.lowerBound)…\(top); a number beyond that is clamped to it."
        }
        if !aliases.isEmpty { text += " Also taken as \(aliases.map { "`\($0)`" }.joined(separator: ", "))." }
        return text
    }

    private var querySchema: Schema {
        switch kind {
        case .text: isRequired ? .text.with("minLength", .number("1")) : .text
        case .list: .text
        case .formed(let pattern): .text(pattern: pattern)
        case .number(_, let value):
            .any(of: [.integer, .text(pattern: Self.numberPattern)]).with("default", .number("\(value)"))
        case .flag(let value): .text(pattern: Self.flagPattern).with("default", .string(value ? "1" : "0"))
        case .time: .text(pattern: TimePattern.text)
        case .choice(let words, let value): .text(pattern: Self.pattern(words)).with("default", .string(value))
        }
    }

    private var bodySchema: Schema {
        switch kind {
        case .text where isRequired:
            .any(of: [.text.with("minLength", .number("1")), .number, .boolean])
        case .text:
            .any(of: [.text, .number, .boolean, .null])
        case .formed(let pattern):
            isRequired ? .text(pattern: pattern) : .any(of: [.text(pattern: pattern), .null])
        case .list:
            .any(of: [.text, .number, .boolean, .null, .list(of: .any(of: [.text, .number, .boolean]))])
        case .number(_, let value):
            .any(of: [.integer, .text(pattern: Self.numberPattern), .null]).with("default", .number("\(value)"))
        case .flag(let value):
            .any(of: [.boolean, .text(pattern: Self.flagPattern), .one(of: [.number("0"), .number("1")]), .null])
                .with("default", .bool(value))
        case .time:
            // Eight digits are a date, as a number too; most such numbers are the date of no day.
            .any(of: [
                .text(pattern: TimePattern.text), .integer.with("maximum", .number("9999999")),
                .integer.with("minimum", .number("100000000")), .null,
            ])
        case .choice(let words, let value):
            .any(of: [.text(pattern: Self.pattern(words)), .null]).with("default", .string(value))
        }
    }

    /// A whole number, with zeros as its fraction, or nothing.
    private static let numberPattern = #"^(-?[0-9]+(\.0+)?)?$"#

    private static let flagPattern = pattern(["1", "true", "yes", "on", "0", "false", "no", "off"])

    /// Any of the words in any case, or nothing.
    private static func pattern(_ words: [String]) -> String {
        "^(\(words.map(TextPattern.anyCase).joined(separator: "|")))?$"
    }
}
