internal import Foundation

/// What the command line asks for.
struct Options: Equatable {
    /// How many messages the largest account holds; the others hold a tenth and a hundredth.
    var scale = 1_000_000
    /// Which parts to run, all where empty.
    var only: Set<Suite> = []
    /// How often each program runs; short ones run four times as often.
    var repetitions = 5
    /// The program to measure.
    var weflow: String
    /// Where accounts and peers are kept for the next run; nil: in a temporary folder, removed at the end.
    var folder: String?
    /// The Python that makes the virtual environment.
    var python = "python3"
    /// How many seconds of requests the server gets before its memory is read.
    var minute = 60.0
    /// What was typed, for the report.
    let command: String

    /// An argument that is not understood.
    struct Failure: Error, Equatable, CustomStringConvertible {
        /// The sentence.
        let description: String
    }

    /// What `--help` prints.
    static let help = """
        .build/release/weflow-bench
        .build/release/weflow-bench --scale 100000 --only export,cold --folder ~/weflow-bench

        Measures weflow against SQLCipher, SQLite and Python on accounts of 10,000, 100,000 and 1,000,000 messages that
        it makes itself, and prints a table; searches also against ripgrep, where it is. Wants python3 with venv, cc, nm,
        libsqlite3-dev and libzstd-dev, about 3 GB in the folder, and an idle machine.

          --weflow PATH       the program to measure (default: the one beside this one)
          --scale N           messages of the largest account (default: 1000000)
          --only A,B          some parts: \(Suite.allCases.map(\.rawValue).joined(separator: ", "))
          --repetitions N     runs of each program, short ones four times as many (default: 5)
          --folder DIR        keep accounts and peers there, and use what is there (default: a temporary folder)
          --python PATH       the Python that makes the virtual environment (default: python3)
          --minute SECONDS    of requests before the server's memory is read (default: 60)
        """

    /// Reads the arguments; nil where they ask for help.
    init?(_ arguments: [String]) throws(Failure) {
        command = ([".build/release/weflow-bench"] + arguments).joined(separator: " ")
        let own = Bundle.main.executablePath ?? CommandLine.arguments[0]
        weflow = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("weflow").path
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--help" || name == "-h" { return nil }
            guard
                ["--weflow", "--scale", "--only", "--repetitions", "--folder", "--python", "--minute"].contains(name)
            else { throw Failure(description: "\(name): no such option; see --help") }
            guard let value = rest.popFirst() else { throw Failure(description: "\(name): wants a value") }
            switch name {
            case "--weflow": weflow = URL(fileURLWithPath: value).path
            case "--folder": folder = URL(fileURLWithPath: value).path
            case "--python": python = value
            case "--scale": scale = try Self.number(value, name, 1000...100_000_000)
            case "--repetitions": repetitions = try Self.number(value, name, 1...1000)
            case "--minute": minute = Double(try Self.number(value, name, 1...3600))
            default:
                for part in value.split(separator: ",") {
                    guard let suite = Suite(rawValue: String(part)) else {
                        throw Failure(description: "--only: no part is called \(part); see --help")
                    }
                    only.insert(suite)
                }
            }
        }
    }

    private static func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(Failure) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Failure(
                description: "\(name): \(text) is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
