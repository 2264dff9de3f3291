import Testing

@testable import WeFlowServer

struct ReceivedHeadTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n\r\nbody", 200), ("HTTP/1.0 404\r\n\r\nbody", 404),
        ("http/1.1 200 OK\r\nA: b\r\n\r\nbody", 200), ("HTTP/2 200\r\n\r\nbody", nil), ("SSH-2.0-x\r\n\r\nbody", nil),
        ("\r\n\r\nbody", nil),
    ])
    func itsStatusIsRead(answer: String, status: Int?) throws {
        let bytes = Array(answer.utf8)
        let head = try #require(ReceivedHead(of: bytes))
        #expect(head.status == status)
        #expect(String(decoding: bytes[head.end...], as: UTF8.self) == "body")
    }

    @Test func itsFieldsAreReadInAnyCaseAndSpacing() throws {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding:chunked \r\nCONTENT-LENGTH: \t12\r\nEmpty:\r\n\r\n"
        let head = try #require(ReceivedHead(of: Array(text.utf8)))
        #expect(head.value("transfer-encoding") == "chunked" && head.value("content-length") == "12")
        #expect(head.value("empty") == "" && head.value("content") == nil)
    }

    @Test func aHeadThatIsNotAllThereIsNone() {
        let text = Array("HTTP/1.1 200 OK\r\nA: b\r\n\r\n".utf8)
        for count in text.indices { #expect(ReceivedHead(of: Array(text[..<count])) == nil) }
    }
}
