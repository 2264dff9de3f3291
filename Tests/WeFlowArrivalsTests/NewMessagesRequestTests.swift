import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowArrivals

@Suite("What is asked of what arrived")
struct NewMessagesRequestTests {
    private func http(_ query: String) throws -> Parameters { try Parameters(query: QueryString(query)) }

    @Test("new messages: a cursor wins over since, neither is the unread ones")
    func newMessages() throws {
        #expect(try NewMessagesRequest(http("talker=a")).beginning == .unread)
        #expect(try NewMessagesRequest(http("since=5")).beginning == .since(5))
        let cursor = ArrivalCursor(account: 1, journal: 2, position: 3, chain: 4, time: 5)
        #expect(try NewMessagesRequest(http("since=5&cursor=\(cursor.text)")).beginning == .cursor(cursor))
        #expect(throws: WeFlowError.self) { try NewMessagesRequest(http("since=x&cursor=\(cursor.text)")) }
        #expect(throws: WeFlowError.self) { try NewMessagesRequest(http("cursor=c")) }
        let request = try NewMessagesRequest(http("talker=a,b&exclude=c&received=1&wait=99&media=1&emoji=0"))
        #expect(request.talkers == ["a", "b"] && request.exclude == ["c"] && request.received && request.wait == 60)
        #expect(request.media.kinds == [.image, .voice, .video])
        #expect(throws: WeFlowError.self) { try NewMessagesRequest(http("format=jsonl")) }
        #expect(try NewMessagesRequest(Parameters(commandLine: ["format": "jsonl"])).format == .jsonl)
    }

    @Test("the number 0 is no bound, on both sides", arguments: ["0", "0.0", "-0", "00"])
    func noBound(zero: String) throws {
        #expect(try NewMessagesRequest(http("since=\(zero)")).beginning == .unread)
        #expect(try NewMessagesRequest(Parameters(commandLine: ["since": zero])).beginning == .unread)
    }

    @Test("any texts give a request or an error that says whose fault it is", arguments: 0..<10)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let names = ["talker", "limit", "since", "keyword", "format", "media", "image", "wait", "exclude", "cursor"]
        let alphabet = Array("0123456789-:.TZ+ eE,%truefals=&你c".utf8)
        for _ in 0..<500 {
            let query = names.compactMap { name in
                guard Bool.random(using: &random) else { return nil }
                let value = (0..<Int.random(in: 0..<24, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                }
                return name + "=" + String(decoding: value, as: UTF8.self)
            }.joined(separator: "&")
            do {
                _ = try NewMessagesRequest(http(query))
            } catch let error as WeFlowError {
                #expect(error.kind == .usage)
            } catch {
                Issue.record("\(query): \(error)")
            }
        }
    }
}
