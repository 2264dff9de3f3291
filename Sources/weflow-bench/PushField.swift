internal import Foundation

/// How fast what arrives is told, and what that costs.
struct PushField {
    private let workshop: Workshop

    /// What `Peers/arrivals.py` measured, in milliseconds and percent of a core.
    private struct Arrivals: Decodable {
        struct Times: Decodable {
            let median: Double
            let p99: Double
            let missing: Int
        }
        let line: Times
        let stream: Times
        let idle: [String: Double]
        let message: [String: Double]
    }

    init(_ workshop: Workshop) { self.workshop = workshop }

    /// Runs it; nothing where what it reads of processes is not to be had.
    func lines() throws -> [Line] {
        #if canImport(Darwin)
            Workshop.say("push: left out, its client is for Linux")
            return []
        #else
            return try [20, 5000].flatMap { chats in try lines(chats: chats) }
        #endif
    }

    private func lines(chats: Int) throws -> [Line] {
        let folder = workshop.path("arrivals-\(getpid())-\(chats)")
        defer { Workshop.remove(folder) }
        let answer = try Workshop.output(of: [
            workshop.python, workshop.source("arrivals.py"), workshop.options.weflow, folder, "--chats", String(chats),
        ])
        let arrivals = try JSONDecoder().decode(Arrivals.self, from: Data(answer.utf8))
        guard arrivals.line.missing == 0, arrivals.stream.missing == 0 else {
            throw Workshop.Failure(description: "push: messages did not arrive within two seconds")
        }
        let idle = arrivals.idle.values.max() ?? 0
        return [
            line("commit to a line of `push watch`, \(chats) chats", arrivals.line),
            line("commit to a client of the stream", arrivals.stream),
            Line(
                what: "processor time of a message, watcher and server",
                ours: ["watcher", "server"].map { Report.time((arrivals.message[$0] ?? 0) / 1000) }
                    .joined(separator: ", "),
                peer: "", theirs: "", ratio: "", goal: "", met: nil),
            Line(
                what: "cost while nothing happens", ours: String(format: "%.2f %% of a core", idle), peer: "",
                theirs: "", ratio: "", goal: "≤ 0.5 %", met: idle <= 0.5),
        ]
    }

    private func line(_ what: String, _ times: Arrivals.Times) -> Line {
        Line(
            what: what, ours: "\(Report.time(times.median / 1000)), 99 % in \(Report.time(times.p99 / 1000))", peer: "",
            theirs: "", ratio: "", goal: "≤ 20 ms, 99 % in 100 ms", met: times.median <= 20 && times.p99 <= 100)
    }
}
