import WeFlowOutput
import WeFlowParameters
import WeFlowQuery

/// The schema of what a tool gives: that of the API's answer, without what no tool shows, with what a page of a tool has.
extension Tool {
    /// What every body may have beside the API's members.
    private static let pageFields: [Schema.Field] = [
        .always("truncated", .boolean), .sometimes("nextCursor", .text),
    ]

    /// The schema of the structured content, a document of its own.
    var outputSchema: JSONValue {
        var needed: [String] = []
        var schema = Self.open(answers.json, isItem: false, &needed)
        // A handshake's revisions want an object at the root; a tool with two forms of answers has one all the same.
        if schema["type"] == nil { schema = .object([.init(name: "type", value: "object")] + schema.members) }
        if let forms = schema["anyOf"]?.elements {
            schema = schema.with(["anyOf": .array(forms.map(Self.withPage))])
        } else {
            schema = Self.withPage(schema)
        }
        let named = Dictionary(AnswerSchemas.named) { first, _ in first }
        var definitions: [JSONValue.Member] = []
        var next = 0
        while next < needed.count {
            if let definition = named[needed[next]] {
                let value = Self.open(definition.json, isItem: true, &needed)
                definitions.append(.init(name: needed[next], value: value))
            }
            next += 1
        }
        return definitions.isEmpty ? schema : schema.with(["$defs": .object(definitions)])
    }

    private static func withPage(_ schema: JSONValue) -> JSONValue {
        let fields = pageFields.map { JSONValue.Member(name: $0.name, value: $0.schema.json) }
        let required = (schema["required"]?.elements ?? []) + ["truncated"]
        return schema.with([
            "properties": .object((schema["properties"]?.members ?? []) + fields), "required": .array(required),
        ])
    }

    /// A schema as a tool has it: without descriptions, which the API's document has, and open, since an item may say that
    /// it was shortened. Such an item has lost what was nested in it, so that none of its members is sure that is.
    private static func open(_ schema: JSONValue, isItem: Bool, _ needed: inout [String]) -> JSONValue {
        var members: [JSONValue.Member] = []
        for member in schema.members {
            switch member.name {
            case "description", "additionalProperties": continue
            case "properties":
                let properties = member.value.members.filter { !JSONValue.hidden.contains($0.name) }.map {
                    JSONValue.Member(name: $0.name, value: open($0.value, isItem: true, &needed))
                }
                members.append(.init(name: member.name, value: .object(properties)))
            case "required":
                let names = member.value.elements.filter { name in
                    guard let name = name.text, !JSONValue.hidden.contains(name) else { return false }
                    return !isItem || schema["properties"]?[name]?.isNestedSchema == false
                }
                if !names.isEmpty { members.append(.init(name: member.name, value: .array(names))) }
            case "items":
                members.append(.init(name: member.name, value: open(member.value, isItem: true, &needed)))
            case "anyOf":
                let forms = member.value.elements.map { open($0, isItem: isItem, &needed) }
                members.append(.init(name: member.name, value: .array(forms)))
            case "$ref":
                let name = String(member.value.text?.dropFirst(Schema.home.count) ?? "")
                if !needed.contains(name) { needed.append(name) }
                members.append(.init(name: member.name, value: .string("#/$defs/\(name)")))
            default: members.append(member)
            }
        }
        return .object(members)
    }
}

extension JSONValue {
    /// Whether what a schema describes is an object or a list.
    fileprivate var isNestedSchema: Bool {
        self["$ref"] != nil || self["anyOf"] != nil || self["type"] == "object" || self["type"] == "array"
    }
}
