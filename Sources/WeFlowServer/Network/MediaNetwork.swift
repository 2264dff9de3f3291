internal import NIOCore
public import WeFlowMedia
public import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowPages
public import WeFlowQuery
internal import WeFlowSystem

/// The media network, asked under guard (<doc:MediaNetworkAccess>).
///
/// Listed hosts only, addresses judged and pinned, redirects followed by hand under the same guard, size and time
/// capped; what arrives is uncovered and must be a picture or a video, else it is thrown away.
public final class MediaNetwork: Sendable {
    /// A file that was fetched, uncovered and recognised.
    public struct Fetched: Sendable, Equatable {
        /// Where it lies.
        public let path: String
        /// What it is.
        public let format: MediaFormat
        /// Its length in bytes.
        public let size: Int

        /// Reads the file piece by piece.
        ///
        /// - Parameter body: takes each piece, in order.
        /// - Throws: what `body` throws; where the file cannot be read.
        public func read(_ body: ([UInt8]) async throws -> Void) async throws {
            var offset: Int64 = 0
            do {
                let file = try File(path, for: .reading)
                while true {
                    let piece = try file.bytes(256 << 10, at: offset)
                    guard !piece.isEmpty else { return }
                    try await body(piece)
                    offset += Int64(piece.count)
                }
            } catch is SystemError {
                throw WeFlowError(.system, "\(path) cannot be read; ask for it again")
            }
        }
    }

    /// The guard.
    public let hosts: MediaHosts
    private let limits: MediaLimits
    private let mirror: MediaMirror?
    let clients: PinnedClients
    private let stickers = Slots(4)

    /// A network behind a guard, and what stands for it.
    public init(hosts: MediaHosts, limits: MediaLimits = MediaLimits(), mirror: MediaMirror? = nil) {
        self.hosts = hosts
        self.mirror = mirror
        self.limits = limits
        clients = PinnedClients(timeouts: limits.timeouts)
    }

    /// Ends all connections.
    public func shutdown() { clients.shutdown() }

    /// Fetches a file.
    ///
    /// - Parameters:
    ///   - url: the address, as a client or a post gives it.
    ///   - key: the key of the stream over it; nil where there is none.
    ///   - stem: the path to write to, without extension, which follows from what the file is. Nothing lies there
    ///     before the file is complete.
    /// - Returns: the file.
    /// - Throws: `WeFlowError` of kind `.usage` where the guard does not admit `url`, `.gone` where the network has the
    ///   file no longer, `.network` where it cannot be had for another reason, `.system` where it cannot be written;
    ///   `CancellationError`.
    public func fetch(_ url: MediaURL, key: UInt64?, to stem: String) async throws -> Fetched {
        if let file = mirror?.file(of: url) { return try take(file, of: url, key: key, to: stem) }
        return try await ask(url, within: limits.timeouts.whole) { answer, url in
            try await self.take(answer, of: url, key: key, to: stem)
        }
    }

    /// The address that will be asked for: what a mirror holds needs no leave.
    ///
    /// - Throws: `.usage` where the guard does not admit it.
    func admitted(_ url: MediaURL) throws(WeFlowError) -> MediaURL {
        mirror?.holds(url) == true ? url : try hosts.admit(url).url
    }

    /// Takes a file of the mirror in, as if it came over the network.
    private func take(_ file: File, of url: MediaURL, key: UInt64?, to stem: String) throws -> Fetched {
        let unreadable = WeFlowError(.network, "\(url.withoutQuery): the file that stands for it cannot be read")
        guard let size = (try? file.status())?.size else { throw unreadable }
        guard size <= limits.bytes else { throw Self.tooLarge(url, limits.bytes) }
        var body: MediaBodyFile?
        var offset: Int64 = 0
        repeat {
            guard let piece = try? file.bytes(256 << 10, at: offset) else { throw unreadable }
            let part = try body ?? Self.begin(piece, of: url, Int(size), key, nil, stem)
            try part.append(piece)
            (body, offset) = (part, offset + Int64(max(piece.count, 1)))
        } while offset < size
        guard let body else { throw unreadable }
        return Fetched(path: try body.finish(), format: body.format, size: Int(size))
    }

