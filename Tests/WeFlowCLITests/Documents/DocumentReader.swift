import Foundation
import TestSupport
import Testing

/// Somebody who reads a document from top to bottom and pastes each block: a home of their own, a clone of the repository
/// to stand in, and a machine on which nothing is installed, sent or opened for good.
final class DocumentReader {
    /// Programs that would change the machine or need a desktop, a network or a package that Debian has not: in their
    /// place stands one that notes its words and does nothing.
    private static let stubs = [
        "apt-get", "swift", "notify-send", "osascript", "xdg-open", "open", "claude", "systemctl", "launchctl",
        "duckdb",
    ]

    let program: Program
    /// Where the stubs note how they were called.
    private var log: String { program.scratch.file("called") }
    /// The table that `crontab` keeps.
    private var table: String { program.scratch.file("crontab") }

    /// Prepares the home.
    ///
    /// - Parameters:
    ///   - installed: whether the program lies in the home already; a document may install it.
    ///   - account: whether the sample account is set up already; a document may do that, too.
    /// - Throws: what the system refuses.
    init(installed: Bool = true, account: Bool) throws {
        var program = try Program()
        let scratch = program.scratch
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "WEFLOW"] { program.environment[name] = nil }
        program.environment["HOME"] = scratch.file("home")
        program.environment["PATH"] =
            ["stubs", "home/.local/bin"].map(scratch.file).joined(separator: ":") + ":/usr/bin:/bin"
        program.environment["TZ"] = "Asia/Shanghai"
        program.environment["LANG"] = "C.UTF-8"
        self.program = program

        for name in Self.stubs { try stub(name, "exit 0") }
        try stub("sudo", #"exec "$@""#)
        try stub("crontab", #"case $1 in -l) cat '\#(table)' ;; *) cat >'\#(table)' ;; esac"#)
        try scratch.put("", at: "crontab")
        // What would run for ever is stopped as by Ctrl-C; what `push watch` starts for an event it is given one.
        try scratch.put(
            #"""
            #!/bin/sh
            program='\#(Program.path)'
            case "$1 $2" in
            serve\ * | "push watch")
                # No port that a server of the user's may have.
                [ "$1" != serve ] || set -- "$@" --port 0
                timeout --preserve-status -s INT 2 "$program" "$@"
                status=$?
                while [ $# -gt 1 ]; do
                    if [ "$1" = --exec ]; then
                        printf '%s\n' '{"event":"message.new","sourceName":"妈妈","content":"-- \"吃饭了\" $HOME"}' |
                            sh -c "$2" || exit
                    fi
                    shift
                done
                [ $status = 0 ] || [ $status = 130 ] || exit $status ;;
            *) exec "$program" "$@" ;;
            esac

            """#, at: "stubs/weflow", mode: 0o755)
        // The clone: what a block names of the repository, and the release that the first block would have built.
        let files = FileManager.default
        try files.createDirectory(atPath: scratch.file("clone/.build/release"), withIntermediateDirectories: true)
        for name in ["man", "completions"] {
            try files.createSymbolicLink(
                atPath: scratch.file("clone/\(name)"), withDestinationPath: DocumentBlock.path(name))
        }
        try files.createSymbolicLink(
            atPath: scratch.file("clone/.build/release/weflow"), withDestinationPath: Program.path)
        try scratch.put(
            "#!/bin/sh\nmkdir -p .build/packages && : >.build/packages/weflow_1_amd64.deb\n", at: "clone/.ci/package",
            mode: 0o755)
        try files.createDirectory(atPath: scratch.file("home"), withIntermediateDirectories: true)
        if installed {
            try files.createDirectory(atPath: scratch.file("home/.local/bin"), withIntermediateDirectories: true)
            try files.createSymbolicLink(
                atPath: scratch.file("home/.local/bin/weflow"), withDestinationPath: Program.path)
        }
        guard account else { return }
        try scratch.put(
            #"{"account": "\#(scratch.file("home/sample"))"}"#, at: "home/.config/weflow/config.json", mode: 0o600)
        let outcome = try program.shell("weflow sample ~/sample")
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func stub(_ name: String, _ action: String) throws {
        try program.scratch.put(
            "#!/bin/sh\n# shellcheck disable=all\necho \"\(name) $*\" >>'\(log)'\n\(action)\n", at: "stubs/\(name)",
            mode: 0o755)
    }

    /// Pastes a block into a shell, in the clone; the first command that fails ends it.
    func paste(_ code: String, answering input: String = "") throws -> Program.Outcome {
        var script = code
        var serving: Process?
        if code.contains("127.0.0.1:5031") || code.contains("weflow health") {
            // Its usual port may be taken by a server of the user's.
            let (process, port) = try serve()
            serving = process
            script = script.replacing("127.0.0.1:5031", with: "127.0.0.1:\(port)")
            if script == "weflow health" { script += " --url http://127.0.0.1:\(port)" }
        }
        script = script.replacing("weflow serve --port 5031", with: "weflow serve")
        defer {
            serving?.terminate()
            serving?.waitUntilExit()
        }
        return try program.run(
            shell: "set -eu\ncd '\(program.scratch.file("clone"))'\n\(script)\n", input: input)
    }

    private func serve() throws -> (Process, Int) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["serve", "--port", "0", "--push"]
        process.environment = program.environment
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        return (process, try #require(Int(line.dropLast())))
    }

    /// Does what cron does with a table: each line's command by `sh`, with next to nothing in its environment.
    ///
    /// - Returns: what each command left behind.
    func runLikeCron(_ table: String) throws -> [(line: String, outcome: Program.Outcome)] {
        let home = program.scratch.file("home")
        return try table.components(separatedBy: "\n").filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { line in
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            try #require(fields.count == 6, "no line of a table of cron: \(line)")
            let command = fields[5].replacing("\\%", with: "%")
            var bare = program
            bare.environment = ["HOME": home, "LOGNAME": "me", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"]
            return (line, try bare.run(shell: "cd '\(home)'\n\(command)\n", input: ""))
        }
    }

    /// The table that was given to `crontab`.
    func cronTable() throws -> String { String(decoding: try program.scratch.bytes(of: "crontab"), as: UTF8.self) }

    /// How the stubs were called, a line a call.
    func calls() throws -> String { String(decoding: try program.scratch.contents("called") ?? [], as: UTF8.self) }
}
