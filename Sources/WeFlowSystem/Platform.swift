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

    /// How many processors are there to work on, at least 1.
    public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Whether a process of this number exists.
    public static func isRunning(_ process: Int32) -> Bool {
        process > 0 && (kill(process, 0) == 0 || errno != ESRCH)
    }

    /// The value of an environment variable, nil where it is not set or no text.
    public static func variable(_ name: String) -> String? {
        getenv(name).flatMap { String(validatingCString: $0) }
    }

    /// Allows as many open files as the system gives to this process.
    ///
    /// - Returns: how many that are.
    @discardableResult
    public static func raiseFileLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(fileLimit, &limit) == 0 else { return 0 }
        let wanted = min(limit.rlim_max, rlim_t(1 << 16))
        if limit.rlim_cur < wanted {
            limit.rlim_cur = wanted
            guard setrlimit(fileLimit, &limit) == 0 else { return 0 }
        }
        return Int(clamping: limit.rlim_cur)
    }

    #if canImport(Glibc)
        private static var fileLimit: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var fileLimit: Int32 { RLIMIT_NOFILE }
    #endif

    /// Ends the process at once: no buffer is flushed, no clean-up runs.
    public static func endNow(_ code: Int32) -> Never { _exit(code) }
}
