import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An answer as it came over the socket.
struct RawAnswer: Sendable {
    var status = 0
    /// Names in lower case; a name that came twice has the last value.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Whether the body came to its end.
    var isComplete = false

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Reads the first answer in `bytes`; `isHead` says that it has no body whatever its head says.
    init(_ bytes: [UInt8], isHead: Bool = false) {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        if status == 100 {
            self = RawAnswer(Array(bytes[(end + 4)...]), isHead: isHead)
            return
        }
        let rest = Array(bytes[(end + 4)...])
        if isHead {
            isComplete = rest.isEmpty
        } else if headers["transfer-encoding"] == "chunked" {
            unchunk(rest)
        } else {
            let length = headers["content-length"].flatMap { Int($0) } ?? 0
            body = Array(rest.prefix(length))
            isComplete = body.count == length
        }
    }

    private mutating func unchunk(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 13),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16)
        {
            let start = end + 2
            guard size > 0 else {
                isComplete = true
                return
            }
            guard start + size + 2 <= rest.endIndex else { return }
            body += rest[start..<start + size]
            rest = rest[(start + size + 2)...]
        }
    }
}

/// A plain socket to a port of the loopback. Its calls block, so they belong on a thread of their own (`onThread`).
final class RawConnection: Sendable {
    struct Failure: Error {
        let call: String
        let code: CInt
    }

    let descriptor: CInt

    init(port: Int, receiveBuffer: CInt? = nil) throws {
        #if canImport(Darwin)
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(call: "connect", code: errno) }
    }

    /// A connection to the other loopback address, `::1`.
    init(port6 port: Int) throws {
        #if canImport(Darwin)
            descriptor = socket(AF_INET6, SOCK_STREAM, 0)
        #else
            descriptor = socket(AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(port).bigEndian
        address.sin6_addr = in6addr_loopback
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
        guard result == 0 else { throw Failure(call: "connect", code: errno) }
    }

    deinit { close(descriptor) }

    /// Sends bytes as far as the other side takes them.
    ///
    /// - Returns: how many went.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, noSignal)
            }
            guard count > 0 else { return sent }
            sent += count
        }
        return sent
    }

    /// Says that nothing more will be sent.
    func endWriting() {
        #if canImport(Darwin)
            shutdown(descriptor, SHUT_WR)
        #else
            shutdown(descriptor, CInt(SHUT_WR))
        #endif
    }

    func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// Reads once; empty where the other side has closed, nil where nothing came in time or the connection broke.
    func read(_ count: Int = 65_536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = recv(descriptor, &bytes, count, 0)
        guard got >= 0 else { return nil }
        return Array(bytes[..<got])
    }

    /// Reads until the other side closes.
    func readToEnd() -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = read(), !bytes.isEmpty { all += bytes }
        return all
    }

    /// Reads until one whole answer is there.
    func readAnswer(isHead: Bool = false) -> RawAnswer {
        var all: [UInt8] = []
        while true {
            guard let bytes = read(), !bytes.isEmpty else { return RawAnswer(all, isHead: isHead) }
            all += bytes
            let answer = RawAnswer(all, isHead: isHead)
            if answer.isComplete { return answer }
        }
    }

    /// Runs blocking calls on a thread of their own, so that they hold none of those that tasks share.
    static func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Sends bytes and reads what comes until the other side closes.
    static func exchange(_ bytes: [UInt8], port: Int) async throws -> RawAnswer {
        try await onThread {
            let connection = try RawConnection(port: port)
            connection.write(bytes)
            return RawAnswer(connection.readToEnd(), isHead: bytes.starts(with: "HEAD ".utf8))
        }
    }
}

#if canImport(Darwin)
    let noSignal: CInt = 0
#else
    let noSignal = CInt(MSG_NOSIGNAL)
#endif
