import Foundation
import WeFlowParameters
import WeFlowQuery

/// Checks JSON against the keywords of JSON Schema that the OpenAPI document uses; an unknown keyword is a fault.
struct SchemaCheck {
    private let document: JSONValue

    init(_ document: JSONValue) {
        self.document = document
    }

    /// Where a value breaks its schema.
    func faults(of value: JSONValue, _ schema: JSONValue, at path: String = "$") -> [String] {
        guard case .object(let keywords) = schema else { return ["\(path): the schema is no object"] }
        return keywords.flatMap { faults(of: value, keyword: $0, schema, path) }
    }

    private func faults(
        of value: JSONValue, keyword: JSONValue.Member, _ schema: JSONValue, _ path: String
    ) -> [String] {
        switch (keyword.name, keyword.value) {
        case ("description", _), ("default", _), ("examples", _), ("x-aliases", _), ("minLength", _),
            ("maximum", _), ("maxItems", _), ("uniqueItems", _), ("contains", _):
            return []
        case ("pattern", .string(let pattern)):
            guard case .string(let text) = value else { return [] }
            let fits = text.range(of: pattern, options: .regularExpression) != nil
            return fits ? [] : ["\(path): does not fit \(pattern.prefix(60))"]
        case ("maxLength", .number(let most)):
            guard case .string(let text) = value else { return [] }
            return text.unicodeScalars.count <= Int(most) ?? 0 ? [] : ["\(path): too long"]
        case ("$ref", .string(let reference)):
            let name = reference.components(separatedBy: "/").last ?? ""
            guard let target = document["components"]?["schemas"]?[name] else { return ["\(path): no \(reference)"] }
            return faults(of: value, target, at: path)
        case ("type", .string(let type)):
            return isOf(type, value) ? [] : ["\(path): not \(type)"]
        case ("const", let constant):
            return value == constant ? [] : ["\(path): another constant"]
        case ("enum", .array(let values)):
            return values.contains(value) ? [] : ["\(path): not in the list"]
        case ("minimum", .number(let least)):
            guard case .number(let number) = value else { return [] }
            return (Double(number) ?? 0) >= (Double(least) ?? 0) ? [] : ["\(path): too small"]
        case ("anyOf", .array(let schemas)):
            let all = schemas.map { faults(of: value, $0, at: path) }
            return all.contains { $0.isEmpty } ? [] : all.min { $0.count < $1.count } ?? []
        case ("items", let item):
            guard case .array(let elements) = value else { return [] }
            return elements.enumerated().flatMap { faults(of: $1, item, at: "\(path)[\($0)]") }
        case ("properties", .object(let properties)):
            return properties.flatMap { property in
                value[property.name].map { faults(of: $0, property.value, at: "\(path).\(property.name)") } ?? []
            }
        case ("required", .array(let names)):
            guard case .object = value else { return [] }
            return names.compactMap { name in
                guard case .string(let name) = name, value[name] == nil else { return nil }
                return "\(path).\(name) is missing"
            }
        case ("additionalProperties", .bool(false)):
            guard case .object(let members) = value else { return [] }
            return members.compactMap { schema["properties"]?[$0.name] == nil ? "\(path).\($0.name) is unknown" : nil }
        default:
            return ["\(path): unknown keyword \(keyword.name)"]
        }
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .number(let number): type == "number" || (type == "integer" && Int64(number) != nil)
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
