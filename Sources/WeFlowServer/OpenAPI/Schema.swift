import WeFlowParameters
import WeFlowQuery

/// A JSON schema (draft 2020-12) as the OpenAPI document shows it.
struct Schema: Sendable {
    private var members: [JSONValue.Member]

    private init(_ members: [(String, JSONValue)]) {
        self.members = members.map(JSONValue.Member.init)
    }

    /// The document.
    var json: JSONValue { .object(members) }

    /// The same schema with a further keyword.
    func with(_ keyword: String, _ value: JSONValue) -> Schema {
        var schema = self
        schema.members.append(JSONValue.Member(name: keyword, value: value))
        return schema
    }

    /// The same schema with a description.
    func about(_ description: String) -> Schema {
        with("description", .string(description))
    }

    /// The same schema with a description: the one that is given, else what its member's name means everywhere.
    fileprivate func about(_ name: String, _ description: String) -> Schema {
        if !description.isEmpty { return about(description) }
        guard !members.contains(where: { $0.name == "description" }) else { return self }
        return FieldWords.common[name].map(about) ?? self
    }

    // MARK: Kinds

    static let boolean = Schema([("type", .string("boolean"))])
    static let null = Schema([("type", .string("null"))])
    static let integer = Schema([("type", .string("integer"))])
    static let count = Schema([("type", .string("integer")), ("minimum", .number("0"))])
    static let text = Schema([("type", .string("string"))])
    /// A whole number too large for JavaScript's numbers, as digits.
    static let digits = Schema([("type", .string("string")), ("pattern", .string("^[0-9]+$"))])
    static let number = Schema([("type", .string("number"))])
    static let anything = Schema([])

    static func text(pattern: String) -> Schema {
        Schema([("type", .string("string")), ("pattern", .string(pattern))])
    }

    static func constant(_ value: JSONValue) -> Schema {
        Schema([("const", value)])
    }

    static func one(of values: [JSONValue]) -> Schema {
        Schema([("enum", .array(values))])
    }

    static func one(of words: [String]) -> Schema {
        Schema([("type", .string("string")), ("enum", .array(words.map(JSONValue.string)))])
    }

    static func any(of schemas: [Schema]) -> Schema {
        Schema([("anyOf", .array(schemas.map(\.json)))])
    }

    static func list(of element: Schema) -> Schema {
        Schema([("type", .string("array")), ("items", element.json)])
    }

    static func reference(_ name: String) -> Schema {
        Schema([("$ref", .string("#/components/schemas/\(name)"))])
    }

    /// An object that has these members and no others, in this order.
    static func object(_ fields: [Field]) -> Schema {
        Schema([
            ("type", .string("object")),
            ("properties", .object(fields.map { JSONValue.Member(name: $0.name, value: $0.schema.json) })),
            ("required", .array(fields.filter(\.isAlwaysThere).map { .string($0.name) })),
            ("additionalProperties", .bool(false)),
        ])
    }

    /// An object that has these members and may have others.
    static func openObject(_ fields: [Field]) -> Schema {
        var schema = object(fields)
        schema.members.removeLast()
        return schema
    }

    /// One member of an object.
    struct Field: Sendable {
        let name: String
        let schema: Schema
        let isAlwaysThere: Bool

        /// A member that is always there.
        static func always(_ name: String, _ schema: Schema, _ description: String = "") -> Field {
            Field(name: name, schema: schema.about(name, description), isAlwaysThere: true)
        }

        /// A member that is there only sometimes.
        static func sometimes(_ name: String, _ schema: Schema, _ description: String = "") -> Field {
            Field(name: name, schema: schema.about(name, description), isAlwaysThere: false)
        }
    }
}
