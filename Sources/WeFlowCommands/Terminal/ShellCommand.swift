internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowState

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A user's command line, run by the shell with bytes on its standard input.
struct ShellCommand {
    private let text: String

    /// Names the command.
    init(_ text: String) { self.text = text }

    /// Runs the command to its end; its own failure is a warning.
    ///
    /// - Throws: `.system` where it cannot be started.
    func run(_ input: [UInt8], _ context: Context) throws(WeFlowError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .system("the command of --exec cannot be started", code: errno) }
        // A second command that starts meanwhile must not keep this one's input open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #if canImport(Glibc)
            var files = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var files: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&files)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&files)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&files, ends[0], 0)
        // The program ignores SIGPIPE; a command of the shell should not.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var process = pid_t()
        let words = ["/bin/sh", "-c", text]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let code = ChildEnvironment.lend { posix_spawn(&process, "/bin/sh", &files, &attributes, arguments, $0) }
        close(ends[0])
        if code == 0 { feed(input, to: ends[1]) }
        close(ends[1])
        guard code == 0 else { throw .system("the command of --exec cannot be started", code: code) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        if status != 0 {
            context.warn("the command of --exec failed (\(status & 0x7F == 0 ? status >> 8 & 0xFF : 128))")
        }
    }

    /// Writes what the command takes; one that takes nothing is no failure.
    private func feed(_ input: [UInt8], to descriptor: Int32) {
        var written = 0
        while written < input.count {
            let count = input.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written += count
        }
    }
}
