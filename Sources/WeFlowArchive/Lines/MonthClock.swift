import WeFlowParameters
import WeFlowQuery

/// Tells the months of times, mostly the month of the time before.
struct MonthClock {
    private let zone: LocalZone
    private var known: (month: Month, seconds: Range<Int64>)?

    /// In so many seconds no zone changes its offset there and back.
    private static let quarter: Int64 = 900

    init(_ zone: LocalZone) { self.zone = zone }

    /// The month of a time in Unix seconds; years before 0 and behind 9999 count as these.
    mutating func month(of time: Int64) -> Month {
        if let known, known.seconds.contains(time) { return known.month }
        // No calendar is needed out there, and none of 64 bits.
        let time = min(max(time, -62_000_000_000), 253_300_000_000)
        let civil = zone.civil(at: time)
        let month = Self.month(of: civil)
        if let start = CivilTime(year: civil.year, month: civil.month, day: 1),
            let end = CivilTime(
                year: civil.month == 12 ? civil.year + 1 : civil.year, month: civil.month % 12 + 1, day: 1)
        {
            let (first, last) = (zone.moment(of: start, bound: .end), zone.moment(of: end, bound: .start))
            // A clock may be set back across midnight, so a day at the edges is asked for bit by bit.
            if first + 86_400 <= time, time < last - 86_400 {
                known = (month, first + 86_400..<last - 86_400)
                return month
            }
        }
        // The system takes a microsecond to tell a time, and a busy chat has many in such a day.
        let bit = time - (time % Self.quarter + Self.quarter) % Self.quarter
        let (first, last) = (zone.civil(at: bit), zone.civil(at: bit + Self.quarter - 1))
        let isEven = last.secondsSince1970 - first.secondsSince1970 == Self.quarter - 1
        if isEven, Self.month(of: first) == month, Self.month(of: last) == month {
            known = (month, bit..<bit + Self.quarter)
        }
        return month
    }

    private static func month(of civil: CivilTime) -> Month {
        Month(number: min(max(civil.year, 0), 9999) * 12 + civil.month - 1)
    }
}
