public import WeFlowArrivals
public import WeFlowPages
import WeFlowParameters
import WeFlowQuery

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

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

    private let address: ServerAddress
    private let token: @Sendable () throws -> AccessToken
    private let filter: PushFilter
    private let stopRead: CInt
    private let stopWrite: CInt

    /// Milliseconds between two attempts.
    private let pause: Int32
    /// The server shows every 15 seconds that it is alive.
    private static let silence: Int32 = 50_000
    private static let seconds = 10
    private static let largestHead = 64 << 10

    /// Prepares to follow.
    ///
    /// - Parameters:
    ///   - address: the server.
    ///   - filter: which events to ask for.
    ///   - pause: milliseconds between two attempts; the default is what the server asks of its clients.
    ///   - token: gives the token that is valid now.
    /// - Throws: `.system` where there are no descriptors left.
    public init(
        _ address: ServerAddress, filter: PushFilter, pause: Int32 = 3000,
        token: @escaping @Sendable () throws -> AccessToken
    ) throws(WeFlowError) {
        (self.address, self.filter, self.pause, self.token) = (address, filter, pause, token)
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw .system("the stream cannot be followed", code: errno) }
        (stopRead, stopWrite) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(stopRead)
        close(stopWrite)
    }

    /// Ends the run of another thread.
    public func stop() {
        var byte: UInt8 = 0
        _ = write(stopWrite, &byte, 1)
    }

    /// Follows until it is stopped.
    ///
    /// - Parameters:
    ///   - last: the id of the event that was had last; nil begins now.
    ///   - output: a descriptor whose reader may go away.
    ///   - warn: takes a sentence for each time that the server cannot be had.
    ///   - body: takes each event but `ready`.
    /// - Returns: why it ended.
    /// - Throws: `.network` where the server does not answer the first time; `.unauthorized` and `.forbidden` where it
    ///   refuses; what `body` throws.
    public func run(
        after last: String?, output: CInt, warn: (String) -> Void, _ body: (StreamEvent) throws -> Void
    ) throws -> End {
        var last = last
        var isFirst = true
        /// When it was last known that nothing was missed.
        var current = Self.seconds(of: CLOCK_MONOTONIC)
        while true {
            do {
                let replay = isFirst ? 0 : Self.seconds(of: CLOCK_MONOTONIC) - current + 2
                let end = try address.exchange(try request(last, replay), seconds: Self.seconds) { descriptor in
                    try follow(descriptor, output) { event in
                        isFirst = false
                        if event.name != "ready" {
                            try body(event)
                            if let id = event.id, !id.isEmpty { last = id }
                        }
                    }
                }
                if let end { return end }
                current = Self.seconds(of: CLOCK_MONOTONIC)
            } catch let error as WeFlowError where !isFirst && error.kind == .network {
                warn("\(error.sentence); trying again")
            }
            if let end = Self.wait(-1, stopRead, output, atMost: pause).end { return end }
        }
    }

    private func request(_ last: String?, _ replay: Int) throws -> String {
        var query = "replay=\(replay)"
        if !filter.talkers.isEmpty { query += "&talker=" + Self.encoded(filter.talkers) }
        if !filter.exclude.isEmpty { query += "&exclude=" + Self.encoded(filter.exclude) }
        if filter.includesSelf { query += "&includeSelf=1" }
        var lines = [
            "GET /api/v1/push/messages?\(query) HTTP/1.1", "Host: \(address.authority)", "Accept: text/event-stream",
            "Authorization: Bearer \(try token().text)",
        ]
        if let last { lines.append("Last-Event-ID: \(last)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Reads one answer to its end.
    ///
    /// - Returns: why all of it ends, nil where only the stream did.
    private func follow(_ descriptor: CInt, _ output: CInt, _ body: (StreamEvent) throws -> Void) throws -> End? {
        var start: [UInt8] = []
        var isHead = true
        var chunks: ChunkParser?
        var events = EventParser()
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let (end, isReadable) = Self.wait(descriptor, stopRead, output, atMost: Self.silence)
            if let end { return end }
            guard isReadable else { throw WeFlowError(.network, "\(address.url) fell silent") }
            let count = recv(descriptor, &bytes, bytes.count, 0)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                guard isHead || count < 0 else { return nil }
                throw WeFlowError(.network, "\(address.url) broke the connection off")
            }
            var content = bytes[..<count]
            if isHead {
                start += content
                guard let head = try goodHead(of: start) else { continue }
                isHead = false
                if head.value("transfer-encoding") == "chunked" { chunks = ChunkParser() }
                content = start[head.end...]
            }
            let plain = chunks?.take(content) ?? Array(content)
            try events.take(plain, body)
            if events.isBroken || chunks?.isOver == true { return nil }
        }
    }

    /// The head of a good answer; nil where it is not all there yet.
    ///
    /// - Throws: what the server says in another answer.
    private func goodHead(of answer: [UInt8]) throws(WeFlowError) -> ReceivedHead? {
        guard let head = ReceivedHead(of: answer) else {
            guard answer.count < Self.largestHead else { throw address.stranger }
            return nil
        }
        guard let status = head.status else { throw address.stranger }
        if status == 200 { return head }
        let length = head.value("content-length").flatMap { Int($0) } ?? 0
        guard length > Self.largestHead || answer.count - head.end >= length else { return nil }
        let sentence: String
        if let said = try? JSONValue(parsing: Array(answer[head.end...])), case .string(let error)? = said["error"] {
            sentence = "\(address.url): \(error)"
        } else {
            sentence = "\(address.url) answers with status \(status)"
        }
        switch status {
        case 400: throw WeFlowError(.usage, sentence)
        case 401: throw WeFlowError(.unauthorized, sentence)
        case 403: throw WeFlowError(.forbidden, sentence)
        case 404: throw address.stranger
        default: throw WeFlowError(.network, sentence)
        }
    }

    // MARK: Small things

    /// Waits until there is something to read, or reason to end.
    private static func wait(
        _ descriptor: CInt, _ stop: CInt, _ output: CInt, atMost milliseconds: Int32
    ) -> (end: End?, isReadable: Bool) {
        var files = [
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0), pollfd(fd: output, events: 0, revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&files, nfds_t(files.count), milliseconds) < 0 && errno == EINTR {}
        if files[0].revents != 0 { return (.stopped, false) }
        if files[1].revents & Int16(POLLERR | POLLNVAL | POLLHUP) != 0 { return (.outputClosed, false) }
        return (nil, files[2].revents != 0)
    }

    private static func seconds(of clock: clockid_t) -> Int {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int(now.tv_sec)
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
