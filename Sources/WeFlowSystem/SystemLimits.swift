internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What the system lets this process have.
public enum SystemLimits {
    #if canImport(Glibc)
        private typealias Resource = __rlimit_resource_t
        private static var files: Resource { Resource(RLIMIT_NOFILE.rawValue) }
        private static var space: Resource { Resource(RLIMIT_AS.rawValue) }
        private static var processes: Resource { Resource(__RLIMIT_NPROC.rawValue) }
    #else
        private typealias Resource = Int32
        private static var files: Resource { RLIMIT_NOFILE }
        private static var space: Resource { RLIMIT_AS }
        private static var processes: Resource { RLIMIT_NPROC }
    #endif

    /// Bytes of address space that a thread takes beside what it works on: its stack as the system makes it.
    private static let threadBytes = 10 << 20

    /// Allows as many open files as the system gives to this process.
    ///
    /// - Parameter most: as many are enough; where more are allowed, it stays so.
    /// - Returns: how many may be open now; nil where the system does not say.
    @discardableResult
    public static func raiseFiles(upTo most: Int) -> Int? {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return nil }
        var raised = limit
        raised.rlim_cur = min(limit.rlim_max, rlim_t(clamping: most))
        if raised.rlim_cur > limit.rlim_cur, setrlimit(files, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }

    /// Whether there can be as many threads as there are processors, as far as that is limited for this process: what
    /// starts a thread that is not to be had waits for it, and for ever.
    ///
    /// - Parameter bytes: of address space that all else takes.
    /// - Returns: true, too, where nothing is known of a limit.
    public static func hasRoomForThreads(beside bytes: Int) -> Bool {
        let threads = System.processors + 2
        if let bytesAllowed = value(space), bytesAllowed < bytes + threads * threadBytes { return false }
        // Of all processes of the user together; a limit that is far away is not come near to here.
        guard let count = value(processes), count < 1000 else { return true }
        return canRun(threads)
    }

    /// What a limit is; nil where there is none.
    private static func value(_ resource: Resource) -> Int? {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
        return Int(limit.rlim_cur)
    }

    /// Whether so many threads can be there at once: tried, for root and some containers are let off.
    private static func canRun(_ count: Int) -> Bool {
        guard count > 0 else { return true }
        let hasRun = Mutex(false)
        withThread {
            let canRunOthers = canRun(count - 1)
            hasRun.withLock { $0 = canRunOthers }
        } during: {
        }
        return hasRun.withLock { $0 }
    }
}
