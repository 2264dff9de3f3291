internal import Foundation

/// The HTTP server against a bare loop that sends the same bytes.
struct ServerField {
    private let workshop: Workshop
    private let account: Account
    private static let connections = 16
    private static let seconds = 2.0

    private struct Load: Decodable {
        let rate: Double
        let median: Double
        let p99: Double
    }

    /// Finds the account.
    init(_ workshop: Workshop) throws {
        self.workshop = workshop
        account = try workshop.account(.raw, messages: workshop.options.scale)
    }

    /// Runs it; nothing where this weflow does not serve.
    func lines() throws -> [Line] {
        #if canImport(Darwin)
            Workshop.say("http: left out, its peer is for Linux")
            return []
        #else
            let help = try Workshop.output(of: [workshop.options.weflow, "--help"])
            guard help.contains("\n  serve ") else {
                Workshop.say("http: left out, this weflow has no serve")
                return []
            }
            let port = try Workshop.output(of: [workshop.path("http"), "port"])
            let server = Process()
            server.executableURL = URL(fileURLWithPath: workshop.options.weflow)
            server.arguments = [
                "serve", "--port", port, "--account", account.account, "--key-file", account.keyFile,
            ]
            server.environment = workshop.environment
            server.standardOutput = FileHandle.nullDevice
            server.standardError = FileHandle.nullDevice
            try server.run()
            defer {
                server.terminate()
                server.waitUntilExit()
            }
            return try measure(port: port, process: server.processIdentifier)
        #endif
    }

    private func measure(port: String, process: Int32) throws -> [Line] {
        try waitFor(port)
        let token = try Workshop.output(of: [workshop.options.weflow, "token"], environment: workshop.environment)
        let talker = account.talker.replacingOccurrences(of: "@", with: "%40")
        var lines: [Line] = []
        for (what, path, goal) in [
            ("`/health`", "/health", 0.5), ("`/api/v1/sessions` of 100", "/api/v1/sessions", 0.6),
            ("`/api/v1/messages` of 100", "/api/v1/messages?talker=\(talker)&limit=100", 0.25),
        ] {
            lines += try contest(what, request(path, port: port, token: token), port: port, goal: goal)
        }
        // The last request goes on until the minute is full.
        let elapsed = 3 * Self.seconds * Double(workshop.options.repetitions)
        _ = try load(port: port, seconds: max(1, workshop.options.minute - elapsed))
        let memory = try resident(process)
        lines.append(
            Line(
                what: "memory after \(Int(workshop.options.minute)) s of requests", ours: Report.megabytes(memory),
                peer: "", theirs: "", ratio: "", goal: "≤ 60 MB", met: memory <= 60 * 1_048_576))
        return lines
    }

    private func contest(_ what: String, _ request: String, port: String, goal: Double) throws -> [Line] {
        try Data(request.utf8).write(to: URL(fileURLWithPath: workshop.path("request")))
        let answer = workshop.path("answer")
        _ = try Workshop.output(of: [
            "/bin/sh", "-c", "\"$1\" fetch \"$2\" \"$3\" > \"$4\"", "sh", workshop.path("http"), port,
            workshop.path("request"), answer,
        ])
        let peer = Process()
        let pipe = Pipe()
        peer.executableURL = URL(fileURLWithPath: workshop.path("http"))
        peer.arguments = ["serve", answer]
        peer.standardOutput = pipe
        try peer.run()
        defer {
            peer.terminate()
            peer.waitUntilExit()
        }
        let said = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        let peerPort = said.trimmingCharacters(in: .whitespacesAndNewlines)
        var (ours, theirs): ([Load], [Load]) = ([], [])
        for _ in 0..<workshop.options.repetitions {
            ours.append(try load(port: port, seconds: Self.seconds))
            theirs.append(try load(port: peerPort, seconds: Self.seconds))
        }
        let (a, b) = (Statistics.median(ours.map(\.rate)), Statistics.median(theirs.map(\.rate)))
        let (late, theirLate) = (Statistics.median(ours.map(\.p99)), Statistics.median(theirs.map(\.p99)))
        return [
            Line(
                what: "\(what), \(Self.connections) connections", ours: "\(Int(a))/s", peer: "bare epoll loop",
                theirs: "\(Int(b))/s", ratio: Report.ratio(a / b), goal: "≥ \(goal.formatted())", met: a / b >= goal),
            Line(
                what: "99 % of them within", ours: Report.time(late), peer: "bare epoll loop",
                theirs: Report.time(theirLate), ratio: Report.ratio(late / theirLate), goal: "≤ 3",
                met: late / theirLate <= 3),
        ]
    }

    private func request(_ path: String, port: String, token: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(token)\r\n\r\n"
    }

    private func load(port: String, seconds: Double) throws -> Load {
        let answer = try Workshop.output(of: [
            workshop.path("http"), "load", port, workshop.path("request"), String(Self.connections), String(seconds),
        ])
        return try JSONDecoder().decode(Load.self, from: Data(answer.utf8))
    }

    private func waitFor(_ port: String) throws {
        try Data(request("/health", port: port, token: "").utf8)
            .write(to: URL(fileURLWithPath: workshop.path("request")))
        for _ in 0..<100 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: workshop.path("http"))
            process.arguments = ["fetch", port, workshop.path("request")]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            if process.terminationStatus == 0 { return }
            usleep(50_000)
        }
        throw Workshop.Failure(description: "weflow serve did not answer on port \(port) within 5 seconds")
    }

    /// Bytes of memory that a process has now.
    private func resident(_ process: Int32) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let number = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        guard let kilobytes = number.flatMap({ Double($0) }) else {
            throw Workshop.Failure(description: "the server has ended")
        }
        return kilobytes * 1024
    }
}
