import Foundation
import TestSupport
import Testing
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowTools

/// The protocol alone: what follows from each line.
struct ConversationTests {
    private static let server = Conversation.Server(
        version: "1.2.3", instructions: "Read.", toolNames: ["one", "two"], tools: [["name": "one"], ["name": "two"]])

    private static let modern = """
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientCapabilities":{}}
        """

    private static func initialize(_ revision: String) -> String {
        """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\(revision)","capabilities":{},\
        "clientInfo":{"name":"t","version":"0"}}}
        """
    }

    private func start(_ revision: String? = nil) -> Conversation {
        var conversation = Conversation(Self.server)
        if let revision { _ = conversation.receive(Array(Self.initialize(revision).utf8)) }
        return conversation
    }

    /// What is written because of a line.
    private func answers(_ conversation: inout Conversation, _ line: String) -> [JSONValue] {
        conversation.receive(Array(line.utf8)).compactMap { if case .send(let message) = $0 { message } else { nil } }
    }

    private func code(_ message: JSONValue?) -> Int64? { message?["error"]?["code"]?.number }

    @Test(arguments: [
        ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"), ("2099-01-01", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("", "2025-11-25"),
    ])
    func aHandshakeAgreesOnARevision(asked: String, agreed: String) {
        var conversation = start()
        let answer = answers(&conversation, Self.initialize(asked)).first
        #expect(answer?["id"] == .number("0") && answer?["jsonrpc"] == "2.0")
        let result = answer?["result"]
        #expect(result?["protocolVersion"] == .string(agreed))
        #expect(result?["capabilities"] == ["tools": [:]])
        #expect(result?["serverInfo"] == ["name": "weflow", "version": "1.2.3"])
        #expect(result?["resultType"] == nil && result?["_meta"] == nil)
        #expect(answers(&conversation, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).isEmpty)
    }

    @Test func aListHasWhatItsRevisionHas() {
        var conversation = start("2025-06-18")
        let old = answers(&conversation, #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).first?["result"]
        #expect(old == ["tools": [["name": "one"], ["name": "two"]]])
        let new = answers(
            &conversation, #"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{\#(Self.modern)}}"#
        ).first?["result"]
        #expect(new?["resultType"] == "complete" && new?["cacheScope"] == "public")
        #expect(new?["ttlMs"]?.number ?? -1 >= 0 && new?["tools"] == old?["tools"])
        #expect(
            new?["_meta"]?["io.modelcontextprotocol/serverInfo"] == ["name": "weflow", "version": "1.2.3"])
    }

    @Test func withoutAHandshakeTheServerIsDiscovered() {
        var conversation = start()
        let result = answers(
            &conversation, #"{"jsonrpc":"2.0","id":"d","method":"server/discover","params":{\#(Self.modern)}}"#
        ).first?["result"]
        #expect(result?["supportedVersions"] == ["2026-07-28"] && result?["capabilities"] == ["tools": [:]])
        #expect(result?["resultType"] == "complete" && result?["cacheScope"] == "public" && result?["ttlMs"] != nil)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var line: String
        var code: Int64
        /// The id in the answer; nil where none could be read.
        var id: JSONValue? = .number("1")
        var revision: String?
        var testDescription: String { line }
    }

