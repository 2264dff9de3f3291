internal import WeFlowParameters
internal import WeFlowServer

/// The manual page `weflow-api(5)`: the OpenAPI document, which the endpoints declare, as a page for reading.
struct APIPage {
    private let document: JSONValue

    init(_ document: JSONValue = OpenAPIDocument.document()) { self.document = document }

    /// The page.
    var text: String {
        [
            Self.head, endpoints, objects, Mdoc.section("KINDS", Self.kindsIntroduction + kinds), statuses,
            Self.commands,
            Self.tail,
        ]
        .joined()
    }

    // MARK: Endpoints

    private var endpoints: String {
        var text = ".Sh ENDPOINTS\n"
        for path in document["paths"]?.members ?? [] {
            guard let (method, operation) = path.value.members.first.map({ ($0.name, $0.value) }) else { continue }
            let methods = path.value.members.map { $0.name.uppercased() }.joined(separator: ", ")
            text += ".Ss \(Mdoc.escaped(path.name))\n" + Mdoc.prose("\(methods). " + (operation["summary"]?.text ?? ""))
            if let more = operation["description"]?.text { text += Mdoc.prose(more) }
            text += parameters(operation, method)
            text += answers(operation)
        }
        return text
    }

    private func parameters(_ operation: JSONValue, _ method: String) -> String {
        let body = operation["requestBody"]?["content"]?["application/json"]?["schema"]?["properties"]?.members ?? []
        let inBody = body.filter { method == "post" && $0.name != "access_token" }
        let rows =
            (operation["parameters"]?.items ?? []).flatMap(Self.each)
            + inBody.map { (name: $0.name, said: $0.value) }
        guard !rows.isEmpty else { return "" }
        return ".Bl -tag -width Ds\n"
            + rows.map { row in
                let isRequired = row.said["required"] == .bool(true) ? " Pq required" : ""
                return ".It Fa \(Mdoc.escaped(row.name))\(isRequired)\n"
                    + Mdoc.prose((row.said["description"]?.text ?? "") + Self.whenAbsent(row.said))
            }.joined() + ".El\n"
    }

    /// A parameter, or the members of an object that stands for several, each where something is said of it.
    private static func each(_ parameter: JSONValue) -> [(name: String, said: JSONValue)] {
        guard parameter["explode"] == .bool(true) else { return [(parameter["name"]?.text ?? "", parameter)] }
        var rows: [(name: String, said: JSONValue)] = []
        for member in (parameter["schema"]?["anyOf"]?.items ?? []).flatMap({ $0["properties"]?.members ?? [] })
        where member.value["description"] != nil && !rows.contains(where: { $0.name == member.name }) {
            rows.append((member.name, member.value))
        }
        return rows
    }

    /// What is meant without a parameter, where that can be told in a word.
    private static func whenAbsent(_ parameter: JSONValue) -> String {
        switch (parameter["schema"] ?? parameter)["default"] {
        case .string(let text)?, .number(let text)?: text.isEmpty ? "" : " Without it \(text)."
        case .bool(let value)?: " Without it \(value ? 1 : 0)."
        default: ""
        }
    }

    private func answers(_ operation: JSONValue) -> String {
        var text = ""
        for content in operation["responses"]?["200"]?["content"]?.members ?? [] {
            let schema = content.value["schema"]
            if let event = schema?["x-event-data"] {
                text += ".Pp\nThe data of an event:\n" + Self.fields(of: event)
            } else if content.name == "application/json", let schema {
                for (index, form) in (schema["anyOf"]?.items ?? [schema]).enumerated() {
                    text += ".Pp\n" + (index == 0 ? "The answer:\n" : "Or:\n")
                    if let name = form.reference {
                        text += ".Vt \(name) ,\nsee below.\n"
                    } else {
                        text += Self.fields(of: form)
                    }
                }
            }
        }
        return text
    }

    // MARK: Objects

    private var objects: String {
        let schemas = document["components"]?["schemas"]?.members ?? []
        let message = schemas.first { $0.name == "Message" }?.value["properties"]?.members ?? []
        return ".Sh OBJECTS\nWhat stands in answers more than once, in the lines of\n.Cm jsonl ,\n"
            + "and in the columns of\n.Cm csv .\n"
            + schemas.map { schema in
                let own = schema.value["properties"]?.members ?? []
                let isMore = own.count > message.count && message.allSatisfy(own.contains)
                return ".Ss \(schema.name)\n" + (isMore ? "As\n.Vt Message ,\nand:\n" : "")
                    + Self.fields(of: schema.value, without: isMore ? message.map(\.name) : [])
            }.joined()
    }

    /// The members of an object, those of objects within it behind its own.
    private static func fields(of schema: JSONValue, without known: [String] = []) -> String {
        let rows = rows(of: schema, below: "").filter { row in !known.contains { row.name == $0 } }
        return ".Bl -tag -width Ds\n"
            + rows.map { ".It Fa \(Mdoc.escaped($0.name)) Pq \(Mdoc.escaped($0.type))\n" + Mdoc.prose($0.text) }
            .joined()
            + ".El\n"
    }

    private static func rows(of schema: JSONValue, below path: String) -> [(name: String, type: String, text: String)] {
        let required = (schema["required"]?.items ?? []).compactMap(\.text)
        return (schema["properties"]?.members ?? []).flatMap { member in
            let name = path + member.name
            let isAlways = required.contains(member.name)
            var text = member.value["description"]?.text ?? ""
            let words = (member.value["enum"]?.items ?? []).compactMap(\.text)
            if !words.isEmpty { text += " One of \(words.joined(separator: ", "))." }
            let element = member.value["items"]
            return [(name, type(of: member.value) + (isAlways ? "" : ", not always there"), text)]
                + rows(of: member.value, below: name + ".") + (element.map { rows(of: $0, below: name + "[].") } ?? [])
        }
    }

    private static func type(of schema: JSONValue) -> String {
        if let name = schema.reference { return name }
        if let element = schema["items"] { return "list of " + type(of: element) }
        if let forms = schema["anyOf"]?.items { return forms.map(type).joined(separator: " or ") }
        switch schema["type"]?.text {
        case "integer", "number": return "number"
        case let word?: return word
        case nil: return schema["const"] == .bool(true) ? "boolean" : schema["enum"] == nil ? "string" : "number"
        }
    }

    // MARK: Tables

    private var kinds: String { Mdoc.list(HelpTopic.kinds.rows, "It Li") }

    /// The statuses of refusals, each with what it means.
    private var statuses: String {
        var meanings: [String: String] = [:]
        for path in document["paths"]?.members ?? [] {
            for operation in path.value.members {
                for answer in operation.value["responses"]?.members ?? [] where answer.name >= "400" {
                    meanings[answer.name] = answer.value["description"]?.text
                }
            }
        }
        return Mdoc.section(
            "STATUS",
            Self.statusIntroduction + Mdoc.list(meanings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, "It"))
    }
}

extension JSONValue {
    /// The members of an object; none where it is none.
    fileprivate var members: [Member] { if case .object(let members) = self { members } else { [] } }
    /// The elements of a list; nil where it is none.
    fileprivate var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
    /// A text; nil where it is none.
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
    /// The schema that it refers to by name.
    fileprivate var reference: String? {
        self["$ref"]?.text.map { String($0.split(separator: "/").last ?? "") }
    }
}
