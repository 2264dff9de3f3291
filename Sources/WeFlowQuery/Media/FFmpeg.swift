import WeFlowMedia
import WeFlowPages
import WeFlowState

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program that makes ordinary pictures of WeChat's wxgf (<doc:ExportingMedia#Converting>).
public struct FFmpeg: Sendable {
    /// The program's path.
    public let path: String

    /// The most that is taken from it, in bytes.
    static let outputLimit = 64 << 20
    /// How long one picture may take.
    static let timeLimit = Duration.seconds(15)

    /// A program whose path is known.
    public init(path: String) {
        self.path = path
    }

    /// Finds the program: `WEFLOW_FFMPEG`, the configuration's `ffmpeg`, `FFMPEG_PATH`, then `ffmpeg` on the `PATH`.
    ///
    /// - Parameters:
    ///   - configured: `ffmpeg` of the configuration; a name without a slash is looked for on the `PATH`.
    ///   - variable: the value of an environment variable.
    /// - Returns: nil where none of them is a program that can be run.
    public static func find(configured: String?, _ variable: (String) -> String?) -> FFmpeg? {
        let folders = (variable("PATH") ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        for name in [variable("WEFLOW_FFMPEG"), configured, variable("FFMPEG_PATH"), "ffmpeg"] {
            guard let name, !name.isEmpty else { continue }
            let paths = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
            if let path = paths.first(where: { access($0, X_OK) == 0 }) { return FFmpeg(path: path) }
        }
        return nil
    }

    /// An ordinary picture of what a container holds.
    ///
    /// - Returns: nil where no way of conversion gives one.
    /// - Throws: `.system` where the input cannot be put into the export folder.
    func picture(
        of container: WxgfContainer, in folder: ExportFolder
    ) throws(WeFlowError) -> (bytes: [UInt8], format: MediaFormat)? {
        for way in container.conversions {
            let input = try folder.scratch(way.input.map { container.bytes(of: $0) })
            guard input >= 0 else { return nil }
            defer { close(input) }
            guard let bytes = ChildProcess.output(of: path, way.arguments, input: input), !bytes.isEmpty,
                MediaFormat(of: bytes) == way.output, !(way.output == .jpeg && WxgfContainer.isBlankFrame(bytes))
            else { continue }
            return (bytes, way.output)
        }
        return nil
    }
}

/// Runs a program with a file as its standard input, and takes what it prints.
enum ChildProcess {
    /// What a program prints, where it ends well within the limits.
    static func output(of program: String, _ arguments: [String], input: Int32) -> [UInt8]? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        defer { close(ends[0]) }
        // Another child that held the end for writing would hold up the end of the output.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child = start(program, arguments, input: input, output: ends[1])
        close(ends[1])
        guard let child else { return nil }
        let deadline = ContinuousClock.now + FFmpeg.timeLimit
        let bytes = read(ends[0], until: deadline)
        return end(child, by: bytes == nil ? .now : deadline) == 0 ? bytes : nil
    }

    /// Waits for a child, and ends it where it is late.
    ///
    /// - Returns: its status.
    private static func end(_ child: pid_t, by deadline: ContinuousClock.Instant) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            guard .now < deadline, !Task.isCancelled else {
                kill(child, SIGKILL)
                while waitpid(child, &status, 0) < 0, errno == EINTR {}
                break
            }
            usleep(1000)
        }
        return status
    }

    private static func start(
        _ program: String, _ arguments: [String], input: Int32, output: Int32
    ) -> pid_t? {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var child = pid_t()
        let code = ChildEnvironment.lend { posix_spawn(&child, program, &actions, nil, &argv, $0) }
        return code == 0 ? child : nil
    }

    /// Reads to the end; nil where that is too far or too late.
    private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let left = deadline - .now
            guard left > .zero, !Task.isCancelled else { return nil }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Half a second at most, so that a cancelled run does not wait.
            let wait = min(left, .milliseconds(500)).components
            let ready = poll(&watched, 1, Int32(wait.seconds * 1000 + wait.attoseconds / 1_000_000_000_000_000 + 1))
            if ready < 0, errno != EINTR { return nil }
            guard ready > 0 else { continue }
            let got = systemRead(descriptor, &piece)
            if got == 0 { return bytes }
            if got < 0 {
                if errno == EINTR { continue }
                return nil
            }
            guard bytes.count + got <= FFmpeg.outputLimit else { return nil }
            bytes += piece[..<got]
        }
    }
}

private func systemRead(_ descriptor: Int32, _ room: inout [UInt8]) -> Int {
    read(descriptor, &room, room.count)
}