    private static let both = modern
    private static func request(_ method: String, _ params: String? = nil) -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"\#(method)"\#(params.map { ",\"params\":\($0)" } ?? "")}"#
    }

    @Test(arguments: [
        // No JSON, no request.
        Fault(line: "{", code: -32700, id: nil), Fault(line: "nothing", code: -32700, id: nil),
        Fault(line: "{\"a\":1} {}", code: -32700, id: nil), Fault(line: "\u{FEFF}{}", code: -32700, id: nil),
        Fault(line: "1", code: -32600, id: nil), Fault(line: "null", code: -32600, id: nil),
        Fault(line: "{}", code: -32600, id: nil), Fault(line: "[]", code: -32600, id: nil),
        Fault(line: "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", code: -32600, id: nil),
        Fault(line: #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, code: -32600, id: nil),
        Fault(line: #"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, code: -32600, id: nil),
        Fault(line: #"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, code: -32600, id: nil),
        Fault(line: #"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, code: -32600, id: nil),
        Fault(line: #"{"jsonrpc":"2.0","id":1}"#, code: -32600),
        Fault(line: #"{"jsonrpc":"2.0","id":1,"method":7}"#, code: -32600),
        Fault(line: #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, code: -32600),
        Fault(line: #"{"id":1,"method":"ping"}"#, code: -32600),
        // Before anything tells the revision.
        Fault(line: request("tools/list"), code: -32602), Fault(line: request("server/discover"), code: -32602),
        Fault(line: request("tools/call", "{}"), code: -32602), Fault(line: request("resources/list"), code: -32601),
        Fault(line: request("initialize"), code: -32602), Fault(line: request("initialize", "[]"), code: -32602),
        Fault(
            line: request("tools/list", #"{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}"#), code: -32602),
        // Of the newest revision.
        Fault(
            line: request("tools/list", #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#),
            code: -32602),
        Fault(
            line: request(
                "tools/list",
                #"{"_meta":{"io.modelcontextprotocol/protocolVersion":7,"io.modelcontextprotocol/clientCapabilities":{}}}"#
            ), code: -32602),
        Fault(
            line: request("tools/list", #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25"}}"#),
            code: -32022),
        Fault(line: request("ping", "{\(both)}"), code: -32601),
        Fault(line: request("initialize", "{\(both)}"), code: -32601),
        Fault(line: request("resources/list", "{\(both)}"), code: -32601),
        Fault(line: request("tools/list", "{\"cursor\":\"x\",\(both)}"), code: -32602),
        Fault(line: request("tools/call", "{\"name\":\"three\",\(both)}"), code: -32602),
        Fault(line: request("tools/call", "{\(both)}"), code: -32602),
        Fault(line: request("tools/call", "{\"name\":\"one\",\"arguments\":[],\(both)}"), code: -32602),
        // After a handshake.
        Fault(line: request("tools/list", "[]"), code: -32602, revision: "2025-11-25"),
        Fault(line: request("tools/call", "{\"name\":\"One\"}"), code: -32602, revision: "2025-11-25"),
        Fault(line: request("server/discover", "{}"), code: -32601, revision: "2025-11-25"),
        Fault(line: request("logging/setLevel", "{}"), code: -32601, revision: "2025-11-25"),
        Fault(line: "[\(request("ping"))]", code: -32600, id: nil, revision: "2025-06-18"),
        Fault(line: "[]", code: -32600, id: nil, revision: "2025-03-26"),
    ])
    func whatIsWrongHasItsCode(_ fault: Fault) {
        var conversation = start(fault.revision)
        let answers = answers(&conversation, fault.line)
        #expect(answers.count == 1 && code(answers.first) == fault.code, "\(answers)")
        #expect(answers.first?["id"] == fault.id && answers.first?["result"] == nil)
        #expect(answers.first?["error"]?["message"]?.text?.isEmpty == false)
        if fault.code == -32022 {
            let data = answers.first?["error"]?["data"]
            #expect(data?["supported"] == ["2026-07-28"] && data?["requested"] == "2025-11-25")
        }
    }

    @Test(arguments: [
        "", "  \t\r", #"{"jsonrpc":"2.0","method":"notifications/unknown"}"#,
        #"{"jsonrpc":"2.0","method":"tools/call"}"#,
        #"{"jsonrpc":"2.0","id":5,"result":{}}"#, #"{"jsonrpc":"2.0","id":5,"error":{"code":1,"message":"x"}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#, #"{"method":"x","params":[]}"#,
    ])
    func whatAsksNothingIsNotAnswered(line: String) {
        var conversation = start("2025-11-25")
        #expect(conversation.receive(Array(line.utf8)).isEmpty)
    }

    @Test(arguments: [
        "1", "-7", "0", "9223372036854775807", "123456789012345678901234567890", #""1""#, #""""#, #""ä\n""#,
    ])
    func anIDComesBackAsItWas(id: String) throws {
        var conversation = start()
        let answer = answers(&conversation, #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#).first
        #expect(try answer?["id"] == JSONValue(parsing: Array(id.utf8)) && answer?["result"] == [:])
    }

    // MARK: Calls

    private static func call(_ id: String, _ tool: String = "one", _ meta: String = "") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":{"a":1}\#(meta)}}"#
    }

    private func run(_ conversation: inout Conversation, _ line: String) throws -> Conversation.Call {
        let steps = conversation.receive(Array(line.utf8))
        guard case .run(let call)? = steps.first, steps.count == 1 else {
            throw Wait.TooLong(description: "no call but \(steps)")
        }
        return call
    }

    @Test func aCallIsAnsweredWhenItIsDoneInAnyOrder() throws {
        var conversation = start("2025-11-25")
        let first = try run(&conversation, Self.call("1"))
        let second = try run(&conversation, Self.call("\"1\"", "two", ",\(Self.modern)"))
        #expect(first.tool == "one" && second.tool == "two" && first.arguments.map(\.name) == ["a"])
        #expect(code(answers(&conversation, Self.call("1")).first) == -32600)
        let later = conversation.finish(second.number, ["content": []]).first
        #expect(later?["id"] == "1" && later?["result"]?["resultType"] == "complete")
        #expect(later?["result"]?["_meta"] != nil)
        #expect(
            conversation.finish(first.number, ["content": []]) == [
                ["jsonrpc": "2.0", "id": .number("1"), "result": ["content": []]]
            ])
        #expect(conversation.finish(first.number, [:]).isEmpty && conversation.openCalls == 0)
        _ = try run(&conversation, Self.call("1"))
    }

    @Test func aCancelledCallIsNeverAnswered() throws {
        var conversation = start("2025-11-25")
        let call = try run(&conversation, Self.call("1"))
        func cancel(_ id: String) -> [Conversation.Step] {
            let line = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#
            return conversation.receive(Array(line.utf8))
        }
        // A text is another id than a number.
        #expect(cancel("\"1\"").isEmpty)
        #expect(cancel("1") == [.stop(call.number)])
        #expect(cancel("1").isEmpty && conversation.finish(call.number, [:]).isEmpty)
        #expect(conversation.openCalls == 0)
    }

    /// Only for who asked, only upwards, and never behind the answer.
    @Test(arguments: ["\"t\"", "7", "99999999999999999999"])
    func aCallThatGoesOnIsTold(token: String) throws {
        for revision in ["2024-11-05", "2025-11-25"] {
            var conversation = start(revision)
            func ask(_ id: Int, _ meta: String) throws -> Conversation.Call {
                let line = #"""
                    {"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"one","_meta":{\#(meta)}}}
                    """#
                return try run(&conversation, line)
            }
            let told = try ask(1, "\"progressToken\":\(token)")
            #expect(told.wantsProgress)
            for bad in ["", "\"progressToken\":null", "\"progressToken\":1.5", "\"progressToken\":{}"] {
                let other = try ask(2, bad)
                #expect(!other.wantsProgress && conversation.goesOn(other.number, milliseconds: 5) == nil)
                _ = conversation.finish(other.number, [:])
            }
            let first = conversation.goesOn(told.number, milliseconds: 1000)
            #expect(first?["method"] == "notifications/progress" && first?["id"] == nil)
            #expect(first?["params"]?["progressToken"]?.compact == token)
            #expect(first?["params"]?["progress"]?.number == 1000)
            #expect((first?["params"]?["message"] != nil) == (revision == "2025-11-25"))
            #expect(conversation.goesOn(told.number, milliseconds: 1000) == nil)
            #expect(conversation.goesOn(told.number, milliseconds: 2000)?["params"]?["progress"]?.number == 2000)
            _ = conversation.finish(told.number, [:])
            #expect(conversation.goesOn(told.number, milliseconds: 3000) == nil)
            let cancelled = try ask(3, "\"progressToken\":\(token)")
            let line = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#
            _ = conversation.receive(Array(line.utf8))
            #expect(conversation.goesOn(cancelled.number, milliseconds: 1000) == nil)
        }
    }

    @Test func aBatchIsAnsweredInOneLine() throws {
        var conversation = start("2025-03-26")
        let line = """
            [{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/initialized"},\
            \(Self.call("2")),7,{"jsonrpc":"2.0","id":3,"method":"initialize","params":{}},\(Self.call("4"))]
            """
        let steps = conversation.receive(Array(line.utf8))
        let calls: [Conversation.Call] = steps.compactMap { if case .run(let call) = $0 { call } else { nil } }
        #expect(steps.count == 2 && calls.count == 2)
        #expect(conversation.finish(calls[1].number, ["n": .number("4")]).isEmpty)
        let answer = conversation.finish(calls[0].number, ["n": .number("2")])
        #expect(answer.count == 1)
        let ids = answer.first?.elements.map { $0["id"] ?? .null } ?? []
        #expect(ids == [.number("1"), .null, .number("3"), .number("4"), .number("2")])
        #expect(answer.first?.elements.map { code($0) } == [nil, -32600, -32600, nil, nil])
    }

    @Test func aBatchOfNoticesIsNotAnsweredAndCancelledCallsAreLeftOut() throws {
        var conversation = start("2025-03-26")
        #expect(conversation.receive(Array(#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#.utf8)).isEmpty)
        let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#
        let steps = conversation.receive(
            Array(#"[\#(Self.call("2")),\#(cancel),{"jsonrpc":"2.0","id":9,"method":"ping"}]"#.utf8))
        #expect(steps.count == 3)
        #expect(steps.last == .send([["jsonrpc": "2.0", "id": .number("9"), "result": [:]]]))
        // Cancelled from outside, the rest of a batch is answered at once.
        guard case .run(let call)? = conversation.receive(Array("[\(Self.call("5")),\(Self.call("6"))]".utf8)).first
        else {
            return #expect(Bool(false))
        }
        #expect(conversation.finish(call.number, [:]).isEmpty)
        let end = conversation.receive(Array(cancel.replacing("2}", with: "6}").utf8))
        #expect(end.count == 2)
        guard case .send(.array(let rest))? = end.last else { return #expect(Bool(false)) }
        #expect(rest.map { $0["id"] } == [.number("5")])
    }

    @Test func anyBytesAreSurvived() {
        var random = SeededGenerator(seed: 23)
        let seeds = [
            Self.initialize("2025-03-26"), Self.call("1"), Self.call("\"x\"", "two", ",\(Self.modern)"),
            "[\(Self.call("3")),{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
        ].map { Array($0.utf8) }
        var conversation = start()
        var open: [Int] = []
        for _ in 0..<4000 {
            var line = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 0...3, using: &random) where !line.isEmpty {
                let place = Int.random(in: 0..<line.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: line[place] = UInt8.random(in: 0...255, using: &random)
                case 1: line.removeSubrange(place..<min(line.count, place + Int.random(in: 1...9, using: &random)))
                case 2: line.insert(contentsOf: line[place..<min(line.count, place + 12)], at: place)
                default: line = Array(line.prefix(place))
                }
            }
            for step in conversation.receive(line) {
                switch step {
                case .run(let call): open.append(call.number)
                case .stop(let number): open.removeAll { $0 == number }
                case .send(let message): #expect(message.elements.isEmpty == (message["jsonrpc"] == "2.0"))
                }
            }
            if open.count > 5 { _ = conversation.finish(open.removeFirst(), ["content": []]) }
        }
        for number in open { _ = conversation.finish(number, [:]) }
        #expect(conversation.openCalls == 0)
    }

    @Test func depthAndNumberOfValuesAreBounded() {
        var conversation = start()
        let deep = String(repeating: "[", count: 100_000)
        #expect(code(answers(&conversation, deep).first) == -32700)
        let many = "[" + String(repeating: "1,", count: 200_000) + "1]"
        #expect(code(answers(&conversation, many).first) == -32700)
    }
}
