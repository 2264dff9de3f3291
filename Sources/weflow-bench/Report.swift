internal import Foundation

/// A line of the table.
struct Line: Equatable {
    var what: String
    var ours: String
    var peer: String
    var theirs: String
    var ratio: String
    var goal: String
    /// Nil where there is no goal.
    var met: Bool?
    /// Processor time as a multiple of what this machine needs at least; empty where it is not told.
    var limit = ""
    var cpu = ""
    var peak = ""
}

/// How results are printed.
enum Report {
    /// The table, with the machine's facts above it.
    static func markdown(_ lines: [Line], machine: [String], _ options: Options) -> String {
        var text = "`\(options.command)`\n\n" + machine.map { "- \($0)\n" }.joined() + "\n"
        text +=
            "| what | weflow | peer | its median | ratio | goal | | CPU to its limit | CPU, weflow / peer "
            + "| peak memory, weflow / peer |\n"
        text += "| --- | ---: | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: |\n"
        for line in lines {
            let met = line.met.map { $0 ? "met" : "**missed**" } ?? ""
            let cells = [
                line.what, line.ours, line.peer, line.theirs, line.ratio, line.goal, met, line.limit, line.cpu,
                line.peak,
            ]
            text += "| " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }

    /// Seconds, in the unit that suits.
    static func time(_ seconds: Double) -> String {
        seconds < 1 ? String(format: "%.4g ms", seconds * 1000) : String(format: "%.3f s", seconds)
    }

    /// A ratio, three digits of it.
    static func ratio(_ ratio: Double) -> String { String(format: "%.3g", ratio) }

    /// Bytes, in units of 2^20.
    static func megabytes(_ bytes: Double) -> String { String(format: "%.1f MB", bytes / 1_048_576) }
}

/// What machine and which versions the figures are of.
enum Facts {
    /// A line for each.
    static func lines(_ workshop: Workshop, _ options: Options) throws -> [String] {
        let versions = try Workshop.output(of: [
            workshop.python, "-c",
            """
            import platform, sqlite3, sqlcipher3
            db = sqlcipher3.connect(":memory:")
            print("SQLCipher", db.execute("PRAGMA cipher_version").fetchone()[0] + " on SQLite", sqlcipher3.sqlite_version
                  + ", Python", platform.python_version() + ",", platform.platform())
            """,
        ])
        let weflow = try Workshop.output(of: [options.weflow, "--version"])
        let speeds = workshop.knownSpeeds.map { [$0.text] } ?? []
        return speeds + [
            "\(try processor()), \(ProcessInfo.processInfo.activeProcessorCount) cores, "
                + "\(ProcessInfo.processInfo.physicalMemory >> 30) GB",
            "weflow \(weflow); \(versions)",
            "\(options.scale) messages; medians of \(options.repetitions) runs (short ones \(options.repetitions * 4), "
                + "slow ones \(min(3, options.repetitions))), by turns; load of the machine now \(load())",
        ]
    }

    private static func processor() throws -> String {
        #if canImport(Darwin)
            return try Workshop.output(of: ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"])
        #else
            let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
            return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown processor"
        #endif
    }

    private static func load() -> String {
        var averages = [0.0, 0, 0]
        return getloadavg(&averages, 3) > 0 ? String(format: "%.1f", averages[0]) : "unknown"
    }
}
