import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// How a connection is set up and served: HTTP/1.1 with the limits, its work cancelled when the connection is closed.
struct ConnectionSetup: ServerChildChannel {
    private let http: HTTP1Channel

    init(limits: Limits, connections: Connections, responder: Responder) {
        http = HTTP1Channel(
            responder: { request, writer, channel in
                try await responder.respond(to: request, writer: writer, on: channel)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(limits: limits, connections: connections)],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerField, maxHeaderListSize: limits.headerList,
                    maxHeaderFieldCount: limits.headerCount)))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        http.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        let loop = LoopExecutor(value.channel.eventLoop)
        let work = Task(executorPreference: loop) {
            await http.handle(value: value, logger: logger)
            withExtendedLifetime(loop) {}
        }
        value.channel.closeFuture.whenComplete { _ in work.cancel() }
        await work.value
    }
}
