import Dispatch
import Synchronization
import WeFlowOutput
public import WeFlowPages
import WeFlowParameters
import WeFlowQuery
public import WeFlowState
public import WeFlowStore
public import WeFlowSystem

/// A server of the Model Context Protocol on two streams (<doc:ModelContext>).
///
/// One thread reads, one writes, and some calls run side by side; what comes in is judged by a `Conversation`.
public final class ModelServer: Sendable {
    private struct State {
        var conversation: Conversation
        /// Calls that no worker has taken yet, the next one first.
        var waiting: ArraySlice<(call: Conversation.Call, bytes: Int)> = []
        /// Bytes of the lines of all calls that are not answered yet.
        var waitingBytes = 0
        var running: [Int: Task<JSONValue?, Never>] = [:]
        var workers = 0
        /// Calls that were answered since the start.
        var finished = 0
    }

    private let state: Mutex<State>
    private let toolbox: Toolbox
    private let opened: Opened
    private let visible: VisibleChats
    private let log: CallLog?
    private let mostWorkers = max(2, System.processors)

    /// While more bytes than these wait for calls or for the client, nothing more is read.
    private static let mostWaiting = 64 << 20
    /// How often a client is told that a call goes on, milliseconds.
    private static let beat: Int64 = 1000
    /// How long after the end of the input calls may take that answer nothing, milliseconds.
    private static let patience: Int64 = 5000

    /// Prepares a server.
    ///
    /// - Parameters:
    ///   - version: the program's.
    ///   - rules: which chats a model may see.
    ///   - mostBytes: the most bytes of an answer's structured content.
    ///   - log: where calls are noted; nil for nowhere.
    ///   - stateFolder: the folder of the program's own files.
    ///   - open: opens the account; called until it succeeds.
    public init(
        version: String, rules: VisibilityRules, mostBytes: Int, log: CallLog?, stateFolder: StateFolder,
        open: @escaping @Sendable () throws(WeFlowError) -> Account
    ) {
        opened = Opened(state: stateFolder, open)
        visible = VisibleChats(rules)
        toolbox = Toolbox(opened, visible, mostBytes: mostBytes)
        self.log = log
        let server = Conversation.Server(
            version: version, instructions: Toolbox.instructions, toolNames: Set(Toolbox.all.map(\.name)),
            tools: .array(Toolbox.all.map(\.json)))
        state = Mutex(State(conversation: Conversation(server)))
    }

    /// Looks the rules up, so that a name that means nobody is told before anything is shown.
    ///
    /// - Throws: `.usage` where several have a name, `.notFound` where nobody has; why the account cannot be read.
    public func checkRules() throws(WeFlowError) {
        _ = try visible.visibility(in: opened.account().0)
    }

    /// Answers what comes in, until it ends.
    ///
    /// - Parameters:
    ///   - input: what the client sends.
    ///   - output: what it reads.
    /// - Throws: where the input cannot be read.
    public func run(input: Descriptor = .standardInput, output: Descriptor = .standardOutput) async throws {
        let outbox = Outbox(output)
        let failure = await withCheckedContinuation { (done: CheckedContinuation<SystemError?, Never>) in
            DispatchQueue(label: "weflow.mcp.input").async { done.resume(returning: self.read(input, outbox)) }
        }
        await finish(outbox)
        if let failure { throw WeFlowError(.system, "the standard input cannot be read: \(failure.text)") }
    }

    // MARK: Reading

    /// Reads lines to the end of the input, or until nobody reads the answers any more.
    private func read(_ input: Descriptor, _ outbox: Outbox) -> SystemError? {
        var splitter = LineSplitter(most: Conversation.mostBytes)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { room.deallocate() }
        while !outbox.isClosed {
            do throws(SystemError) {
                let count = try input.read(into: room)
                guard count > 0 else { break }
                for line in splitter.add(UnsafeRawBufferPointer(rebasing: room[..<count])) { take(line, outbox) }
            } catch {
                return error
            }
            while !outbox.isClosed, max(outbox.waiting, state.withLock { $0.waitingBytes }) > Self.mostWaiting {
                Clock.pause(milliseconds: 10)
            }
        }
        // A last line without an end is one.
        if let line = splitter.end() { take(line, outbox) }
        return nil
    }

