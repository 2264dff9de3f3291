internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
public import WeFlowMedia
internal import WeFlowOutput
internal import WeFlowPages
public import WeFlowQuery

/// The media network, asked under guard (<doc:MediaNetworkAccess>).
///
/// Listed hosts only, addresses judged and pinned, redirects followed by hand under the same guard, size and time
/// capped; what arrives is uncovered and must be a picture or a video, else it is thrown away. Must be shut down.
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
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw WeFlowError(.system, "\(path) cannot be read; ask for it again")
            }
            defer { file.closeFile() }
            while let piece = try file.read(upToCount: 256 << 10), !piece.isEmpty {
                try await body(Array(piece))
            }
        }
    }

    /// The guard.
    public let hosts: MediaHosts
    private let limits: MediaLimits
    let clients: PinnedClients
    private let stickers = Slots(4)

    /// A network behind a guard.
    public init(hosts: MediaHosts, limits: MediaLimits = MediaLimits()) {
        self.hosts = hosts
        self.limits = limits
        clients = PinnedClients(timeouts: limits.timeouts)
    }

    /// Ends all connections.
    ///
    /// - Throws: where a connection does not end.
    public func shutdown() async throws {
        try await clients.shutdown()
    }

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
        try await ask(url, within: limits.timeouts.whole) { response, url in
            try await self.take(response, of: url, key: key, to: stem)
        }
    }

    /// Asks, and asks elsewhere where the answer says so, until there is a body for `take`.
    private func ask<Value: Sendable>(
        _ url: MediaURL, within limit: Duration,
        _ take: @escaping @Sendable (HTTPClientResponse, MediaURL) async throws -> Value
    ) async throws -> Value {
        let start = try RedirectPolicy(start: url, hosts: hosts)
        do {
            return try await withDeadline(limit) {
                var policy = start
                while true {
                    let current = policy.current
                    let value = try await self.clients.withClient(for: current) { client -> Value? in
                        let response = try await client.execute(Self.request(for: current), timeout: .init(limit))
                        let location = response.headers.first(name: "Location")
                        switch try policy.next(status: Int(response.status.code), location: location) {
                        case .follow: return nil
                        case .body: return try await take(response, policy.current.url)
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

    private static func request(for admission: MediaHosts.Admission) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: admission.url.string)
        // Without a name of WeChat's own the network answers nothing.
        request.headers.add(name: "User-Agent", value: "MicroMessenger Client")
        request.headers.add(name: "Accept", value: "*/*")
        return request
    }

    /// Takes a body in piece by piece, so that its size does not matter.
    private func take(
        _ response: HTTPClientResponse, of url: MediaURL, key: UInt64?, to stem: String
    ) async throws -> Fetched {
        let announced = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        if let announced, announced > limits.bytes { throw Self.tooLarge(url, limits.bytes) }
        let encrypted = response.headers.first(name: "X-enclen").flatMap { Int($0) }
        var file: MediaBodyFile?
        var head: [UInt8] = []
        var size = 0
        for try await buffer in response.body {
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

    /// What the client library says, in a few words and without the address.
    private static func reason(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout, .readTimeout, .deadlineExceeded: return "no answer in time"
        case .remoteConnectionClosed: return "the connection was closed"
        case .some(let error): return error.shortDescription
        case nil: return error is DeadlineExceeded ? "no answer in time" : "the connection failed"
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
        try await stickers.take()
        defer { stickers.release() }
        return try await ask(address, within: Self.stickerLimits.time) { response, url in
            var bytes: [UInt8] = []
            for try await buffer in response.body {
                bytes += buffer.readableBytesView
                guard bytes.count <= Self.stickerLimits.bytes else {
                    throw Self.tooLarge(url, Self.stickerLimits.bytes)
                }
            }
            return bytes
        }
    }
}
