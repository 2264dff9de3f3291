#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A program that this one started.
///
/// It inherits the standard streams it is given and nothing else: every other file of this program is closed in it, and
/// SIGPIPE, which this program ignores, does again what it does elsewhere.
public struct ChildProcess: ~Copyable {
    /// Its number.
    public let id: Int32

    /// What one of the standard streams of a child is.
    public enum Stream: Sendable {
        /// This program's own.
        case inherited
        /// An open file of this program.
        case descriptor(Descriptor)
        /// Nothing is read, and what is written is lost.
        case nowhere
    }

    /// The variables of a child.
    public enum Environment: Sendable {
        /// These, as `NAME=VALUE`.
        case exactly([String])
        /// This program's own, but for those of these names.
        case own(without: [String])
    }

    /// How it ended.
    public enum End: Sendable, Equatable {
        /// With an exit code.
        case code(Int32)
        /// By a signal.
        case signal(Int32)
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: its path.
    ///   - arguments: what follows its name.
    ///   - environment: its variables.
    ///   - input: what it reads.
    ///   - output: where it writes.
    ///   - error: where it complains.
    /// - Throws: the failure of the system.
    public init(
        _ program: String, _ arguments: [String], environment: Environment, input: Stream = .inherited,
        output: Stream = .inherited, error: Stream = .inherited
    ) throws(SystemError) {
        #if canImport(Darwin)
            var files: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var files = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&files)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&files)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, stream) in [input, output, error].enumerated() {
            switch stream {
            case .inherited: break
            case .descriptor(let other): posix_spawn_file_actions_adddup2(&files, other.number, Int32(number))
            case .nowhere: posix_spawn_file_actions_addopen(&files, Int32(number), "/dev/null", O_RDWR, 0)
            }
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let words = CStrings([program] + arguments)
        let variables = Variables(environment)
        var process = pid_t()
        let code = withExtendedLifetime((words, variables)) {
            posix_spawn(&process, program, &files, &attributes, words.pointers, variables.pointers)
        }
        guard code == 0 else { throw SystemError(code) }
        id = process
    }

    /// Waits for its end.
    ///
    /// - Parameters:
    ///   - milliseconds: how long at most; then it is killed. Below 0: as long as it takes.
    ///   - isCancelled: asked now and then; once it is true the program is killed.
    /// - Returns: how it ended.
    public consuming func wait(atMost milliseconds: Int = -1, isCancelled: () -> Bool = { false }) -> End {
        let deadline = Clock.monotonic + Int64(milliseconds) * 1_000_000
        var status: Int32 = 0
        while milliseconds >= 0, waitpid(id, &status, WNOHANG) == 0 {
            guard Clock.monotonic < deadline, !isCancelled() else {
                kill(id, SIGKILL)
                return Self.end(of: id)
            }
            Clock.pause(milliseconds: 1)
        }
        return milliseconds >= 0 ? Self.end(status) : Self.end(of: id)
    }

    private static func end(of id: Int32) -> End {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return end(status)
    }

    /// `wait`'s macros are not imported: the low seven bits are the signal, the next byte is the code.
    private static func end(_ status: Int32) -> End {
        status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }
}

/// Variables as the system takes them: a list of pointers with a nil behind it.
private struct Variables {
    let pointers: [UnsafeMutablePointer<CChar>?]
    private let texts: CStrings?

    init(_ environment: ChildProcess.Environment) {
        switch environment {
        case .exactly(let variables):
            let texts = CStrings(variables)
            (self.texts, pointers) = (texts, texts.pointers)
        case .own(let hidden):
            // The variables are handed on as they are, in whatever encoding.
            var kept: [UnsafeMutablePointer<CChar>?] = []
            var variable = ownVariables
            while let entry = variable?.pointee {
                if !hidden.contains(where: { Self.names(entry, $0) }) { kept.append(entry) }
                variable = variable?.successor()
            }
            (texts, pointers) = (nil, kept + [nil])
        }
    }

    private static func names(_ entry: UnsafePointer<CChar>, _ name: String) -> Bool {
        strncmp(entry, name, name.utf8.count) == 0 && entry[name.utf8.count] == CChar(UInt8(ascii: "="))
    }
}

/// The variables of this program.
var ownVariables: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? { environ }

/// Texts as the system takes them: a list of pointers with a nil behind it.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { pointers = texts.map { text in strdup(text) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }
}
