import WeFlowOutput
import WeFlowParameters
import WeFlowQuery

/// A rule among parameters as the OpenAPI document shows it.
///
/// OpenAPI has no words for what the parameters of a query have to do with each other, but a parameter may be an object
/// whose members are sent as parameters of their own (`form`, exploded), and a schema can say it of an object.
extension ParameterRule {
    /// Whether something has to be given.
    var isNeed: Bool { if case .needsOne = self { true } else { false } }

    /// What stands under `parameters`.
    var inQuery: JSONValue {
        var members: [(String, JSONValue)] = [("name", .string(name)), ("in", .string("query"))]
        if isNeed { members.append(("required", .bool(true))) }
        let schema = Schema.any(of: forms.map(Schema.object)).with("type", .string("object"))
        members += [
            ("description", .string(description)), ("style", .string("form")), ("explode", .bool(true)),
            ("schema", schema.json),
        ]
        return .object(members.map(JSONValue.Member.init))
    }

    private var description: String {
        "Not a parameter of its own: each member is a parameter of the query. \(sentence)"
    }

    /// The rule in words.
    var sentence: String {
        switch self {
        case .excludes(let first, let others, _):
            "With \(first.name) none of \(Self.names(others)) can be given."
        case .needsOne(let all, _):
            "At least one of \(Self.names(all)) has to be given, and to choose something."
        }
    }

    private static func names(_ parameters: [ParameterDeclaration]) -> String {
        let names = parameters.map(\.name)
        return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    }

    /// The objects that the query's parameters can be.
    private var forms: [[Schema.Field]] {
        switch self {
        case .excludes(let first, let others, _):
            let nothing = Schema.text.with("maxLength", .number("0"))
            return [
                others.map { $0.member($0.querySchema) } + [.sometimes(first.name, nothing)],
                [first.member(first.tellingQuery, isNeeded: true)] + others.map { .sometimes($0.name, nothing) },
            ]
        case .needsOne(let all, _):
            return all.map { one in
                all.map { other in
                    other.name == one.name
                        ? one.member(one.tellingQuery, isNeeded: true) : .sometimes(other.name, other.querySchema)
                }
            }
        }
    }

    /// The `anyOf` of a body's schema.
    var inBody: JSONValue {
        let nothing = Schema.one(of: [.null, .string("")])
        let forms: [[Schema.Field]] =
            switch self {
            case .excludes(let first, let others, _):
                [
                    [.sometimes(first.name, nothing)],
                    [.always(first.name, .anything)] + others.map { .sometimes($0.name, nothing) },
                ]
            case .needsOne(let all, _): all.map { [.always($0.name, $0.tellingBody)] }
            }
        return .array(forms.map { Schema.openObject($0).json })
    }
}

extension ParameterDeclaration {
    /// A member of the object that stands for several parameters.
    fileprivate func member(_ schema: Schema, isNeeded: Bool = false) -> Schema.Field {
        var schema = schema.about(description(withAliases: true))
        if !aliases.isEmpty { schema = schema.with("x-aliases", aliasNames) }
        if let example { schema = schema.with("examples", .array([.string(example)])) }
        return isNeeded ? .always(name, schema) : .sometimes(name, schema)
    }

    /// Those texts of a query string that say something.
    fileprivate var tellingQuery: Schema {
        if let telling { return .text(pattern: telling()) }
        return switch kind {
        case .list: pattern.map { .text(pattern: TextPattern.someOf($0())) } ?? .text(pattern: TextPattern.someItem)
        case .chats, .people, .senders: .text(pattern: TextPattern.someItem)
        case .flag, .mark: .text(pattern: Self.onPattern)
        case .time: .text(pattern: TimePattern.moment)
        default: .text(pattern: #"\S"#)
        }
    }

    /// Those values of a body that say something.
    fileprivate var tellingBody: Schema {
        switch kind {
        case .list, .chats, .people, .senders:
            let (item, isFree) = (pattern?(), pattern == nil)
            let other: [Schema] = isFree ? [.number, .boolean] : []
            let element = item.map { Schema.text(pattern: "^ *(\($0))? *$") } ?? .text
            let telling = item.map { Schema.text(pattern: "^ *(\($0)) *$") } ?? .text(pattern: #"[^\s\u0085]"#)
            let list = Schema.list(of: .any(of: [element] + other))
                .with("contains", Schema.any(of: [telling] + other).json)
            return .any(of: [tellingQuery, list] + other)
        case .flag, .mark: return .any(of: [tellingQuery, .constant(.bool(true)), .constant(.number("1"))])
        case .time:
            let early = Schema.integer.with("maximum", .number("-1"))
            let short = Schema.integer.with("minimum", .number("1")).with("maximum", .number("9999999"))
            return .any(of: [tellingQuery, early, short, .integer.with("minimum", .number("100000000"))])
        default: return .any(of: [tellingQuery, .number, .boolean])
        }
    }
}
