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

    /// A call that is not answered yet.
    struct Pending {
        let id: RequestID
        let isModern: Bool
        let batch: Int?
        /// What notifications of its progress bear; nil where none are wanted.
        let progressToken: RequestID?
        /// What the last of them said.
        var progress: Int64 = -1
    }

    /// Several messages in one line, whose answers go into one line too.
    struct Batch {
        var open = 0
        var answers: [JSONValue] = []
    }

    let server: Server
    var revision: ProtocolRevision?
    var pending: [Int: Pending] = [:]
    var numbers: [RequestID: Int] = [:]
    var batches: [Int: Batch] = [:]
    var last = 0

    /// Longest line, in bytes.
    static let mostBytes = 10 << 20
    private static let limits = JSONValue.Limits(bytes: mostBytes, depth: 64, values: 100_000)
    static let revisionKey = "io.modelcontextprotocol/protocolVersion"
    static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    /// How long a client may keep the list of tools, milliseconds: it changes with the program only.
    static let keeping = 3_600_000

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
