internal import Foundation

/// One program that takes part.
struct Contender {
    /// Where its output goes.
    enum Output: String {
        /// To `/dev/null`.
        case null
        /// Into a pipe that is read at once.
        case drain
        /// The same, and the lines are counted and hashed.
        case check
    }

    /// Which time counts.
    enum Clock {
        /// From before the process starts until it has ended and its output is read.
        case process
        /// What the program says it took, its start not counted.
        case inside
    }

    /// What the table calls it.
    let label: String
    /// The program and its arguments.
    let command: [String]
    /// Where its output goes.
    var output = Output.null
    /// Which time counts.
    var clock = Clock.process
    /// It runs in the first three rounds only.
    var isSlow = false
    /// What is done before each run, not timed.
    var before: () throws -> Void = {}
}

/// What one run took.
struct Sample: Decodable, Equatable {
    /// Seconds.
    var wall: Double
    /// Seconds of all cores, user and system.
    var cpu: Double
    /// Bytes of memory at the most.
    var peak: Double
    /// Bytes read of files; 0 where the system does not tell.
    let read: Int
    let status: Int
    /// Of the output.
    let bytes: Int
    /// Of the output, where it was checked.
    let lines: Int
    /// Of the output's lines in any order, where it was checked.
    let digest: String

    /// The middle of several runs, each figure for itself.
    static func median(_ samples: [Sample]) -> Sample? {
        guard var middle = samples.first else { return nil }
        middle.wall = Statistics.median(samples.map(\.wall))
        middle.cpu = Statistics.median(samples.map(\.cpu))
        middle.peak = Statistics.median(samples.map(\.peak))
        return middle
    }
}

/// Programs that run by turns, so that whatever else the machine does meets them all.
struct Contest {
    private let workshop: Workshop
    private var samples: [String: [Sample]] = [:]
    private var labels: [String: String] = [:]
    private var drained: Set<String> = []

    /// Runs all, by turns, after a round that is not counted.
    ///
    /// - Parameters:
    ///   - workshop: where the programs are.
    ///   - rounds: how often.
    ///   - contenders: by a name to ask for them later.
    /// - Throws: `Workshop.Failure` where one of them fails.
    init(_ workshop: Workshop, rounds: Int, _ contenders: [(name: String, contender: Contender)]) throws {
        self.workshop = workshop
        for (name, contender) in contenders {
            labels[name] = contender.label
            if contender.output != .null { drained.insert(name) }
        }
        for round in 0...rounds {
            for (name, contender) in contenders where !contender.isSlow || (1...3).contains(round) {
                let sample = try Self.run(contender, workshop)
                if round > 0 { samples[name, default: []].append(sample) }
            }
        }
    }

    /// The medians of a contender.
    func result(_ name: String) throws -> Sample {
        guard let sample = Sample.median(samples[name] ?? []) else {
            throw Workshop.Failure(description: "\(name) did not take part")
        }
        return sample
    }

    /// A line of the table: `ours` against `theirs`, and at most this ratio as the goal.
    ///
    /// - Parameters:
    ///   - what: what was done.
    ///   - ours: the name of one contender.
    ///   - theirs: the name of the other.
    ///   - goal: the largest ratio that is wanted.
    ///   - frames: the share of the account's compressed contents that ours has to decompress; nil where there is no limit
    ///     to be told.
    ///   - byProcessor: whether processor times are what is compared.
    /// - Returns: the line.
    /// - Throws: `Workshop.Failure` where one of them did not take part.
    func line(
        _ what: String, _ ours: String, _ theirs: String, goal: Double? = nil, frames: Double? = nil,
        byProcessor: Bool = false
    ) throws -> Line {
        let (a, b) = (try result(ours), try result(theirs))
        let ratio = byProcessor ? a.cpu / b.cpu : a.wall / b.wall
        var line = Line(
            what: what, ours: Report.time(a.wall), peer: labels[theirs] ?? theirs, theirs: Report.time(b.wall),
            ratio: Report.ratio(ratio), goal: goal.map { "≤ \($0.formatted())" } ?? "", met: goal.map { ratio <= $0 },
            cpu: "\(Report.time(a.cpu)) / \(Report.time(b.cpu))",
            peak: "\(Report.megabytes(a.peak)) / \(Report.megabytes(b.peak))")
        if byProcessor { (line.ours, line.theirs) = (Report.time(a.cpu), Report.time(b.cpu)) }
        line.limit = try frames.map { try limit(of: ours, frames: $0) } ?? ""
        return line
    }

    /// How many times the least processor time a run took that this machine needs for what it read, decompressed and gave
    /// out, and that time; empty where the system does not tell what was read.
    func limit(of name: String, frames: Double) throws -> String {
        let sample = try result(name)
        guard sample.read > 0 else { return "" }
        let speeds = try workshop.speeds()
        let least = speeds.limit(
            of: sample, frames: Int(frames * Double(speeds.frames)), isDrained: drained.contains(name))
        return "\(Report.ratio(sample.cpu / least)) × \(Report.time(least))"
    }

    /// Runs one contender once.
    static func run(_ contender: Contender, _ workshop: Workshop, output: Contender.Output? = nil) throws -> Sample {
        try contender.before()
        let report = workshop.path("report")
        if FileManager.default.fileExists(atPath: report) { try FileManager.default.removeItem(atPath: report) }
        let errors = workshop.path("errors")
        let answer = try Workshop.output(
            of: [workshop.path("meter"), (output ?? contender.output).rawValue, errors] + contender.command,
            environment: workshop.environment)
        var sample = try JSONDecoder().decode(Sample.self, from: Data(answer.utf8))
        guard sample.status == 0 else {
            let said = try String(contentsOfFile: errors, encoding: .utf8)
            throw Workshop.Failure(
                description: "\(contender.command.joined(separator: " ")) ended with \(sample.status): \(said)")
        }
        if contender.clock == .inside {
            let text = try String(contentsOfFile: report, encoding: .utf8)
            guard let seconds = text.split(separator: " ").first.flatMap({ Double($0) }) else {
                throw Workshop.Failure(description: "\(contender.label) reported no time")
            }
            sample.wall = seconds
        }
        return sample
    }

    /// Makes sure that programs print the same lines, in any order.
    static func agree(_ workshop: Workshop, _ contenders: [Contender], lines: Int? = nil) throws {
        let samples = try contenders.map { try run($0, workshop, output: .check) }
        for (sample, contender) in zip(samples, contenders) {
            if let lines, sample.lines != lines {
                throw Workshop.Failure(
                    description: "\(contender.label) prints \(sample.lines) lines instead of \(lines)")
            }
            guard sample.digest == samples[0].digest else {
                throw Workshop.Failure(
                    description: "\(contenders[0].label) and \(contender.label) do not print the same: "
                        + "\(contenders[0].command) against \(contender.command)")
            }
        }
    }
}

/// What becomes of numbers.
enum Statistics {
    /// The middle one, or the mean of the two in the middle; 0 of none.
    static func median(_ numbers: [Double]) -> Double {
        guard !numbers.isEmpty else { return 0 }
        let sorted = numbers.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The exponent with which `y` grows from one point to the next, where it grew like a power of `x`.
    static func exponent(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) -> Double {
        log(b.y / a.y) / log(b.x / a.x)
    }
}
