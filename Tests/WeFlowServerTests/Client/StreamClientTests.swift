import Foundation
import HTTPTypes
import NIOCore
import Synchronization
import Testing
import WeFlowArrivals
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowServer

@Suite struct StreamClientTests {
    @Test(arguments: [1, 2, 3, 1000])
    func eventsAreTakenApartWhereverTheBytesAreCut(step: Int) throws {
        let text =
            "\u{3A} ping\n\nid: 7\nevent: a\ndata: x\r\n\r\ndata:1\rdata: 2\n\nid: 8\n\nevent: b\nretry: 3\ndata\n\ndata: cut"
        var parser = EventParser()
        var events: [StreamEvent] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            parser.take(bytes[start..<min(start + step, bytes.count)]) { events.append($0) }
        }
        #expect(
            events == [
                StreamEvent(id: "7", name: "a", data: "x"), StreamEvent(id: nil, name: "message", data: "1\n2"),
                StreamEvent(id: nil, name: "b", data: ""),
            ])
    }

    @Test(arguments: [1, 2, 3, 1000])
    func chunksAreTakenApartWhereverTheBytesAreCut(step: Int) {
        let bytes = Array("3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n".utf8)
        var parser = ChunkParser()
        var content: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            content += parser.take(bytes[start..<min(start + step, bytes.count)])
        }
        #expect(String(decoding: content, as: UTF8.self) == "abc0123456789" && parser.isOver)
    }

    @Test(arguments: ["x\r\n", "-1\r\n", "ffffffffffffffffff\r\n", String(repeating: "0", count: 1000)])
    func whatIsNoChunkEndsTheStream(text: String) {
        var parser = ChunkParser()
        #expect(parser.take(Array(text.utf8)[...]).isEmpty && parser.isOver)
    }

    private static func token() throws -> AccessToken { try #require(AccessToken(RunningServer.token)) }

    /// Takes so many events, then stops.
    private static func follow(_ port: Int, _ count: Int, after last: String? = nil) throws -> [StreamEvent] {
        let client = try StreamClient(
            ServerAddress("http://127.0.0.1:\(port)"), filter: PushFilter(talkers: ["a b"]), pause: 1, token: token)
        var events: [StreamEvent] = []
        let end = try client.run(after: last, output: -1, warn: { _ in }) { event in
            events.append(event)
            if events.count == count { client.stop() }
        }
        #expect(end == .stopped)
        return events
    }

    @Test func itComesBackAndGoesOnWhereItWas() async throws {
        let asked = Mutex<[String]>([])
        let endpoint = Endpoint(
            "/api/v1/push/messages",
            operation: Operation(name: "push", summary: "", declared: PushRequest.parameters, content: [])
        ) { call, _ in
            let last = HTTPField.Name("Last-Event-ID").flatMap { call.headers[$0] }
            let talker = try call.parameters[CommonParameters.talkers].joined(separator: ",")
            let number = asked.withLock { asked in
                asked.append("\(last ?? "none") \(talker)")
                return asked.count
            }
            return Answer { writer in
                try await writer.send(ByteBuffer(string: "event: ready\ndata: {}\n\n"))
                try await writer.send(
                    ByteBuffer(string: "id: \(number)\nevent: message.new\ndata: {\"n\":\(number)}\n\n"))
            }
        }
        try await RunningServer.run(endpoints: [endpoint]) { server in
            let events = try await RawConnection.onThread { try Self.follow(server.port, 3) }
            #expect(events.map(\.id) == ["1", "2", "3"] && events.map(\.data) == [1, 2, 3].map { "{\"n\":\($0)}" })
        }
        #expect(asked.withLock { $0.prefix(3) } == ["none a b", "1 a b", "2 a b"])
    }

    @Test func itSaysWhyItIsRefused() async throws {
        let port = try await RunningServer.run { server in
            try await RawConnection.onThread {
                #expect {
                    try Self.follow(server.port, 1)
                } throws: { error in
                    (error as? WeFlowError)?.kind == .forbidden && "\(error)".hasSuffix("Message push is disabled")
                }
                let client = try StreamClient(ServerAddress("http://127.0.0.1:\(server.port)"), filter: PushFilter()) {
                    try #require(AccessToken("wrong"))
                }
                #expect {
                    try client.run(after: nil, output: -1, warn: { _ in }) { _ in }
                } throws: { ($0 as? WeFlowError)?.kind == .unauthorized }
            }
            return server.port
        }
        #expect { try Self.follow(port, 1) } throws: { ($0 as? WeFlowError)?.kind == .network }
    }
}
