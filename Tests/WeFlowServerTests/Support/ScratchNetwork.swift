import Foundation
import Synchronization
import WeFlowMedia

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Plays the media network on a port of the loopback for the time of one test.
final class ScratchNetwork: Sendable {
    /// What stands at a path.
    struct Reply: Sendable {
        var status = 200
        var headers: [String] = []
        var body: [UInt8] = []
        /// What `Content-Length` says; nil says the truth.
        var announced: Int?
        /// Whether the body goes on for ever.
        var isEndless = false
        /// Whether nothing is ever said.
        var isSilent = false
    }

    let port: Int
    private let state: State

    /// What the listening thread and the test share.
    private final class State: Sendable {
        let asked = Mutex<[String]>([])
        let isOver = Mutex(false)
    }

    /// The address of a path.
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
    /// The entry of the configuration that admits it.
    var origin: String { "http://127.0.0.1:\(port)" }
    /// The targets that were asked for, in order.
    var requests: [String] { state.asked.withLock { $0 } }

    /// Starts to listen; replies are found by their path without the query.
    init(_ replies: [String: Reply]) throws {
        state = State()
        #if canImport(Darwin)
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard descriptor >= 0, result else { throw RawConnection.Failure(call: "listen", code: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [state] in
            // Only this thread closes the listener: nobody else's may get its number while it is still asked.
            defer { close(descriptor) }
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                guard !state.isOver.withLock({ $0 }) else {
                    close(connection)
                    return
                }
                Thread.detachNewThread { Self.serve(connection, replies, state) }
            }
        }
    }

    deinit {
        state.isOver.withLock { $0 = true }
        // Wakes the thread that listens.
        _ = try? RawConnection(port: port)
    }

    private static func serve(_ connection: CInt, _ replies: [String: Reply], _ state: State) {
        defer { close(connection) }
        var request: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            request += chunk[..<count]
        }
        let target = String(String(decoding: request, as: UTF8.self).split(separator: " ")[1])
        state.asked.withLock { $0.append(target) }
        let reply = replies[String(target.prefix { $0 != "?" })] ?? Reply(status: 404)
        if reply.isSilent {
            // Until the other side gives up.
            while recv(connection, &chunk, chunk.count, 0) > 0 {}
            return
        }
        var head = ["HTTP/1.1 \(reply.status) X", "Connection: close"] + reply.headers
        if !reply.isEndless { head.append("Content-Length: \(reply.announced ?? reply.body.count)") }
        guard write(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8), to: connection),
            write(reply.body, to: connection)
        else { return }
        while reply.isEndless, write(chunk, to: connection) {}
    }

    private static func write(_ bytes: [UInt8], to connection: CInt) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent, noSignal)
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}

/// Files of the moments as the media network has them.
enum ScratchMedia {
    /// A picture by its signature.
    static let picture: [UInt8] =
        Array("GIF89a".utf8) + (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    /// A video by its signature, longer than what is covered of one.
    static let video: [UInt8] =
        [0, 0, 0, 24] + Array("ftypmp42".utf8) + (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }

    /// A file covered with the stream of a key; of a video only its first part.
    static func covered(_ plain: [UInt8], key: UInt64, length: Int = .max) -> [UInt8] {
        var stream = MomentKeystream(key: key)
        var bytes = plain
        bytes.withUnsafeMutableBytes { stream.xor(UnsafeMutableRawBufferPointer(rebasing: $0.prefix(length)), at: 0) }
        return bytes
    }
}
