import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `weflow serve` as a process of its own, asked by a client that is not ours.
struct ServeTests {
    /// A server that runs.
    private final class Serving {
        let process = Process()
        let port: Int
        let errors: String

        /// Starts a server and waits until it says its port.
        init(_ program: Program, _ arguments: [String] = [], _ variables: [String: String] = [:]) throws {
            errors = program.scratch.file("serve.\(UUID().uuidString)")
            try Data().write(to: URL(fileURLWithPath: errors))
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: Program.path)
            process.arguments = ["serve", "--port", "0"] + arguments
            process.environment = program.environment.merging(variables) { $1 }.filter { !$0.value.isEmpty }
            process.currentDirectoryURL = URL(fileURLWithPath: program.scratch.path)
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            port = try #require(Int(line.dropLast()))
        }

        deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

        /// Sends signals and waits for the end.
        func stop(_ signals: CInt...) -> Int32 {
            for signal in signals { kill(process.processIdentifier, signal) }
            process.waitUntilExit()
            return process.terminationReason == .uncaughtSignal
                ? 128 + process.terminationStatus : process.terminationStatus
        }

        func said() throws -> String { try String(contentsOfFile: errors, encoding: .utf8) }

        func get(_ target: String, token: String?) async throws -> (status: Int, body: [UInt8]) {
            var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(target)")))
            if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, Array(data))
        }
    }

    private func token(_ program: Program) throws -> String {
        String(try program.run(["token"]).text.dropLast())
    }

    @Test func anAnswerIsByteForByteWhatTheSubcommandPrints() async throws {
        let account = try FixtureAccount("raw-wal")
        let program = try Program(account)
        let serving = try Serving(program)
        let token = try token(program)
        let talkers = try #require(try account.truth()["messages"]).members.map(\.key).sorted()
        let group = try #require(talkers.first { $0.hasSuffix("@chatroom") })
        var pairs: [([String], String)] = [
            (["sessions"], "/api/v1/sessions"), (["contacts", "--limit", "3"], "/api/v1/contacts?limit=3"),
            (["sessions", "--format", "chatlab"], "/api/v1/sessions?format=chatlab"),
            (["group-members", group, "--with-counts"], "/api/v1/group-members?chatroomId=\(group)&withCounts=1"),
            (["pull", group, "--limit", "50"], "/api/v1/sessions/\(group)/messages?limit=50"),
            (["messages", "new"], "/api/v1/messages/new"),
            (
                ["messages", "new", "--since", "20000101", "--limit", "50"],
                "/api/v1/messages/new?since=20000101&limit=50"
            ),
        ]
        for talker in talkers {
            pairs += [
                (["messages", talker, "--detail"], "/api/v1/messages?talker=\(talker)&detail=1"),
                (
                    ["messages", talker, "--limit", "7", "--offset", "3", "--order", "asc"],
                    "/api/v1/messages?talker=\(talker)&limit=7&offset=3&order=asc"
                ),
                (["messages", talker, "--chatlab"], "/api/v1/messages?talker=\(talker)&chatlab=1"),
                (["messages", talker, "--keyword", "好"], "/api/v1/messages?talker=\(talker)&keyword=%E5%A5%BD"),
            ]
        }
        for (arguments, target) in pairs {
            let printed = try program.run(arguments)
            let answer = try await serving.get(target, token: token)
            #expect(printed.status == 0 && answer.status == 200)
            #expect(
                Self.withoutClocks(printed.text)
                    == Self.withoutClocks(String(decoding: answer.body, as: UTF8.self) + "\n"))
        }
        #expect(serving.stop(SIGTERM) == 0)
    }

    /// The text without what is the time of the run.
    private static func withoutClocks(_ text: String) -> String {
        text.replacing(/"(exportedAt|updatedAt|watermark)":\d+|"cursor":"[^"]+"/, with: "")
    }

    @Test func itSaysWhereItListensAndHowToCallIt() async throws {
        let program = try Program(try FixtureAccount("none"))
        let serving = try Serving(program, ["--verbose"])
        let token = try token(program)
        _ = try await serving.get("/health?secret=1", token: nil)
        #expect(try await serving.get("/api/v1/sessions?access_token=\(token)", token: nil).status == 200)
        let health = try program.run(["health", "--url", "http://127.0.0.1:\(serving.port)"])
        #expect(health.text == "{\"status\":\"ok\"}\n" && health.status == 0)
        let said = try serving.said()
        #expect(said.hasPrefix("weflow: listening on http://127.0.0.1:\(serving.port)\nweflow: try: curl -H "))
        #expect(said.contains("GET /health 200") && said.contains("GET /api/v1/sessions 200"))
        #expect(!said.contains(token) && !said.contains("secret"))
        #expect(serving.stop(SIGINT) == 0)
        #expect(try program.run(["health", "--url", "http://127.0.0.1:\(serving.port)"]).status == 69)
    }

    @Test func aSecondSignalEndsAtOnce() throws {
        let program = try Program(try FixtureAccount("none"))
        let serving = try Serving(program)
        // A request that is never finished keeps the server waiting.
        let socket = socket(AF_INET, streamSocket, 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(serving.port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        #expect(isConnected)
        let request = "POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
        #expect(write(socket, request, request.utf8.count) == request.utf8.count)
        var byte: UInt8 = 0
        #expect(read(socket, &byte, 1) == 1)
        kill(serving.process.processIdentifier, SIGINT)
        Thread.sleep(forTimeInterval: 0.2)
        #expect(serving.stop(SIGTERM) == 128 + SIGTERM)
    }

    @Test func pushIsSwitchedWithoutARestart() async throws {
        let program = try Program(try FixtureAccount("none"))
        let serving = try Serving(program)
        let token = try token(program)
        let target = "/api/v1/push/messages"
        #expect(try await serving.get(target, token: token).status == 403)
        #expect(try program.run(["push", "on"]).status == 0)
        let watch = try program.shell(
            """
            "$WEFLOW" push watch --url http://127.0.0.1:\(serving.port) 2> err & watcher=$!
            sleep 1; "$WEFLOW" push off; "$WEFLOW" push watch --url http://127.0.0.1:\(serving.port); echo $?
            kill -INT $watcher; wait $watcher; echo $?; cat err
            """)
        #expect(watch.text == "77\n0\n" && watch.errors.contains("Message push is disabled"))
        #expect(try await serving.get(target, token: token).status == 403)
        #expect(serving.stop(SIGTERM) == 0)
    }

    @Test func settingsAreRemembered() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let chats = try #require(account.truth()["messages"]).members.keys.sorted().prefix(2)
        let list = chats.joined(separator: ", ")
        let first = try Serving(program, ["--push", "--push-filter", "whitelist", "--push-list", list])
        #expect(first.stop(SIGTERM) == 0)
        let second = try Serving(program)
        #expect(second.stop(SIGTERM) == 0)
        let remembered = try JSON(parsing: program.scratch.bytes(of: "state/weflow/serve.json"))
        #expect(remembered["push"] == .bool(true) && remembered["pushFilter"] == .string("whitelist"))
        #expect(remembered["pushList"] == .array(chats.map { .string($0) }))
        let third = try Serving(program, ["--no-push"])
        #expect(third.stop(SIGTERM) == 0)
        #expect(try JSON(parsing: program.scratch.bytes(of: "state/weflow/serve.json"))["push"] == .bool(false))
    }

    @Test func aRotatedTokenHoldsAtOnce() async throws {
        let program = try Program(try FixtureAccount("none"))
        let serving = try Serving(program)
        let old = try token(program)
        #expect(try await serving.get("/api/v1/sessions", token: old).status == 200)
        let new = String(try program.run(["token", "--rotate"]).text.dropLast())
        #expect(try await serving.get("/api/v1/sessions", token: old).status == 401)
        #expect(try await serving.get("/api/v1/sessions", token: new).status == 200)
    }

    @Test func aKeyThatIsMendedCountsWithoutARestart() async throws {
        let account = try FixtureAccount("raw-wal")
        let program = try Program(account)
        let key = program.scratch.file("key")
        func write(_ text: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: key))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        }
        try write(String(repeating: "0f", count: 32))
        let serving = try Serving(program, ["--key-file", key], ["WEFLOW_KEY": ""])
        let token = try token(program)
        let refused = try await serving.get("/api/v1/sessions", token: token)
        #expect(refused.status == 503)
        #expect(String(decoding: refused.body, as: UTF8.self).contains("the key does not fit"))
        #expect(try await serving.get("/health", token: nil).status == 200)
        try write(try #require(account.key))
        #expect(try await serving.get("/api/v1/sessions", token: token).status == 200)
    }

    @Test func whatCannotBeServedIsASentence() throws {
        let account = try FixtureAccount("none")
        let program = try Program(account)
        let serving = try Serving(program)
        for (arguments, status, says) in [
            (["--port", "\(serving.port)"], 69, "port \(serving.port) is in use"),
            (["--host", "0.0.0.0"], 64, "is not a loopback address"),
            (["--port", "70000"], 64, "--port must lie between"),
            (["--push-filter", "some"], 64, "--push-filter must be all, whitelist or blacklist"),
        ] as [([String], Int32, String)] {
            let outcome = try program.run(["serve"] + arguments)
            #expect(outcome.status == status)
            #expect(outcome.errors.contains(says), "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
        let nowhere = try program.run(["serve"], ["WEFLOW_ACCOUNT": ""])
        #expect(nowhere.status == 78 && nowhere.errors.contains("no account folder is given"))
    }

    @Test func theDescriptionIsPrintedWithoutAServer() throws {
        let outcome = try Program().run(["openapi"])
        #expect(outcome.status == 0)
        #expect(try outcome.json()["openapi"] == .string("3.1.0"))
        #expect(try outcome.json()["paths"]?["/api/v1/messages"]?["get"] != nil)
    }
}

#if canImport(Darwin)
    private let streamSocket = SOCK_STREAM
#else
    private let streamSocket = CInt(SOCK_STREAM.rawValue)
#endif
