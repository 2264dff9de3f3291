import WeFlowParameters
import WeFlowQuery

/// What a client and the server have said so far, and what follows from the next line: the whole of the protocol, without a
/// stream, a thread or an account (<doc:ModelContext>).
///
/// A line is answered at once, or it calls a tool, whose answer is sent when it is there; cancelled calls are never
/// answered. Several clients' revisions may be mixed: each request tells its own, or is judged by the last handshake.
struct Conversation {
    /// What is known of the server.
    struct Server: Sendable {
        /// Its version.
        let version: String
        /// What a model should know before it calls anything.
        let instructions: String
        /// The names of the tools.
        let toolNames: Set<String>
        /// The tools as `tools/list` gives them.
        let tools: JSONValue
    }

    /// A tool that is called.
    struct Call: Equatable {
        /// By which it is finished.
        let number: Int
        /// Its name.
        let tool: String
        /// What it was given.
        let arguments: [JSONValue.Member]
        /// Whether the client wants to know that it goes on.
        let wantsProgress: Bool
    }

    /// What is to be done because of a line.
    enum Step: Equatable {
        /// Write this message.
        case send(JSONValue)
        /// Run a tool, and then say so to ``finish(_:_:)``.
        case run(Call)
        /// Stop the call of this number; nothing is to be said of it any more.
        case stop(Int)
    }

    private struct Pending {
        let id: RequestID
        let isModern: Bool
        let batch: Int?
        /// What notifications of its progress bear; nil where none are wanted.
        let progressToken: RequestID?
        /// What the last of them said.
        var progress: Int64 = -1
    }

    private struct Batch {
        var open = 0
        var answers: [JSONValue] = []
    }

    private let server: Server
    private var revision: ProtocolRevision?
    private var pending: [Int: Pending] = [:]
    private var numbers: [RequestID: Int] = [:]
    private var batches: [Int: Batch] = [:]
    private var last = 0

    /// Longest line, in bytes.
    static let mostBytes = 10 << 20
    private static let limits = JSONValue.Limits(bytes: mostBytes, depth: 64, values: 100_000)
    private static let revisionKey = "io.modelcontextprotocol/protocolVersion"
    private static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    /// How long a client may keep the list of tools, milliseconds: it changes with the program only.
    private static let keeping = 3_600_000

    init(_ server: Server) { self.server = server }

    // MARK: Lines

