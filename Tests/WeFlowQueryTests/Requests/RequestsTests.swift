import TestSupport
import Testing
import WeFlowPages
import WeFlowParameters

@testable import WeFlowQuery

@Suite("Requests")
struct RequestsTests {
    private func http(_ query: String) throws -> Parameters { try Parameters(query: QueryString(query)) }

    @Test("messages: defaults")
    func messageDefaults() throws {
        let request = try MessagesRequest(http("talker=wxid_a"))
        #expect(request.talker == "wxid_a")
        #expect(request.limit == 100)
        #expect(request.offset == 0)
        #expect(request.order == .newestFirst)
        #expect(request.start == nil && request.end == nil && request.keyword == nil)
        #expect(request.format == .json)
        #expect(!request.detail && !request.partial)
        #expect(request.media == .none)
    }

    @Test("messages: since is start")
    func sinceIsStart() throws {
        #expect(try MessagesRequest(http("talker=wxid_a&since=5")).start == 5)
        #expect(try MessagesRequest(http("talker=wxid_a&since=5&start=5")).start == 5)
        #expect(throws: WeFlowError.self) { try MessagesRequest(http("talker=wxid_a&since=5&start=6")) }
    }

    @Test("messages: a text has no place for details")
    func detailsInText() throws {
        let given = Parameters(commandLine: ["talker": "wxid_a", "format": "text", "detail": "1"])
        #expect(throws: WeFlowError(.usage, "--detail has no place in a text; give --format json")) {
            try MessagesRequest(given)
        }
        #expect(throws: Never.self) {
            try MessagesRequest(Parameters(commandLine: ["talker": "wxid_a", "format": "text", "detail": "0"]))
        }
    }

    @Test("messages: everything given")
    func messagesInFull() throws {
        let request = try MessagesRequest(
            http(
                "talker=1@chatroom&limit=20000&offset=-4&order=ASC&start=1&end=2&keyword=+a+&format=JSON&chatlab=1"
                    + "&detail=yes&partial=1&meiti=1&tupian=0&vioce=1&emoji=off"))
        #expect(request.limit == 10_000)
        #expect(request.offset == 0)
        #expect(request.order == .oldestFirst)
        #expect(request.start == 1 && request.end == 2)
        #expect(request.keyword == "a")
        #expect(request.format == .json, "format beats chatlab")
        #expect(request.detail && request.partial)
        #expect(request.media == MediaSelection(isEnabled: true, kinds: [.voice, .video]))
    }

    @Test("messages: chatlab by either parameter, other forms on the command line alone")
    func messageFormats() throws {
        #expect(try MessagesRequest(http("talker=a&chatlab=true")).format == .chatlab)
        #expect(try MessagesRequest(http("talker=a&format=chatlab&chatlab=0")).format == .chatlab)
        #expect(throws: WeFlowError(.usage, "format must be json or chatlab; did you mean json?")) {
            try MessagesRequest(http("talker=a&format=jsonl"))
        }
        for format in MessageFormat.allCases {
            let parameters = Parameters(commandLine: ["talker": "a", "format": format.rawValue])
            #expect(try MessagesRequest(parameters).format == format)
        }
    }

    @Test(
        "messages: limit 0 is all on the command line, 1 over HTTP",
        arguments: [("0", nil, 1), ("0.0", nil, 1), ("20000", 20_000, 10_000), ("7", 7, 7)] as [(String, Int?, Int)])
    func messageLimits(text: String, commandLine: Int?, http: Int) throws {
        #expect(try MessagesRequest(Parameters(commandLine: ["talker": "a", "limit": text])).limit == commandLine)
        #expect(try MessagesRequest(self.http("talker=a&limit=\(text)")).limit == http)
    }

    @Test("kinds of media are judged even where media is off")
    func mediaKinds() throws {
        #expect(try MessagesRequest(http("talker=a&image=1")).media == .none)
        #expect(throws: WeFlowError.self) { try MessagesRequest(http("talker=a&image=maybe")) }
        #expect(
            try MessagesRequest(http("talker=a&media=1")).media
                == MediaSelection(isEnabled: true, kinds: [.image, .voice, .video, .emoji]))
        #expect(
            try MessagesRequest(http("talker=a&media=1&file=1")).media == MediaSelection(isEnabled: true, kinds: .all))
    }

    @Test("what is required is asked for by name")
    func required() {
        #expect(throws: WeFlowError.self) { try MessagesRequest(http("")) }
        #expect(
            throws: WeFlowError(.usage, "chatroomId is missing; give the id of a group, which ends in @chatroom")
        ) { try GroupMembersRequest(http("talker=")) }
        #expect(
            throws: WeFlowError(
                .usage, "--talker is missing; give the id of a chat, a wxid or an id with @chatroom")
        ) {
            try PullRequest(Parameters())
        }
    }

    @Test("sessions, contacts and group members")
    func lists() throws {
        let sessions = try SessionsRequest(http("keyword=a&limit=0&offset=3&format=chatlab"))
        #expect(sessions.keyword == "a" && sessions.limit == 1 && sessions.offset == 3 && sessions.format == .chatlab)
        #expect(throws: WeFlowError.self) { try SessionsRequest(http("format=text")) }
        let contacts = try ContactsRequest(http("keyword=++"))
        #expect(contacts.keyword == nil && contacts.limit == 100 && contacts.offset == 0)
        let members = try GroupMembersRequest(http("talker=1@chatroom&withCounts=1&forceRefresh=0"))
        #expect(members.chatroomID == "1@chatroom" && members.includeMessageCounts && !members.forceRefresh)
    }

    @Test("the number 0 is no bound, of any request and on both sides", arguments: ["0", "0.0", "-0", "00"])
    func noBound(zero: String) throws {
        for parameters in [
            try http("talker=a&start=\(zero)&end=\(zero)&since=\(zero)"),
            Parameters(commandLine: ["talker": "a", "start": zero, "end": zero, "since": zero]),
        ] {
            let messages = try MessagesRequest(parameters)
            #expect(messages.start == nil && messages.end == nil)
            let pull = try PullRequest(parameters)
            #expect(pull.since == 0 && pull.end == nil)
        }
        // A date that is the same moment is one.
        #expect(try MessagesRequest(http("talker=a&end=1970-01-01T00:00:00Z")).end == 0)
    }

    @Test("the command line names options, the API parameters")
    func labels() throws {
        let counts = GroupMembersRequest.includeMessageCounts
        #expect(Parameters().label(counts) == "--include-message-counts")
        #expect(Parameters().label(GroupMembersRequest.chatroomID) == "--chatroom-id")
        #expect(try http("").label(counts) == "includeMessageCounts")
        #expect(Parameters().label(MediaFile.path) == "<path>")
    }

    @Test("0 is no bound of a time")
    func noBound() throws {
        for parameter in [CommonParameters.start, CommonParameters.end, PullRequest.since] {
            let name = parameter.declaration.name
            #expect(try http("\(name)=0")[parameter] == nil)
            #expect(
                try Parameters(query: QueryString(""), body: JSONValue(parsing: Array(#"{"\#(name)": 0}"#.utf8)))[
                    parameter] == nil)
            #expect(try http("\(name)=1")[parameter] == 1)
            #expect(try http("\(name)=1970-01-01T00:00:00Z")[parameter] == 0)
        }
    }

    @Test("what can be given in another place only means nothing")
    func scopes() throws {
        #expect(try http("format=table")[ListFormat.parameter] == .json)
        #expect(try Parameters(commandLine: ["format": "table"])[ListFormat.parameter] == .table)
        #expect(try !Parameters(commandLine: ["partial": "1"])[CommonParameters.partial])
    }

    @Test("help is told for each place in its own words")
    func help() {
        let format = MessagesRequest.format.declaration
        #expect(format.help(in: .commandLine) == "json, jsonl, chatlab, chatlab-jsonl, csv or text. (default: json)")
        #expect(format.help(in: .http) == "json or chatlab.")
        #expect(
            SessionsRequest.format.declaration.help(in: .commandLine)
                == "json, chatlab, jsonl, csv or table, which is for reading. (default: json)")
        #expect(MediaSelection.image.declaration.help(in: .commandLine) == "With --media: pictures. (default: on)")
        #expect(MediaSelection.image.declaration.help(in: .http) == "With media: pictures.")
        #expect(
            MessagesRequest.limit.declaration.help(in: .commandLine)
                == "How many; 0 is all of them. (default: 100)")
    }

    @Test("pull")
    func pull() throws {
        let request = try PullRequest(http("limit=9999&format=whatever&since=0"), id: "1@chatroom")
        #expect(request.talker == "1@chatroom" && request.limit == 5000 && request.since == 0 && request.end == nil)
        #expect(try PullRequest(http("talker=b&since=5&end=9&offset=2")).offset == 2)
    }

    @Test("any texts give a request or a usage error", arguments: 0..<10)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let names = [
            "talker", "limit", "offset", "order", "start", "end", "since", "keyword", "chatlab", "format",
            "media", "meiti", "image", "wait", "exclude", "cursor",
        ]
        let alphabet = Array("0123456789-:.TZ+ eE,%truefals=&你".utf8)
        for _ in 0..<500 {
            let query = names.compactMap { name in
                guard Bool.random(using: &random) else { return nil }
                let value = (0..<Int.random(in: 0..<24, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                }
                return name + "=" + String(decoding: value, as: UTF8.self)
            }.joined(separator: "&")
            do {
                let parameters = try http(query)
                _ = try MessagesRequest(parameters)
                _ = try PullRequest(parameters)
            } catch let error as WeFlowError {
                #expect(error.kind == .usage)
            } catch {
                Issue.record("\(query): \(error)")
            }
        }
    }
}
