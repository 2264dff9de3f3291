import WeFlowParameters
internal import WeFlowQuery

/// The times of an archive as pages and texts write them, in the archive's own zone.
struct PageTimes: Sendable {
    /// Local time.
    let zone: LocalZone

    private static let weekdays: [(String, String)] = [
        ("星期四", "Thursday"), ("星期五", "Friday"), ("星期六", "Saturday"), ("星期日", "Sunday"), ("星期一", "Monday"),
        ("星期二", "Tuesday"), ("星期三", "Wednesday"),
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// A day: its number since 1970, and how it is written.
    struct Day: Equatable {
        /// Days since 1970-01-01 in local time.
        let number: Int64
        /// `2026-03-05`.
        let iso: String
        /// `2026年3月5日 星期四`.
        let chinese: String
        /// `Thursday, 5 March 2026`.
        let english: String
    }

    /// The day of a moment.
    func day(_ seconds: Int64) -> Day {
        let time = zone.civil(at: seconds)
        let midnight = CivilTime(year: time.year, month: time.month, day: time.day)?.secondsSince1970 ?? 0
        let number = midnight / 86_400
        let weekday = Self.weekdays[Int((number % 7 + 7) % 7)]
        return Day(
            number: number, iso: date(time), chinese: "\(time.year)年\(time.month)月\(time.day)日 \(weekday.0)",
            english: "\(weekday.1), \(time.day) \(Self.months[time.month - 1]) \(time.year)")
    }

    /// The number of the day of a moment.
    func dayNumber(_ seconds: Int64) -> Int64 {
        let local = zone.civil(at: seconds).secondsSince1970
        return local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    }

    /// The name of a month in English.
    static func english(month: Int) -> String { 1...12 ~= month ? String(months[month - 1].prefix(3)) : "" }

    /// `16:55`.
    func clock(_ seconds: Int64) -> String {
        let time = zone.civil(at: seconds)
        return "\(Shown.two(time.hour)):\(Shown.two(time.minute))"
    }

    /// `16:55:23`.
    func fullClock(_ seconds: Int64) -> String { "\(clock(seconds)):\(Shown.two(zone.civil(at: seconds).second))" }

    /// `2026-03-05`.
    func date(_ seconds: Int64) -> String { date(zone.civil(at: seconds)) }

    /// `2026-03-05 16:55`.
    func minute(_ seconds: Int64) -> String { "\(date(seconds)) \(clock(seconds))" }

    private func date(_ time: CivilTime) -> String {
        let year = String(time.year)
        let zeros = String(repeating: "0", count: max(0, 4 - year.count))
        return "\(zeros)\(year)-\(Shown.two(time.month))-\(Shown.two(time.day))"
    }
}