    /// Takes a line without its end.
    mutating func receive(_ line: [UInt8]) -> [Step] {
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return [] }
        do throws(JSONValue.Failure) {
            let message = try JSONValue(parsing: line, limits: Self.limits)
            if case .array(let messages) = message { return receive(batch: messages) }
            return receive(message, in: nil)
        } catch {
            return [.send(Reply.error(nil, .notJSON, "The line is not JSON: column \(error.column): \(error.reason)"))]
        }
    }

    /// What is said of a line that is longer than any is taken.
    func receiveTooLong() -> [Step] {
        [.send(Reply.error(nil, .noRequest, "The line is longer than \(Self.mostBytes) bytes"))]
    }

    private mutating func receive(batch messages: [JSONValue]) -> [Step] {
        guard revision?.hasBatches == true else {
            return [.send(Reply.error(nil, .noRequest, "Several messages in one line are not taken; send one a line"))]
        }
        guard !messages.isEmpty else { return [.send(Reply.error(nil, .noRequest, "The batch is empty"))] }
        last += 1
        let number = last
        // Open until all of it is read.
        batches[number] = Batch(open: 1)
        var steps: [Step] = []
        for message in messages {
            for step in receive(message, in: number) {
                // A list is the answer to another batch.
                if case .send(.object(let answer)) = step {
                    batches[number]?.answers.append(.object(answer))
                } else {
                    steps.append(step)
                }
            }
        }
        batches[number]?.open -= 1
        return steps + endBatch(number).map(Step.send)
    }

    /// The answers of a batch where all are there.
    private mutating func endBatch(_ number: Int) -> [JSONValue] {
        guard let batch = batches[number], batch.open == 0 else { return [] }
        batches[number] = nil
        return batch.answers.isEmpty ? [] : [.array(batch.answers)]
    }

    private mutating func receive(_ message: JSONValue, in batch: Int?) -> [Step] {
        func refuse(_ id: RequestID?, _ why: String) -> [Step] { [.send(Reply.error(id, .noRequest, why))] }
        guard case .object = message else { return refuse(nil, "A message is an object") }
        let given = message["id"]
        let id = given.flatMap(RequestID.init)
        if given != nil, id == nil { return refuse(nil, "An id is a text or a whole number") }
        guard let method = message["method"]?.text else {
            // An answer, although nothing was asked.
            if message["method"] == nil, message["result"] != nil || message["error"] != nil { return [] }
            return refuse(id, "A request has a method")
        }
        guard let id else { return notice(method, message["params"]) }
        guard message["jsonrpc"] == "2.0" else { return refuse(id, "jsonrpc must be \"2.0\"") }
        if numbers[id] != nil { return refuse(id, "A request with this id is still being answered") }
        if batch != nil, method == "initialize" { return refuse(id, "initialize stands alone in its line") }
        return answer(id, method, message["params"], in: batch)
    }

    /// Takes a notification, which is never answered.
    private mutating func notice(_ method: String, _ parameters: JSONValue?) -> [Step] {
        guard method == "notifications/cancelled", let id = parameters?["requestId"].flatMap(RequestID.init),
            let number = numbers.removeValue(forKey: id), let call = pending.removeValue(forKey: number)
        else { return [] }
        var steps: [Step] = [.stop(number)]
        if let batch = call.batch {
            batches[batch]?.open -= 1
            steps += endBatch(batch).map(Step.send)
        }
        return steps
    }

    // MARK: Requests

    private mutating func answer(
        _ id: RequestID, _ method: String, _ parameters: JSONValue?, in batch: Int?
    ) -> [Step] {
        let meta = parameters?["_meta"]
        if let asked = meta?[Self.revisionKey] {
            if let fault = Self.fault(id, asked, meta) { return [.send(fault)] }
            return answerModern(id, method, parameters, in: batch)
        }
        let isKnown = ["initialize", "ping", "tools/list", "tools/call", "server/discover"].contains(method)
        if let parameters, isKnown {
            guard case .object = parameters else { return [.send(Self.wrong(id, "params must be an object"))] }
        }
        switch method {
        case "initialize": return [.send(initialize(id, parameters))]
        case "ping": return [.send(Reply.result(id, [:]))]
        default: break
        }
        guard revision != nil else {
            guard isKnown else { return [.send(Self.unknown(id, method))] }
            return [
                .send(
                    Self.wrong(
                        id,
                        "params._meta must hold \(Self.revisionKey) and \(Self.capabilitiesKey), or initialize comes "
                            + "first"))
            ]
        }
        switch method {
        case "tools/list": return [.send(list(id, parameters, isModern: false))]
        case "tools/call": return call(id, parameters, isModern: false, in: batch)
        default: return [.send(Self.unknown(id, method))]
        }
    }

    private mutating func answerModern(
        _ id: RequestID, _ method: String, _ parameters: JSONValue?, in batch: Int?
    ) -> [Step] {
        guard batch == nil else {
            return [.send(Reply.error(id, .noRequest, "Revision 2026-07-28 has no batches; send one message a line"))]
        }
        switch method {
        case "server/discover": return [.send(discover(id))]
        case "tools/list": return [.send(list(id, parameters, isModern: true))]
        case "tools/call": return call(id, parameters, isModern: true, in: nil)
        default: return [.send(Self.unknown(id, method))]
        }
    }

    /// What is wrong with what a request says of its revision; nil where nothing is.
    private static func fault(_ id: RequestID, _ asked: JSONValue, _ meta: JSONValue?) -> JSONValue? {
        guard let text = asked.text else { return wrong(id, "\(revisionKey) must be a text") }
        guard ProtocolRevision.withoutHandshake.contains(where: { $0.rawValue == text }) else {
            return Reply.error(
                id, .unsupportedRevision, "Unsupported protocol version",
                data: ["supported": revisions, "requested": asked])
        }
        guard case .object? = meta?[capabilitiesKey] else {
            return wrong(id, "params._meta must hold \(capabilitiesKey), an object")
        }
        return nil
    }

    private static var revisions: JSONValue { .array(ProtocolRevision.withoutHandshake.map { .string($0.rawValue) }) }

    private static func wrong(_ id: RequestID, _ why: String) -> JSONValue { Reply.error(id, .wrongParameters, why) }

    private static func unknown(_ id: RequestID, _ method: String) -> JSONValue {
        Reply.error(id, .unknownMethod, "There is no method \(method.prefix(100))")
    }

    private mutating func initialize(_ id: RequestID, _ parameters: JSONValue?) -> JSONValue {
        guard let asked = parameters?["protocolVersion"]?.text else {
            return Self.wrong(id, "protocolVersion is missing")
        }
        let agreed =
            ProtocolRevision.withHandshake.first { $0.rawValue == asked } ?? ProtocolRevision.withHandshake.last
            ?? .november2025
        revision = agreed
        return Reply.result(
            id,
            [
                "protocolVersion": .string(agreed.rawValue), "capabilities": ["tools": [:]], "serverInfo": serverInfo,
                "instructions": .string(server.instructions),
            ])
    }

    private func discover(_ id: RequestID) -> JSONValue {
        Reply.result(
            id,
            [
                "resultType": "complete", "supportedVersions": Self.revisions, "capabilities": ["tools": [:]],
                "instructions": .string(server.instructions), "ttlMs": .integer(Self.keeping), "cacheScope": "public",
                "_meta": meta,
            ])
    }

    private func list(_ id: RequestID, _ parameters: JSONValue?, isModern: Bool) -> JSONValue {
        if let cursor = parameters?["cursor"], cursor != .null {
            return Self.wrong(id, "cursor is none of an answer; the list has one page")
        }
        guard isModern else { return Reply.result(id, ["tools": server.tools]) }
        return Reply.result(
            id,
            [
                "resultType": "complete", "tools": server.tools, "ttlMs": .integer(Self.keeping),
                "cacheScope": "public",
                "_meta": meta,
            ])
    }

    private mutating func call(
        _ id: RequestID, _ parameters: JSONValue?, isModern: Bool, in batch: Int?
    ) -> [Step] {
        guard let name = parameters?["name"]?.text else { return [.send(Self.wrong(id, "name of a tool is missing"))] }
        guard server.toolNames.contains(name) else {
            return [.send(Self.wrong(id, "There is no tool \(name.prefix(100))"))]
        }
        var arguments: [JSONValue.Member] = []
        switch parameters?["arguments"] {
        case nil, .null?: break
        case .object(let members)?: arguments = members
        default: return [.send(Self.wrong(id, "arguments must be an object"))]
        }
        last += 1
        let token = parameters?["_meta"]?["progressToken"].flatMap(RequestID.init)
        pending[last] = Pending(id: id, isModern: isModern, batch: batch, progressToken: token)
        numbers[id] = last
        if let batch { batches[batch]?.open += 1 }
        return [.run(Call(number: last, tool: name, arguments: arguments, wantsProgress: token != nil))]
    }

    private var serverInfo: JSONValue { ["name": "weflow", "version": .string(server.version)] }
    private var meta: JSONValue { ["io.modelcontextprotocol/serverInfo": serverInfo] }

    // MARK: Answers

    /// How many calls are not answered yet.
    var openCalls: Int { pending.count }

    /// Takes that a call goes on.
    ///
    /// - Parameters:
    ///   - number: the call's.
    ///   - milliseconds: how long it has taken so far.
    /// - Returns: what is to be written now; nil where nobody wants to know, or the call has ended.
    mutating func goesOn(_ number: Int, milliseconds: Int64) -> JSONValue? {
        // Numbers only rise.
        guard let call = pending[number], let token = call.progressToken, milliseconds > call.progress else {
            return nil
        }
        pending[number]?.progress = milliseconds
        var parameters: JSONValue = ["progressToken": token.json, "progress": .integer(milliseconds)]
        if call.isModern || revision != .november2024 {
            parameters = parameters.with(["message": .string("reading for \(milliseconds / 1000) s")])
        }
        return ["jsonrpc": "2.0", "method": "notifications/progress", "params": parameters]
    }

    /// Takes the result of a call.
    ///
    /// - Parameters:
    ///   - number: the call's.
    ///   - result: content and all that belongs to it.
    /// - Returns: what is to be written now; nothing where the call was cancelled.
    mutating func finish(_ number: Int, _ result: JSONValue) -> [JSONValue] {
        guard let call = pending.removeValue(forKey: number) else { return [] }
        numbers[call.id] = nil
        var result = result
        if call.isModern {
            result = .object(
                [JSONValue.Member(name: "resultType", value: "complete")] + result.members
                    + [JSONValue.Member(name: "_meta", value: meta)])
        }
        let answer = Reply.result(call.id, result)
        guard let batch = call.batch else { return [answer] }
        batches[batch]?.answers.append(answer)
        batches[batch]?.open -= 1
        return endBatch(batch)
    }
}
