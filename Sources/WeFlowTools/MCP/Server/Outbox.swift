import Dispatch
import Synchronization
import WeFlowSystem

/// What waits to be written, in order, and the thread that writes it: a client that does not read holds up neither the
/// reading of what it sends nor the calls that are under way.
final class Outbox: Sendable {
    private struct State {
        var lines: [[UInt8]] = []
        var bytes = 0
        /// Lines that were taken out and are not written yet.
        var isWriting = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let isThere = DispatchSemaphore(value: 0)
    private let output: Descriptor

    /// Starts the thread.
    ///
    /// - Parameter output: where the lines go.
    init(_ output: Descriptor) {
        self.output = output
        DispatchQueue(label: "weflow.mcp.output").async { self.write() }
    }

    /// Adds a line without its end.
    func put(_ line: [UInt8]) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.lines.append(line)
            state.bytes += line.count
        }
        isThere.signal()
    }

    /// Bytes that wait.
    var waiting: Int { state.withLock { $0.bytes } }
    /// Whether all is written, or nobody reads any more.
    var isDone: Bool { state.withLock { $0.isClosed || $0.lines.isEmpty && !$0.isWriting } }
    /// Whether nobody reads any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    private func write() {
        while true {
            isThere.wait()
            let lines = state.withLock { state in
                defer { state.lines = [] }
                state.isWriting = !state.lines.isEmpty
                return state.lines
            }
            var bytes: [UInt8] = []
            for line in lines {
                bytes += line
                bytes.append(0x0A)
            }
            do throws(SystemError) {
                if !bytes.isEmpty { try output.write(bytes) }
                state.withLock { state in
                    state.bytes -= max(0, bytes.count - lines.count)
                    state.isWriting = false
                }
            } catch {
                return state.withLock { state in
                    state = State(isClosed: true)
                }
            }
        }
    }
}
