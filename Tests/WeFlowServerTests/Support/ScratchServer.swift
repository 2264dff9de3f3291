import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server that keeps its connections and may speak TLS, for the time of one test.
final class ScratchServer: Sendable {
    /// What it answers to a request.
    enum Reply: Sendable {
        /// The answer, behind which the connection stays.
        case answer(status: Int = 200, fields: [(String, String)] = [], body: [UInt8] = [])
        /// So many bytes of a body that is announced as longer, and the end of the connection.
        case cut([UInt8])
        /// The head, and then nothing.
        case silence
        /// The end of the connection.
        case end
    }

    private struct Seen {
        var connections = 0
        var requests: [HTTPRequestHead] = []
    }

    private let channel: any Channel
    private let seen: Shared

    private final class Shared: Sendable {
        let value = Mutex(Seen())
    }

    /// The port on the loopback.
    var port: Int { channel.localAddress?.port ?? 0 }
    /// Connections that were taken, TLS agreed upon or not.
    var connections: Int { seen.value.withLock { $0.connections } }
    /// Requests that came.
    var requests: [HTTPRequestHead] { seen.value.withLock { $0.requests } }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - tls: what it speaks TLS with; nil for none.
    ///   - reply: what it answers to the request of this number, from 0.
    /// - Throws: where it cannot listen.
    init(tls: TLSConfiguration? = nil, _ reply: @escaping @Sendable (Int, HTTPRequestHead) -> Reply) async throws {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let seen = Shared()
        self.seen = seen
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    seen.value.withLock { $0.connections += 1 }
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(
                        Handler { head in
                            let number = seen.value.withLock { seen in
                                seen.requests.append(head)
                                return seen.requests.count - 1
                            }
                            return reply(number, head)
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit { channel.close(promise: nil) }

    /// Takes no more connections.
    func close() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let reply: (HTTPRequestHead) -> Reply

        init(_ reply: @escaping (HTTPRequestHead) -> Reply) { self.reply = reply }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let request) = unwrapInboundIn(data) else { return }
            switch reply(request) {
            case .answer(let status, let fields, let body):
                head(context, status, fields + [("Content-Length", "\(body.count)")])
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .cut(let body):
                head(context, 200, [("Content-Length", "\(body.count + 9)")])
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
                context.close(promise: nil)
            case .silence:
                head(context, 200, [("Content-Length", "9")])
                context.flush()
            case .end: context.close(promise: nil)
            }
        }

        private func head(_ context: ChannelHandlerContext, _ status: Int, _ fields: [(String, String)]) {
            let head = HTTPResponseHead(
                version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(fields))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// Certificates of an authority that nobody but a test trusts; all have one key.
enum ScratchCertificates {
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBVjCB/KADAgECAgEBMAoGCCqGSM49BAMCMCExHzAdBgNVBAMMFmF1dGhvcml0
        eSBvZiB0aGUgdGVzdHMwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MCExHzAdBgNVBAMMFmF1dGhvcml0eSBvZiB0aGUgdGVzdHMwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAATTbAziYhDGKIJ8PwUmOML6nNYttMLtius8fghAHOp6o49f
        RWUHlgEqtYItOvskGEbyyOwneD9/pGMWtRLY4mBqoyMwITAPBgNVHRMBAf8EBTAD
        AQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNJADBGAiEAgPiZqPepUsKH
        VDF4P53BbFuuuhx62I3HFRaEqhyMeiwCIQCWcOyXxDONMn7q64IZ7BuIhI4qeXHj
        2ngKYmCzxd9FEQ==
        -----END CERTIFICATE-----
        """
    /// For the name `media.test`.
    static let named = """
        -----BEGIN CERTIFICATE-----
        MIIBbzCCARSgAwIBAgIBAjAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZhdXRob3Jp
        dHkgb2YgdGhlIHRlc3RzMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
        WjAgMR4wHAYDVQQDDBVhIHNlcnZlciBvZiB0aGUgdGVzdHMwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAAS22loZoHA3mKDZbYZ61xCyDllXCANRoi4NkFxHLRjKFBzW
        DCeflqAlJcBUqg9PK1K8W+hCoRBb2hi7q78YkrIzozwwOjAVBgNVHREEDjAMggpt
        ZWRpYS50ZXN0MBMGA1UdJQQMMAoGCCsGAQUFBwMBMAwGA1UdEwEB/wQCMAAwCgYI
        KoZIzj0EAwIDSQAwRgIhANRYDccKVwAptd2nGgmuLbBbvawBPOPsQ9HTWfWSftJU
        AiEA0WtHOldHXxBR1CHqKpD6wT8sHAv/Y/t4KiR14d6McI4=
        -----END CERTIFICATE-----
        """
    /// For the address 127.0.0.1.
    static let addressed = """
        -----BEGIN CERTIFICATE-----
        MIIBaDCCAQ6gAwIBAgIBAzAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZhdXRob3Jp
        dHkgb2YgdGhlIHRlc3RzMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
        WjAgMR4wHAYDVQQDDBVhIHNlcnZlciBvZiB0aGUgdGVzdHMwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAAS22loZoHA3mKDZbYZ61xCyDllXCANRoi4NkFxHLRjKFBzW
        DCeflqAlJcBUqg9PK1K8W+hCoRBb2hi7q78YkrIzozYwNDAPBgNVHREECDAGhwR/
        AAABMBMGA1UdJQQMMAoGCCsGAQUFBwMBMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0E
        AwIDSAAwRQIgUQixpQ+eNBiHtr0mgpgeVWVGlEirMpuDigZmt1hRX4cCIQCjC8PY
        2r3f6NW4o7VsIN9gje2gMdBaa7z4H5CNOIik/A==
        -----END CERTIFICATE-----
        """
    /// For both, until the end of 2020.
    static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBczCCARigAwIBAgIBBDAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZhdXRob3Jp
        dHkgb2YgdGhlIHRlc3RzMB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAwMFow
        IDEeMBwGA1UEAwwVYSBzZXJ2ZXIgb2YgdGhlIHRlc3RzMFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAEttpaGaBwN5ig2W2GetcQsg5ZVwgDUaIuDZBcRy0YyhQc1gwn
        n5agJSXAVKoPTytSvFvoQqEQW9oYu6u/GJKyM6NCMEAwGwYDVR0RBBQwEoIKbWVk
        aWEudGVzdIcEfwAAATATBgNVHSUEDDAKBggrBgEFBQcDATAMBgNVHRMBAf8EAjAA
        MAoGCCqGSM49BAMCA0kAMEYCIQCOi17TlpHIcxk+YKJlJu7JXyJDx+YFbL+Z+XRs
        ZQkFVgIhAJI2+nQ4Skydk/t95gALf8almqMNV8fTKRc2ULVDSbpn
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpEnKSq+B2J2RXI7s
        JMD8briimHYuSuSqAX8fL+Y6+BuhRANCAAS22loZoHA3mKDZbYZ61xCyDllXCANR
        oi4NkFxHLRjKFBzWDCeflqAlJcBUqg9PK1K8W+hCoRBb2hi7q78YkrIz
        -----END PRIVATE KEY-----
        """

    /// What a server with a certificate speaks TLS with.
    static func server(_ certificate: String) throws -> TLSConfiguration {
        .makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
    }

    /// What a client goes by that trusts the authority beside the system's own.
    static func client() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = [
            .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        ]
        return configuration
    }
}
