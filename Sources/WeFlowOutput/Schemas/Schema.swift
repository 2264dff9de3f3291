package import WeFlowParameters

/// A JSON schema (draft 2020-12) of an answer or of what is given: the OpenAPI document and the tools of language models show
/// it.
package struct Schema: Sendable {
    private var members: [JSONValue.Member]

    private init(_ members: [(String, JSONValue)]) {
        self.members = members.map(JSONValue.Member.init)
    }

    /// The document.
    package var json: JSONValue { .object(members) }

    /// The same schema with a further keyword.
    package func with(_ keyword: String, _ value: JSONValue) -> Schema {
        var schema = self
        schema.members.append(JSONValue.Member(name: keyword, value: value))
        return schema
    }

    /// The same schema with a description.
    package func about(_ description: String) -> Schema {
        with("description", .string(description))
    }

    /// The same schema with a description: the one that is given, else what its member's name means everywhere.
    fileprivate func about(_ name: String, _ description: String) -> Schema {
        if !description.isEmpty { return about(description) }
        guard !members.contains(where: { $0.name == "description" }) else { return self }
        return FieldWords.common[name].map(about) ?? self
    }

    // MARK: Kinds

    package static let boolean = Schema([("type", .string("boolean"))])
    package static let null = Schema([("type", .string("null"))])
    package static let integer = Schema([("type", .string("integer"))])
    package static let count = Schema([("type", .string("integer")), ("minimum", .number("0"))])
    package static let text = Schema([("type", .string("string"))])
    /// A whole number too large for JavaScript's numbers, as digits.
    package static let digits = Schema([("type", .string("string")), ("pattern", .string("^[0-9]+$"))])
    package static let number = Schema([("type", .string("number"))])
    package static let anything = Schema([])

    package static func text(pattern: String) -> Schema {
        Schema([("type", .string("string")), ("pattern", .string(pattern))])
    }

    package static func constant(_ value: JSONValue) -> Schema {
        Schema([("const", value)])
    }

    package static func one(of values: [JSONValue]) -> Schema {
        Schema([("enum", .array(values))])
    }

    package static func one(of words: [String]) -> Schema {
        Schema([("type", .string("string")), ("enum", .array(words.map(JSONValue.string)))])
    }

    package static func any(of schemas: [Schema]) -> Schema {
        Schema([("anyOf", .array(schemas.map(\.json)))])
    }

    package static func list(of element: Schema) -> Schema {
        Schema([("type", .string("array")), ("items", element.json)])
    }

    /// Where a document keeps the schemas that others refer to.
    package static let home = "#/components/schemas/"

    /// One that the document names.
    package static func reference(_ name: String) -> Schema {
        Schema([("$ref", .string(home + name))])
    }

    /// An object that has these members and no others, in this order.
    package static func object(_ fields: [Field]) -> Schema {
        Schema([
            ("type", .string("object")),
            ("properties", .object(fields.map { JSONValue.Member(name: $0.name, value: $0.schema.json) })),
            ("required", .array(fields.filter(\.isAlwaysThere).map { .string($0.name) })),
            ("additionalProperties", .bool(false)),
        ])
    }

    /// An object that has these members and may have others.
    package static func openObject(_ fields: [Field]) -> Schema {
        var schema = object(fields)
        schema.members.removeLast()
        return schema
    }

    /// One member of an object.
    package struct Field: Sendable {
        package let name: String
        package let schema: Schema
        package let isAlwaysThere: Bool

        /// A member that is always there.
        package static func always(_ name: String, _ schema: Schema, _ description: String = "") -> Field {
            Field(name: name, schema: schema.about(name, description), isAlwaysThere: true)
        }

        /// A member that is there only sometimes.
        package static func sometimes(_ name: String, _ schema: Schema, _ description: String = "") -> Field {
            Field(name: name, schema: schema.about(name, description), isAlwaysThere: false)
        }
    }
}
