import WeFlowOutput
import WeFlowParameters
import WeFlowQuery

/// A parameter as the OpenAPI document shows it: in the query string, in the path, and in the body of a POST.
///
/// The schemas take exactly what `Parameters` takes: a number beyond its range is no error, an empty value is absent, a
/// JSON number may be a string.
extension ParameterDeclaration {
    /// Whether it has to be given.
    var isRequired: Bool { missing != nil }

    /// What stands under `parameters`.
    var inQuery: JSONValue { entry(name, "query", isRequired: isRequired) }

    /// What stands under `parameters` for a place in the path.
    var inPath: JSONValue { entry(place ?? name, "path", isRequired: true) }

    private func entry(_ name: String, _ location: String, isRequired: Bool) -> JSONValue {
        var members: [(String, JSONValue)] = [("name", .string(name)), ("in", .string(location))]
        if isRequired { members.append(("required", .bool(true))) }
        let isAlone = location == "path"
        members.append(("description", .string(description(withAliases: !isAlone))))
        if !isAlone, !aliases.isEmpty { members.append(("x-aliases", aliasNames)) }
        members.append(("schema", querySchema.json))
        if let example { members.append(("example", .string(example))) }
        return .object(members.map(JSONValue.Member.init))
    }

    /// The member of the body's schema.
    var inBody: Schema.Field {
        var schema = bodySchema.about(description(withAliases: true))
        if !aliases.isEmpty { schema = schema.with("x-aliases", aliasNames) }
        if let example { schema = schema.with("examples", .array([.string(example)])) }
        return isRequired ? .always(name, schema) : .sometimes(name, schema)
    }

    var aliasNames: JSONValue { .array(aliases.map { .string($0.name) }) }

    func description(withAliases: Bool) -> String {
        var text = help(in: .http)
        switch kind {
        case .number(let range, _):
            let top = range.upperBound >= Parameters.all ? "" : "\(range.upperBound)"
            text += " \(range.lowerBound)…\(top); a number beyond that is clamped to it."
        case .limit(let most, _): text += " 1…\(most); a number beyond that is clamped to it."
        default: break
        }
        if withAliases, !aliases.isEmpty {
            text += " Also taken as \(aliases.map { "`\($0.name)`" }.joined(separator: ", "))."
        }
        return text
    }

    /// The texts that it takes in a query string.
    var querySchema: Schema {
        switch kind {
        case .text, .chat, .groupChat: isRequired ? .text.with("minLength", .number("1")) : anyText
        case .list: pattern.map { .text(pattern: listPattern($0())) } ?? .text
        case .chats, .people, .senders, .file: .text
        case .folder: .text(pattern: TextPattern.absolutePath)
        case .formed(let pattern): .text(pattern: pattern())
        case .number(_, let value), .limit(_, let value):
            Self.numberSchema(.integer).with("default", .number("\(value)"))
        case .exactNumber: Self.numberSchema(.integer)
        case .mark: .text(pattern: Self.flagPattern)
        case .flag(let value): .text(pattern: Self.flagPattern).with("default", .string(value == true ? "1" : "0"))
        case .time: .text(pattern: TimePattern.text)
        case .choice(_, let value): Self.withDefault(.text(pattern: choicePattern), value)
        }
    }

    /// What it takes in a body.
    var bodySchema: Schema {
        switch kind {
        case .text where isRequired, .chat where isRequired, .groupChat where isRequired:
            .any(of: [.text.with("minLength", .number("1")), .number, .boolean])
        case .text, .file, .chat, .groupChat:
            .any(of: [anyText, .number, .boolean, .null])
        case .formed(let pattern):
            isRequired && !takesNumbers
                ? .text(pattern: pattern())
                : .any(of: [.text(pattern: pattern())] + numbers + (isRequired ? [] : [.null]))
        case .folder:
            isRequired
                ? .text(pattern: TextPattern.absolutePath)
                : .any(of: [.text(pattern: TextPattern.absolutePath), .null])
        case .list:
            if let item = pattern?() {
                .any(of: [.text(pattern: listPattern(item)), .null] + arrays(of: item) + numbers)
            } else {
                Self.textsSchema
            }
        case .chats, .people, .senders: Self.textsSchema
        case .number(_, let value), .limit(_, let value):
            Self.numberSchema(.integer, .null).with("default", .number("\(value)"))
        case .exactNumber:
            Self.numberSchema(.integer, .null)
        case .mark:
            Self.flagSchema
        case .flag(let value):
            Self.flagSchema.with("default", .bool(value == true))
        case .time:
            // Eight digits are a date, as a number too; most such numbers are the date of no day.
            .any(of: [
                .text(pattern: TimePattern.text), .integer.with("maximum", .number("9999999")),
                .integer.with("minimum", .number("100000000")), .null,
            ])
        case .choice(_, let value):
            Self.withDefault(.any(of: [.text(pattern: choicePattern), .null]), value)
        }
    }

    private func listPattern(_ item: String) -> String {
        isPair ? TextPattern.pair(of: item) : TextPattern.list(of: item)
    }

    /// The JSON lists that it takes: blank items say nothing.
    private func arrays(of item: String) -> [Schema] {
        let items = Schema.list(of: .any(of: [.text(pattern: "^ *(\(item))? *$")] + numbers))
        guard isPair else { return [items] }
        // In any case of letters two could be the same.
        let words = Schema.list(of: .one(of: [""] + item.split(separator: "|").map(TextPattern.plain)))
            .with("uniqueItems", .bool(true))
        return [
            items.with("maxItems", .number("1")), .list(of: .text(pattern: "^ *$")),
            words.with("maxItems", .number("2")),
            words.with("maxItems", .number("3")).with("contains", Schema.constant(.string("")).json),
        ]
    }

    private var anyText: Schema { pattern.map { .text(pattern: $0()) } ?? .text }

    /// Numbers whose digits are a text that is taken.
    private var numbers: [Schema] {
        takesNumbers ? [.count.with("maximum", .number("\(Int64.max)"))] : []
    }

    private static let textsSchema = Schema.any(of: [
        .text, .number, .boolean, .null, .list(of: .any(of: [.text, .number, .boolean])),
    ])

    private static func withDefault(_ schema: Schema, _ word: String?) -> Schema {
        word.map { schema.with("default", .string($0)) } ?? schema
    }

    /// A whole number, with zeros as its fraction, or nothing.
    private static func numberSchema(_ kinds: Schema...) -> Schema {
        .any(of: [kinds[0], .text(pattern: #"^(-?[0-9]+(\.0+)?)?$"#)] + kinds.dropFirst())
    }

    static let onPattern = "^(\(["1", "true", "yes", "on"].map(TextPattern.anyCase).joined(separator: "|")))$"
    private static let flagPattern = pattern(["1", "true", "yes", "on", "0", "false", "no", "off"])
    private static let flagSchema = Schema.any(of: [
        .boolean, .text(pattern: flagPattern), .one(of: [.number("0"), .number("1")]), .null,
    ])

    private var choicePattern: String { Self.pattern(choices(in: .http).flatMap { [$0.word] + $0.others }) }

    /// Any of the words in any case, or nothing.
    private static func pattern(_ words: [String]) -> String {
        "^(\(words.map(TextPattern.anyCase).joined(separator: "|")))?$"
    }
}
