import Foundation
import TestSupport
import Testing
import WeFlowMoments
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowState
import WeFlowStore

@testable import WeFlowServer

@Suite struct OpenAPITests {
    /// Every member of an object, in order.
    private static func members(_ json: JSONValue?) -> [JSONValue.Member] {
        guard case .object(let members)? = json else { return [] }
        return members
    }

    private static func elements(_ json: JSONValue?) -> [JSONValue] {
        guard case .array(let elements)? = json else { return [] }
        return elements
    }

    private static func text(_ json: JSONValue?) -> String? {
        guard case .string(let text)? = json else { return nil }
        return text
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }

    @Test func theServerGivesTheDocument() async throws {
        try await RunningServer.run { server in
            let answer = try await server.send("GET", "/openapi.json", token: nil)
            #expect(answer.status == 200)
            let sent = try JSONValue(parsing: answer.body, limits: .init(bytes: 1 << 20, depth: 32, values: 100_000))
            #expect(sent == OpenAPIDocument.document(server: "http://127.0.0.1:\(server.port)"))
            #expect(sent["openapi"] == .string("3.1.0"))
        }
    }

    @Test func everyPathIsServedByTheMethodsThatStandThere() async throws {
        let document = OpenAPIDocument.document()
        try await RunningServer.run { server in
            for path in Self.members(document["paths"]) {
                let target = path.name.replacing("{relativePath}", with: "a/images/b").replacing("{id}", with: "a")
                let documented = Set(Self.members(path.value).map { $0.name.uppercased() })
                let options = try await server.send("OPTIONS", target)
                let allowed = Set(try #require(options.headers["allow"]).components(separatedBy: ", "))
                #expect(allowed.subtracting(["HEAD", "OPTIONS"]) == documented)
            }
            #expect(Self.members(document["paths"]).count == Endpoint.all.count)
        }
    }

    @Test func everyParameterAndAliasIsRead() async throws {
        try await RunningServer.run { server in
            for endpoint in Endpoint.all {
                let path = endpoint.path.replacing("{relativePath+}", with: "a/images/b").replacing("{id}", with: "a")
                    .replacing("{postId}", with: "1")
                for parameter in endpoint.operation.parameters {
                    var needed = endpoint.operation.parameters.filter { $0.isRequired && $0.name != parameter.name }
                        .map { "\($0.name)=\(Self.escaped($0.example ?? "x"))" }
                    // Where one of several is needed that is another than this.
                    for case .needsOne(let all, _) in endpoint.operation.rules {
                        needed += all.prefix(1).filter { $0.name != parameter.name }.map { "\($0.name)=a" }
                    }
                    switch parameter.kind {
                    case .text, .list, .chat, .groupChat, .chats, .people, .senders: continue
                    default: break
                    }
                    for name in parameter.names {
                        let query = (needed + ["\(name)=~"]).joined(separator: "&")
                        let answer = try await server.send(endpoint.methods[0].rawValue, "\(path)?\(query)")
                        #expect(answer.status == 400, "\(path)?\(query)")
                        #expect(answer.text.hasPrefix(#"{"error":"\#(name)"#), "\(answer.text)")
                    }
                }
            }
        }
    }

    /// Values of parameters that rules are about, and what the server says of them: the same as the document.
    @Test(arguments: [
        ("/api/v1/messages", ["limit=3", "offset=1", "start=20260101", "keyword=a"], 200),
        ("/api/v1/messages", ["around=", "end=20260101"], 200),
        ("/api/v1/messages", ["around=1", "context=3"], 404), ("/api/v1/messages", ["around=1", "limit="], 404),
        ("/api/v1/messages", ["around=1", "limit=3"], 400), ("/api/v1/messages", ["around=1", "offset=0"], 400),
        ("/api/v1/messages", ["around=1", "keyword=a"], 400), ("/api/v1/messages", ["around=1", "start=1"], 400),
        ("/api/v1/messages", ["around=1", "end=1"], 400),
        ("/api/v1/search", [], 400), ("/api/v1/search", ["q="], 400), ("/api/v1/search", [#"q= " ""#], 400),
        ("/api/v1/search", ["q=a"], 200), ("/api/v1/search", [#"q=" a"#, "in="], 200),
        ("/api/v1/search", ["in= , "], 400), ("/api/v1/search", ["in=,a"], 200), ("/api/v1/search", ["from=me"], 200),
        ("/api/v1/search", ["from= "], 400), ("/api/v1/search", ["type=,"], 400),
        ("/api/v1/search", ["type= ,Text"], 200), ("/api/v1/search", ["mentions=0"], 400),
        ("/api/v1/search", ["mentions=On"], 200), ("/api/v1/search", ["start=0"], 400),
        ("/api/v1/search", ["start=00.0"], 400), ("/api/v1/search", ["end=-1"], 200),
        ("/api/v1/search", ["start=1"], 200), ("/api/v1/search", ["end=2026-02-28"], 200),
        ("/api/v1/stats", ["by=day"], 200), ("/api/v1/stats", ["by=day, ,Hour"], 200),
        ("/api/v1/stats", ["by=,"], 200), ("/api/v1/stats", ["by=day,DAY"], 400),
        ("/api/v1/stats", ["by=day,hour,week"], 400),
    ])
    func whatGoesTogetherIsWhatTheDocumentSays(path: String, given: [String], status: Int) async throws {
        let document = OpenAPIDocument.document()
        let declared = Self.elements(document["paths"]?[path]?["get"]?["parameters"])
        let values = given.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return JSONValue.Member(name: String(parts[0]), value: .string(String(parts[1])))
        }
        let faults = declared.flatMap { parameter -> [String] in
            guard let name = Self.text(parameter["name"]), let schema = parameter["schema"] else {
                return ["no schema"]
            }
            guard parameter["explode"] == .bool(true) else {
                return values.filter { $0.name == name }
                    .flatMap { SchemaCheck(document).faults(of: $0.value, schema) }
            }
            let names = Self.elements(schema["anyOf"]).flatMap { Self.members($0["properties"]).map(\.name) }
            return SchemaCheck(document).faults(of: .object(values.filter { names.contains($0.name) }), schema)
        }
        #expect(faults.isEmpty == (status != 400), "\(faults)")
        let body = Self.schema(of: path, in: document)
        let needed = path.hasSuffix("/messages") ? [JSONValue.Member(name: "talker", value: .string("x"))] : []
        let bodyFaults = SchemaCheck(document).faults(of: .object(values + needed), body)
        #expect(bodyFaults.isEmpty == (status != 400), "\(bodyFaults)")
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            let query = values.map { value in "\(value.name)=\(Self.escaped(Self.text(value.value) ?? ""))" }
            let all = needed.isEmpty ? query : query + ["talker=\(TinyAccount.friend)"]
            let answer = try await server.send("GET", "\(path)?\(all.joined(separator: "&"))")
            #expect(answer.status == status, "\(answer.text)")
        }
    }

    private static func schema(of path: String, in document: JSONValue) -> JSONValue {
        let content = document["paths"]?[path]?["post"]?["requestBody"]?["content"]
        return content?["application/json"]?["schema"] ?? .null
    }

    @Test func everyDeclaredParameterStandsInTheDocument() {
        let document = OpenAPIDocument.document()
        for endpoint in Endpoint.all where endpoint.methods.contains(.get) {
            let entries = Self.elements(document["paths"]?[endpoint.documentedPath]?["get"]?["parameters"])
            let names = entries.flatMap { entry -> [String] in
                guard entry["explode"] == .bool(true) else { return [Self.text(entry["name"]) ?? ""] }
                return Self.elements(entry["schema"]?["anyOf"]).flatMap { Self.members($0["properties"]).map(\.name) }
            }
            for parameter in endpoint.operation.parameters {
                #expect(names.contains(parameter.name), "\(endpoint.path): \(parameter.name)")
            }
        }
    }

    @Test func everyDefaultIsTaken() async throws {
        let tiny = try TinyAccount()
        try await RunningServer.run(context: tiny.context) { server in
            for endpoint in Endpoint.all
            where !endpoint.path.contains("media") && !endpoint.path.contains("push")
                && !endpoint.path.contains("{username}") && endpoint.methods.contains(.get)
            {
                let path = endpoint.path.replacing("{id}", with: TinyAccount.friend)
                var needed: [String] = []
                var defaults: [String] = []
                for parameter in endpoint.operation.parameters {
                    switch parameter.kind {
                    // A search that asks for nothing is refused.
                    case .text where parameter.name == "q" && path.hasSuffix("/search"): needed.append("q=a")
                    case _ where parameter.isRequired: needed.append("\(parameter.name)=\(TinyAccount.group)")
                    case .number(_, let value), .limit(_, let value): defaults.append("\(parameter.name)=\(value)")
                    case .flag(let value?): defaults.append("\(parameter.name)=\(value)")
                    case .choice(_, let value?): defaults.append("\(parameter.name)=\(value)")
                    default: defaults.append("\(parameter.name)=")
                    }
                }
                let bare = try await server.send("GET", "\(path)?\(needed.joined(separator: "&"))")
                let full = try await server.send("GET", "\(path)?\((needed + defaults).joined(separator: "&"))")
                #expect(full.status == 200, "\(full.text)")
                if !bare.text.contains("fromCache"), !bare.text.contains("exportedAt"), !bare.text.contains("cursor") {
                    #expect(full.body == bare.body, "\(path)")
                }
            }
        }
    }

    @Test(arguments: FixtureAccount.names)
    func realAnswersHaveTheFormThatTheDocumentSays(name: String) async throws {
        let fixture = try FixtureAccount(name)
        let scratch = try ScratchFolder()
        let material = try fixture.key.map { key throws(WeFlowError) in try KeyMaterial.parse(key, origin: "test") }
        let account = Account(folder: try AccountFolder.find(fixture.path), keys: KeyRing(material ?? .none))
        let context = ServerContext(
            media: MediaSettings(exportPath: scratch.file("api-media")),
            moments: MomentsContext(network: MediaNetwork(hosts: .wechat), cacheFolder: scratch.file("sns")),
            push: PushContext(state: StateFolder(path: scratch.file("state"))) { () throws(WeFlowError) in
                ServeSettings()
            }
        ) { () throws(WeFlowError) in account }
        let document = OpenAPIDocument.document()
        let talkers = try #require(try fixture.truth()["messages"]).members.map(\.key)
        let groups = talkers.filter { $0.hasSuffix("@chatroom") }
        try await RunningServer.run(context: context) { server in
            var targets = [
                ("/health", "/health"), ("/api/v1/sessions", "/api/v1/sessions?limit=1000"),
                ("/api/v1/sessions", "/api/v1/sessions?format=chatlab"),
                ("/api/v1/messages/new", "/api/v1/messages/new?media=1"),
                ("/api/v1/messages/new", "/api/v1/messages/new?since=20000101&limit=10000"),
                ("/api/v1/push/messages", "/api/v1/push/messages"),
                ("/api/v1/contacts", "/api/v1/contacts?limit=10000"), ("/api/v1/contacts", "/api/v1/contacts?limit=x"),
                ("/api/v1/sns/timeline", "/api/v1/sns/timeline?limit=200"),
                ("/api/v1/sns/timeline", "/api/v1/sns/timeline?limit=200&media=0"),
                ("/api/v1/sns/usernames", "/api/v1/sns/usernames"),
                ("/api/v1/sns/export/stats", "/api/v1/sns/export/stats"),
                ("/api/v1/files", "/api/v1/files?limit=10000"), ("/api/v1/files", "/api/v1/files?ext=pdf&from=me"),
                ("/api/v1/avatars", "/api/v1/avatars"), ("/api/v1/avatars/{username}", "/api/v1/avatars/nobody"),
                ("/api/v1/unread", "/api/v1/unread"), ("/api/v1/unread", "/api/v1/unread?messages=0"),
                ("/api/v1/search", "/api/v1/search?start=1&limit=10000&detail=1&context=2"),
                ("/api/v1/search", "/api/v1/search?q=a%20b&any=1"),
                ("/api/v1/search", "/api/v1/search?start=1&counts=1"), ("/api/v1/search", "/api/v1/search"),
                ("/api/v1/stats", "/api/v1/stats?by=type,month"), ("/api/v1/stats", "/api/v1/stats?by=x"),
            ]
            for talker in talkers {
                targets += [
                    ("/api/v1/messages", "/api/v1/messages?talker=\(talker)&limit=10000&detail=1&media=1&file=1"),
                    ("/api/v1/messages", "/api/v1/messages?talker=\(talker)&limit=10000&format=chatlab&media=1"),
                    ("/api/v1/sessions/{id}/messages", "/api/v1/sessions/\(talker)/messages"),
                ]
            }
            for group in groups {
                targets.append(("/api/v1/group-members", "/api/v1/group-members?talker=\(group)&withCounts=1"))
            }
            for (path, target) in targets {
                let answer = try await server.send("GET", target)
                let content = document["paths"]?[path]?["get"]?["responses"]?["\(answer.status)"]?["content"]
                let schema = try #require(content?["application/json"]?["schema"], "\(answer.status) of \(target)")
                let json = try JSONValue(
                    parsing: answer.body, limits: .init(bytes: 64 << 20, depth: 32, values: 1_000_000))
                let faults = SchemaCheck(document).faults(of: json, schema)
                #expect(faults.isEmpty, "\(target): \(faults.prefix(3).joined(separator: "; "))")
            }
        }
    }
}
