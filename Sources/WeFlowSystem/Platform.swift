// The one place where the C library is imported: everything above speaks to the system through this module.
#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What the process and its machine are.
public enum System {
    /// The number of this process.
    public static var processID: Int32 { getpid() }

    /// The number of the user for whom the process runs.
    public static var userID: UInt32 { getuid() }

    /// The number of the user whose rights the process has.
    public static var effectiveUserID: UInt32 { geteuid() }

    /// The home folder of the user by the user database; empty where the user is not in it.
    public static var homeFolder: String {
        guard let user = getpwuid(getuid()), let folder = user.pointee.pw_dir else { return "" }
        return String(cString: folder)
    }

    /// How many processors are there to work on, at least 1.
    public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Whether a process of this number exists.
    public static func isRunning(_ process: Int32) -> Bool {
        process > 0 && (kill(process, 0) == 0 || errno != ESRCH)
    }

    /// Whether no process has this number any more; of what is no number of one nothing is said.
    public static func isGone(_ process: Int32) -> Bool { process > 0 && !isRunning(process) }

    /// The value of an environment variable, nil where it is not set; bytes that are no text are replaced.
    public static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The words of the command line byte for byte, the program's name first.
    public static var arguments: [[UInt8]] {
        (0..<Int(CommandLine.argc)).compactMap { place in
            CommandLine.unsafeArgv[place].map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        }
    }

    /// All environment variables, `NAME=VALUE` byte for byte.
    public static var variables: [[UInt8]] {
        var variables: [[UInt8]] = []
        var variable = ownVariables
        while let entry = variable?.pointee {
            variables.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
            variable = variable?.successor()
        }
        return variables
    }

    /// The folder that paths begin at that do not begin at the root; nil where it is gone.
    public static var currentFolder: String? {
        guard let here = getcwd(nil, 0) else { return nil }
        defer { free(here) }
        return String(cString: here)
    }

    /// Name and version of the system and the kind of machine; empty where it does not say.
    public static var description: String {
        var system = utsname()
        guard uname(&system) == 0 else { return "" }
        func text(_ field: some Any) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return [text(system.sysname), text(system.release), text(system.machine)].joined(separator: " ")
    }

    /// Puts something in the place of a standard stream that is closed: else the next file that is opened would be taken
    /// for it, and an answer written into a database. What is put there can neither be read from nor written to.
    public static func holdStandardStreams() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where !Descriptor(descriptor).isOpen {
            let opened = openFile("/dev/null", mode, 0)
            if opened >= 0, opened != descriptor {
                dup2(opened, descriptor)
                _ = closeFile(opened)
            }
        }
    }

    /// Makes another zone the local one of this process: for a command that has to keep to the zone of an earlier run.
    /// To be called before the process does anything else.
    public static func setZone(_ name: String) {
        setenv("TZ", name, 1)
        tzset()
    }

    /// Ends the process.
    public static func end(_ code: Int32) -> Never { exit(code) }

    /// Ends the process at once: no buffer is flushed, no clean-up runs.
    public static func endNow(_ code: Int32) -> Never { _exit(code) }
}