    private func take(_ line: LineSplitter.Line, _ outbox: Outbox) {
        let (steps, bytes) = state.withLock { state in
            switch line {
            case .whole(let bytes): (state.conversation.receive(bytes), bytes.count)
            case .tooLong: (state.conversation.receiveTooLong(), 0)
            }
        }
        for step in steps {
            switch step {
            case .send(let message): outbox.put(message)
            case .run(let call): start(call, bytes, outbox)
            case .stop(let number): stop(number)
            }
        }
    }

    // MARK: Calls

    private func start(_ call: Conversation.Call, _ bytes: Int, _ outbox: Outbox) {
        let needsWorker = state.withLock { state in
            state.waiting.append((call, bytes))
            state.waitingBytes += bytes
            guard state.workers < mostWorkers else { return false }
            state.workers += 1
            return true
        }
        if needsWorker { Task.detached { await self.work(outbox) } }
    }

    private func stop(_ number: Int) {
        state.withLock { state in
            if let place = state.waiting.firstIndex(where: { $0.call.number == number }) {
                state.waitingBytes -= state.waiting[place].bytes
                state.waiting.remove(at: place)
            }
            state.running[number]?.cancel()
        }
    }

    /// Answers calls one after another until none waits.
    private func work(_ outbox: Outbox) async {
        while let (call, bytes) = next() {
            let task = Task { await self.answer(call) }
            state.withLock { $0.running[call.number] = task }
            let beats = call.wantsProgress ? Task { await self.tell(call.number, outbox) } : nil
            let result = await task.value
            beats?.cancel()
            state.withLock { state in
                state.running[call.number] = nil
                state.waitingBytes -= bytes
                state.finished += 1
                // In the lock, so that nothing is said of a call behind its answer.
                for message in result.map({ state.conversation.finish(call.number, $0) }) ?? [] { outbox.put(message) }
            }
            // A client that reads nothing has calls wait, but is itself not waited for.
            while !outbox.isClosed, outbox.waiting > Self.mostWaiting { Clock.pause(milliseconds: 10) }
        }
    }

    /// Tells the client that a call goes on, until it is cancelled.
    private func tell(_ number: Int, _ outbox: Outbox) async {
        let start = Clock.monotonic
        while true {
            do {
                try await Task.sleep(for: .milliseconds(Self.beat))
            } catch {
                return
            }
            state.withLock { state in
                let milliseconds = (Clock.monotonic - start) / 1_000_000
                // A client that does not read need not know.
                guard !Task.isCancelled, outbox.waiting < Self.mostWaiting else { return }
                if let message = state.conversation.goesOn(number, milliseconds: milliseconds) { outbox.put(message) }
            }
        }
    }

    private func next() -> (Conversation.Call, Int)? {
        state.withLock { state in
            guard let next = state.waiting.popFirst() else {
                state.workers -= 1
                return nil
            }
            return next
        }
    }

    /// The result of a call; nil where it was cancelled.
    private func answer(_ call: Conversation.Call) async -> JSONValue? {
        let start = Clock.monotonic
        do {
            let result = try await toolbox.call(call.tool, call.arguments)
            if Task.isCancelled { return nil }
            log?.add(
                call.tool, call.arguments.map(\.name), milliseconds: (Clock.monotonic - start) / 1_000_000,
                bytes: result["structuredContent"]?.size ?? 0, isError: result["isError"] == true, at: Clock.seconds)
            return result
        } catch is CancellationError {
            return nil
        } catch {
            return ["content": [["type": "text", "text": "the call failed"]], "isError": true]
        }
    }

    // MARK: The end

    /// Waits for what was begun: as long as answers come, or for a while.
    private func finish(_ outbox: Outbox) async {
        var finished = -1
        var waiting = -1
        var last = Clock.monotonic
        while !outbox.isClosed {
            let (open, done) = state.withLock { ($0.workers, $0.finished) }
            if open == 0, outbox.isDone { return }
            if done != finished || outbox.waiting != waiting {
                (finished, waiting, last) = (done, outbox.waiting, Clock.monotonic)
            }
            guard Clock.monotonic - last < Self.patience * 1_000_000 else { break }
            do {
                try await Task.sleep(for: .milliseconds(2))
            } catch {
                break
            }
        }
        for task in state.withLock({ Array($0.running.values) }) { task.cancel() }
    }
}

extension Outbox {
    /// Adds a message.
    fileprivate func put(_ message: JSONValue) {
        var writer = JSONWriter(capacity: 64 << 10)
        writer.value(message)
        put(writer.bytes.array())
    }
}
