internal import NIOCore
internal import Synchronization
public import WeFlowArrivals
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// Follows the stream of a running server: `weflow push watch --url` (<doc:EventStreams>). It comes back after every
/// end of the stream, and goes on where it was.
public final class StreamClient: Sendable {
    /// How a run ended.
    public enum End: Sendable, Equatable {
        /// `stop()` was called.
        case stopped
        /// Nobody reads the output any more.
        case outputClosed
    }

    /// Why it ends, and what ends that which it is at.
    private struct State {
        var end: End?
        var interrupt: (@Sendable () -> Void)?
    }

    private let address: ServerAddress
    private let token: @Sendable () throws -> AccessToken
    private let filter: PushFilter
    /// Between two attempts.
    private let pause: Duration
    private let state = Mutex(State())

    /// The server shows every 15 seconds that it is alive.
    private static let silence = Duration.seconds(50)
    private static let time = Duration.seconds(10)
    private static let largestRefusal = 64 << 10

    /// Prepares to follow.
    ///
    /// - Parameters:
    ///   - address: the server.
    ///   - filter: which events to ask for.
    ///   - pause: between two attempts; the default is what the server asks of its clients.
    ///   - token: gives the token that is valid now.
    public init(
        _ address: ServerAddress, filter: PushFilter, pause: Duration = .seconds(3),
        token: @escaping @Sendable () throws -> AccessToken
    ) {
        (self.address, self.filter, self.pause, self.token) = (address, filter, pause, token)
    }

    /// Ends the run, from wherever.
    public func stop() { end(.stopped) }

    private func end(_ end: End) {
        let interrupt = state.withLock { state in
            state.end = state.end ?? end
            return state.interrupt
        }
        interrupt?()
    }

    /// Names what ends that which is begun now.
    private func beInterruptible(by interrupt: @escaping @Sendable () -> Void) {
        let hasEnd = state.withLock { state in
            state.interrupt = interrupt
            return state.end != nil
        }
        if hasEnd { interrupt() }
    }

    private var end: End? { state.withLock { $0.end } }

    /// Follows until it is stopped.
    ///
    /// - Parameters:
    ///   - last: the id of the event that was had last; nil begins now.
    ///   - output: a descriptor whose reader may go away; one below 0 has none.
    ///   - warn: takes a sentence for each time that the server cannot be had.
    ///   - body: takes each event but `ready`.
    /// - Returns: why it ended.
    /// - Throws: `.network` where the server does not answer the first time; `.unauthorized` and `.forbidden` where it
    ///   refuses; `.system` where the output cannot be watched; what `body` throws.
    public func run(
        after last: String?, output: Int32, warn: (String) -> Void, _ body: (StreamEvent) throws -> Void
    ) async throws -> End {
        let watch = try OutputWatch(output) { [weak self] in self?.end(.outputClosed) }
        defer { watch.stop() }
        var last = last
        var isFirst = true
        /// When it was last known that nothing was missed.
        var current = ContinuousClock.now
        while true {
            do {
                let missed = Int((ContinuousClock.now - current) / .seconds(1)) + 2
                try await follow(last, replay: isFirst ? 0 : missed) { event in
                    isFirst = false
                    if event.name != "ready" {
                        try body(event)
                        if let id = event.id, !id.isEmpty { last = id }
                    }
                }
                current = .now
            } catch let error as WeFlowError where !isFirst && error.kind == .network && end == nil {
                warn("\(error.sentence); trying again")
            } catch  where end != nil && (error is HTTPClientFailure || (error as? WeFlowError)?.kind == .network) {
                // It was interrupted.
            }
            if let end { return end }
            let rest = Task { [pause] in try await Task.sleep(for: pause) }
            beInterruptible { rest.cancel() }
            _ = await withTaskCancellationHandler {
                await rest.result
            } onCancel: {
                rest.cancel()
            }
            if let end { return end }
            try Task.checkCancellation()
        }
    }

    /// Reads one answer to its end.
    private func follow(
        _ last: String?, replay: Int, _ body: (StreamEvent) throws -> Void
    ) async throws {
        var fields = [("Accept", "text/event-stream"), ("Authorization", "Bearer \(try token().text)")]
        if let last { fields.append(("Last-Event-ID", last)) }
        let attempt = ConnectAttempt()
        beInterruptible { attempt.cancel() }
        var hasHead = false
        do {
            try await address.withAnswer(
                to: target(replay), fields, connectingWithin: Self.time, silence: Self.silence, attempt: attempt
            ) { answer in
                guard answer.status == 200 else { throw try await refusal(answer) }
                hasHead = true
                var events = EventParser()
                while let bytes = try await answer.next() {
                    try events.take(bytes.readableBytesView, body)
                    if events.isBroken { return }
                }
            }
        } catch HTTPClientFailure.timeOut {
            throw WeFlowError(.network, "\(address.url) fell silent")
        } catch is HTTPClientFailure {
            // A stream that has begun ends as it likes.
            if !hasHead { throw WeFlowError(.network, "\(address.url) broke the connection off") }
        } catch is IOError {
            throw WeFlowError(.network, "\(address.url) broke the connection off")
        }
    }

    private func target(_ replay: Int) -> String {
        var query = "replay=\(replay)"
        if !filter.talkers.isEmpty { query += "&talker=" + Self.encoded(filter.talkers) }
        if !filter.exclude.isEmpty { query += "&exclude=" + Self.encoded(filter.exclude) }
        if filter.includesSelf { query += "&includeSelf=1" }
        return "/api/v1/push/messages?\(query)"
    }

    /// What the server says in an answer that is no stream.
    private func refusal(_ answer: HTTPAnswer) async throws -> WeFlowError {
        let text = try await answer.bytes(atMost: Self.largestRefusal)
        let sentence: String
        if let said = try? JSONValue(parsing: text), case .string(let error)? = said["error"] {
            sentence = "\(address.url): \(error)"
        } else {
            sentence = "\(address.url) answers with status \(answer.status)"
        }
        return switch answer.status {
        case 400: WeFlowError(.usage, sentence)
        case 401: WeFlowError(.unauthorized, sentence)
        case 403: WeFlowError(.forbidden, sentence)
        case 404: address.stranger
        default: WeFlowError(.network, sentence)
        }
    }

    /// Ids between commas, percent-encoded.
    private static func encoded(_ ids: [String]) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in ids.joined(separator: ",").utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: ","):
                text.append(byte)
            default: text += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
