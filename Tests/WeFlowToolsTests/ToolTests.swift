import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowTools

/// What is declared of the tools.
struct ToolTests {
    @Test(arguments: Toolbox.all) func aSchemaIsOneThatHostsUnderstand(tool: Tool) {
        let json = tool.json
        #expect(json["name"]?.text?.wholeMatch(of: /[A-Za-z0-9_.-]{1,128}/) != nil)
        #expect(json["title"]?.text?.isEmpty == false && json["description"]?.text?.isEmpty == false)
        #expect(json["annotations"]?["readOnlyHint"] == true && json["annotations"]?["openWorldHint"] == false)
        let schema = tool.schema
        #expect(schema["type"] == "object" && schema["additionalProperties"] == false)
        let names = schema["properties"]?.members.map(\.name) ?? []
        #expect(Set(names).count == names.count)
        for name in schema["required"]?.elements ?? [] { #expect(names.contains(name.text ?? "")) }
        for property in schema["properties"]?.members ?? [] {
            let (name, value) = (property.name, property.value)
            #expect(["string", "integer", "boolean", "array"].contains(value["type"]?.text), "\(name)")
            #expect(value["description"]?.text?.hasSuffix(".") == true, "\(tool.name).\(name): \(value)")
            #expect(value["description"]?.text?.contains("--") == false, "\(tool.name).\(name): \(value)")
        }
        // What is about bytes, files and pages of another kind is no tool's.
        let others = ["format", "offset", "chatlab", "media", "image", "wait", "partial", "forceRefresh", "output"]
        #expect(Set(names).isDisjoint(with: others), "\(tool.name): \(names)")
        #expect(names.contains("cursor") || tool.name == "get_message")
    }

    /// The root is an object, every reference leads somewhere, and nothing private is promised.
    @Test(arguments: Toolbox.all) func anAnswersSchemaIsADocumentOfItsOwn(tool: Tool) {
        let schema = tool.outputSchema
        #expect(schema["type"] == "object")
        let defined = Set((schema["$defs"]?.members ?? []).map(\.name))
        var references: Set<String> = []
        func look(_ value: JSONValue) {
            for member in value.members {
                if member.name == "$ref", let path = member.value.text { references.insert(path) }
                #expect(!JSONValue.hidden.contains(member.name), "\(tool.name): \(member.name)")
                #expect(member.name != "additionalProperties")
                look(member.value)
            }
            for element in value.elements { look(element) }
        }
        look(schema)
        #expect(references == Set(defined.map { "#/$defs/\($0)" }))
        for form in schema["anyOf"]?.elements ?? [schema] {
            let required = form["required"]?.elements.compactMap(\.text) ?? []
            #expect(required.contains("success") && required.contains("truncated"))
            for name in required { #expect(form["properties"]?[name] != nil, "\(tool.name): \(name)") }
        }
    }

    @Test func namesAreThoseThatAreKnownInTheirOrder() {
        let known = [
            "list_chats", "find_contact", "read_messages", "search_messages", "get_message", "list_unread",
            "new_messages", "group_members", "chat_stats", "list_favorites", "list_articles",
        ]
        let names = Toolbox.all.map(\.name)
        #expect(names == known.filter(names.contains) && Set(names).count == names.count)
    }

    @Test(arguments: [
        ("limit", JSONValue.number("0")), ("limit", .number("10001")), ("limit", .string("-5")),
        ("context", .number("1e9")), ("context", .number("-1")),
    ])
    func aNumberBeyondItsRangeIsRefused(name: String, value: JSONValue) throws {
        let parameter = try #require(Tool.readMessages.parameters.first { $0.name == name })
        let error = #expect(throws: WeFlowError.self) { try parameter.checkRange(value) }
        #expect(error?.sentence.hasPrefix("\(name) must lie between") == true)
        try parameter.checkRange(.number("20"))
    }
}
