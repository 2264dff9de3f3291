import Foundation

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A program that believes somebody sits at its terminal.
public final class PseudoTerminal {
    private let master: Int32
    private let process = Process()
    private var shown: [UInt8] = []

    /// Starts the program on a terminal of its own.
    ///
    /// - Parameters:
    ///   - program: says where it runs, and with which environment.
    ///   - arguments: its arguments.
    ///   - columns: the columns of the screen.
    ///   - variables: environment variables of this run; an empty one is removed.
    /// - Throws: why it cannot be started.
    public init(
        _ program: Program, _ arguments: [String], columns: UInt16 = 80, _ variables: [String: String] = [:]
    ) throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&master, &slave, nil, nil, &size) == 0 else {
            throw CocoaError(.fileReadUnknown)
        }
        self.master = master
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: program.scratch.path)
        process.environment = program.environment.merging(["TERM": "xterm"].merging(variables) { $1 }) { $1 }
            .filter { !$0.value.isEmpty }
        process.standardInput = terminal
        process.standardOutput = terminal
        process.standardError = terminal
        try process.run()
        close(slave)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        close(master)
    }

    /// What stands on the screen so far.
    public var screen: String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let got = read(master, &bytes, bytes.count)
            guard got > 0 else { break }
            shown += bytes[..<got]
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// Whether the terminal shows what is typed.
    public var showsInput: Bool {
        var mode = termios()
        return tcgetattr(master, &mode) == 0 && mode.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Waits for a text on the screen, and answers it with a line.
    ///
    /// - Throws: where it does not come in time.
    public func answer(_ question: String, _ line: String, isHidden: Bool = false) throws {
        let before = answered
        try Wait.blocking("\(question) on the screen: \(screen)") {
            screen.dropFirst(before).contains(question) && showsInput != isHidden
        }
        answered = screen.count
        type(line + "\n")
    }

    private var answered = 0

    /// Types.
    public func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Interrupts the program, as Ctrl-C does.
    public func interrupt() { kill(process.processIdentifier, SIGINT) }

    /// Waits for the end.
    ///
    /// - Returns: the exit status, or 128 and the signal that ended it.
    public func end() throws -> Int32 {
        try Wait.blocking("the end of the program: \(screen)") {
            _ = screen
            return !process.isRunning
        }
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }
}