    /// Asks, and asks elsewhere where the answer says so, until there is a body for `take`.
    private func ask<Value: Sendable>(
        _ url: MediaURL, within limit: Duration,
        _ take: @escaping @Sendable (HTTPAnswer, MediaURL) async throws -> Value
    ) async throws -> Value {
        let start = try RedirectPolicy(start: url, hosts: hosts)
        do {
            return try await withDeadline(limit) {
                var policy = start
                while true {
                    let current = policy.current
                    let value = try await self.clients.withClient(for: current) { client -> Value? in
                        try await client.withAnswer(to: current.url, Self.fields) { answer -> Value? in
                            switch try policy.next(status: answer.status, location: answer.value("Location")) {
                            case .follow: return nil
                            case .body: return try await take(answer, policy.current.url)
                            }
                        }
                    }
                    if let value { return value }
                }
            }
        } catch {
            if error is WeFlowError { throw error }
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            throw WeFlowError(.network, "\(url.withoutQuery): \(Self.reason(error)); try again later")
        }
    }

    /// Without a name of WeChat's own the network answers nothing.
    private static let fields = [("User-Agent", "MicroMessenger Client"), ("Accept", "*/*")]

    /// Takes a body in piece by piece, so that its size does not matter.
    private func take(
        _ answer: HTTPAnswer, of url: MediaURL, key: UInt64?, to stem: String
    ) async throws -> Fetched {
        let announced = answer.value("Content-Length").flatMap { Int($0) }
        if let announced, announced > limits.bytes { throw Self.tooLarge(url, limits.bytes) }
        let encrypted = answer.value("X-enclen").flatMap { Int($0) }
        var file: MediaBodyFile?
        var head: [UInt8] = []
        var size = 0
        while let buffer = try await answer.next() {
            size += buffer.readableBytes
            guard size <= limits.bytes else { throw Self.tooLarge(url, limits.bytes) }
            var bytes = Array(buffer.readableBytesView)
            if file == nil {
                head += bytes
                guard head.count >= MediaFormat.sniffLength else { continue }
                (bytes, head) = (head, [])
                file = try Self.begin(bytes, of: url, announced, key, encrypted, stem)
            }
            try file?.append(bytes)
        }
        if let announced, size != announced {
            throw WeFlowError(.network, "\(url.withoutQuery): the answer ends before its end; try again later")
        }
        if file == nil {
            file = try Self.begin(head, of: url, size, key, encrypted, stem)
            try file?.append(head)
        }
        guard let file else { throw WeFlowError(.network, "\(url.withoutQuery): the answer is empty; try again later") }
        return Fetched(path: try file.finish(), format: file.format, size: size)
    }

    private static func begin(
        _ head: [UInt8], of url: MediaURL, _ total: Int?, _ key: UInt64?, _ encrypted: Int?, _ stem: String
    ) throws -> MediaBodyFile {
        do {
            let media = try MomentMedia(head: head, total: total, key: key, encryptedLength: encrypted)
            return try MediaBodyFile(media, stem: stem)
        } catch let failure as MediaFailure {
            throw WeFlowError(.network, "\(url.withoutQuery): \(failure)")
        }
    }

    private static func tooLarge(_ url: MediaURL, _ limit: Int) -> WeFlowError {
        WeFlowError(.network, "\(url.withoutQuery): larger than \(limit >> 20) MiB, more than is taken")
    }

    /// What went wrong, in a few words and without the address.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case HTTPClientFailure.timeOut, is DeadlineExceeded: "no answer in time"
        case HTTPClientFailure.closed: "the connection was closed"
        default: "the connection failed"
        }
    }
}

extension MediaNetwork: MediaFetching {
    /// Bytes of a sticker at most, and how long one may take.
    private static let stickerLimits = (bytes: 20 << 20, time: Duration.seconds(10))

    /// The body that an address gives, as it is; four at once.
    ///
    /// - Parameter url: an address as a message has it.
    /// - Returns: the whole body, at most 20 MiB.
    /// - Throws: as ``fetch(_:key:to:)``.
    public func fetch(_ url: String) async throws -> [UInt8] {
        let address = try MediaURL(parsing: url)
        if let bytes = try? mirror?.file(of: address)?.readAll(limit: Self.stickerLimits.bytes) { return bytes }
        try await stickers.take()
        defer { stickers.release() }
        return try await ask(address, within: Self.stickerLimits.time) { answer, url in
            var bytes: [UInt8] = []
            while let buffer = try await answer.next() {
                bytes += buffer.readableBytesView
                guard bytes.count <= Self.stickerLimits.bytes else {
                    throw Self.tooLarge(url, Self.stickerLimits.bytes)
                }
            }
            return bytes
        }
    }
}
