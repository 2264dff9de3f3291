import Foundation

/// The built `weflow`, run in a scratch folder that stands for a user's home.
public struct Program {
    /// What a run left behind.
    public struct Outcome {
        /// The exit status, or 128 and the signal that ended it.
        public let status: Int32
        /// The standard output.
        public let output: [UInt8]
        /// The standard error.
        public let errors: String

        /// The standard output as text.
        public var text: String { String(decoding: output, as: UTF8.self) }
        /// The standard output as JSON.
        public func json() throws -> JSON { try JSON(parsing: output) }
    }

    /// The folder that the program runs in: home, configuration, state and data lie below it.
    public let scratch: ScratchFolder
    /// The environment of every run.
    public var environment: [String: String]

    /// Prepares runs on an account.
    public init(_ account: FixtureAccount? = nil) throws {
        scratch = try ScratchFolder()
        environment = [
            "HOME": scratch.path, "XDG_CONFIG_HOME": scratch.file("config"), "XDG_STATE_HOME": scratch.file("state"),
            "XDG_DATA_HOME": scratch.file("data"), "TZ": "Asia/Shanghai", "PATH": "/usr/bin:/bin", "WEFLOW": Self.path,
        ]
        // What a sanitizer is told about the tests holds for the program, too.
        for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"] { environment[name] = ProcessInfo.processInfo.environment[name] }
        if let account {
            environment["WEFLOW_ACCOUNT"] = account.path
            environment["WEFLOW_KEY"] = account.key
        }
    }

    /// The program that is run: what `WEFLOW_PROGRAM` names, a release say, else what the build put beside the tests.
    public static let path: String = {
        if let named = ProcessInfo.processInfo.environment["WEFLOW_PROGRAM"] {
            return URL(fileURLWithPath: named).path
        }
        #if os(Linux)
            let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
            let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
            let tests = URL(fileURLWithPath: bundle.bundlePath)
        #endif
        return tests.deletingLastPathComponent().appendingPathComponent("weflow").path
    }()

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: its arguments.
    ///   - input: what stands on its standard input.
    ///   - variables: environment variables of this run; an empty one is removed.
    ///   - seconds: when it is killed, where it is not to come to its end.
    /// - Returns: what it left behind.
    /// - Throws: why it cannot be started.
    public func run(
        _ arguments: [String], input: String = "", _ variables: [String: String] = [:],
        killedAfter seconds: Double? = nil
    ) throws -> Outcome {
        try start(Self.path, arguments, input: input, variables, killedAfter: seconds)
    }

    /// Runs a shell script to its end, in which `$WEFLOW` is the program.
    public func shell(_ script: String, _ variables: [String: String] = [:]) throws -> Outcome {
        try start("/bin/sh", ["-c", script], input: "", variables)
    }

    /// Runs a shell script to its end, with something on its standard input.
    public func run(shell script: String, input: String) throws -> Outcome {
        try start("/bin/sh", ["-c", script], input: input, [:])
    }

    private func start(
        _ executable: String, _ arguments: [String], input: String, _ variables: [String: String],
        killedAfter seconds: Double? = nil
    ) throws -> Outcome {
        // Files take any amount without a reader, so one thread is enough.
        let name = UUID().uuidString
        let files = ["in", "out", "err"].map { scratch.file(".\(name).\($0)") }
        try Data(input.utf8).write(to: URL(fileURLWithPath: files[0]))
        for file in files[1...] { try Data().write(to: URL(fileURLWithPath: file)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
        process.environment = environment.merging(variables) { $1 }.filter { !$0.value.isEmpty }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: files[0]))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files[1]))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files[2]))
        try process.run()
        if let seconds {
            Thread.sleep(forTimeInterval: seconds)
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        let output = try Data(contentsOf: URL(fileURLWithPath: files[1]))
        let errors = try Data(contentsOf: URL(fileURLWithPath: files[2]))
        for file in files { try FileManager.default.removeItem(atPath: file) }
        let status = process.terminationStatus
        return Outcome(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status, output: Array(output),
            errors: String(decoding: errors, as: UTF8.self))
    }
}
