import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters

@testable import WeFlowMoments
@testable import WeFlowQuery

struct QueryStringFuzzTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func anyQueryAndBodyGiveARequestOrAUsageError(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let queries = [
            "talker=wxid_a&limit=20&start=20260101&end=2026-01-31T08%3A30%3A00%2B08:00&keyword=%E5%8F%91%E7%A5%A8",
            "usernames=a,b&media=1&replace=0&inline=no&offset=-3",
            "chatroomId=1%40chatroom&withCounts=TRUE&=x&a&&b=%zz",
        ]
        let bodies = [
            #"{"talker": "wxid_a", "limit": 50.0, "media": true, "keyword": null, "usernames": ["a", "b"]}"#,
            #"{"outputDir": "/x", "format": "html", "exportMedia": "yes", "start": 1760000121.0}"#,
        ]
        for round in 0..<400 {
            let query = random.damaged(Array(queries[round % queries.count].utf8))
            let body = random.damaged(Array(bodies[round % bodies.count].utf8))
            let json: JSONValue?
            do { json = try JSONValue(parsing: body) } catch { json = nil }
            do throws(WeFlowError) {
                let parameters = try Parameters(
                    query: QueryString(String(decoding: query, as: UTF8.self)), body: json)
                _ = try SessionsRequest(parameters)
                _ = try ContactsRequest(parameters)
                _ = try TimelineRequest(parameters)
                _ = try MomentsExportRequest(parameters)
                _ = try MessagesRequest(parameters)
            } catch {
                #expect(error.kind == .usage)
                #expect(!error.sentence.contains("\n"))
            }
        }
    }
}
