import Synchronization
import WeFlowParameters
import WeFlowQuery

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The date form of HTTP header fields (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Writes a moment in Unix seconds.
    static func text(_ seconds: Int64) -> String {
        let time = CivilTime(secondsSince1970: seconds)
        let day = Int(((seconds / 86_400) % 7 + 7) % 7)
        let clock = [time.hour, time.minute, time.second].map(twoDigits).joined(separator: ":")
        return "\(days[day]), \(twoDigits(time.day)) \(months[time.month - 1]) \(time.year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The text of the current second, made once a second.
    final class Cache: Sendable {
        private let state = Mutex((seconds: Int64.min, text: ""))

        /// Now.
        var text: String {
            let now = Clock.seconds
            return state.withLock { state in
                if state.seconds != now { state = (now, HTTPDate.text(now)) }
                return state.text
            }
        }
    }
}

/// The time of day.
enum Clock {
    /// Unix milliseconds.
    static var milliseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Unix seconds.
    static var seconds: Int64 { milliseconds / 1000 }
}
