#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The clocks of the system.
public enum Clock {
    /// The time of day, in Unix milliseconds.
    public static var milliseconds: Int64 { nanoseconds(CLOCK_REALTIME) / 1_000_000 }

    /// The time of day, in Unix seconds.
    public static var seconds: Int64 { nanoseconds(CLOCK_REALTIME) / 1_000_000_000 }

    /// Nanoseconds of a clock that nobody sets and that never goes back; its zero means nothing.
    public static var monotonic: Int64 { nanoseconds(CLOCK_MONOTONIC) }

    /// Lets the thread rest.
    public static func pause(milliseconds: Int) { pause(microseconds: milliseconds * 1000) }

    /// Lets the thread rest.
    public static func pause(microseconds: Int) {
        var left = timespec(tv_sec: microseconds / 1_000_000, tv_nsec: microseconds % 1_000_000 * 1000)
        var rest = timespec()
        while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
    }

    /// Seconds that the clocks of this machine, or of `TZ`, are ahead of UTC at a moment in Unix seconds; nil for a year
    /// beyond the C library's reach.
    public static func secondsAheadOfUTC(at moment: Int64) -> Int? {
        var clock = time_t(moment)
        var fields = tm()
        return localtime_r(&clock, &fields) == nil ? nil : fields.tm_gmtoff
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
