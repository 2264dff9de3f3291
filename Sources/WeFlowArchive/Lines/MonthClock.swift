import WeFlowParameters
import WeFlowQuery

/// Tells the months of times, mostly the month of the time before.
struct MonthClock {
    private let zone: LocalZone
    private var known: (month: Month, seconds: Range<Int64>)?

    init(_ zone: LocalZone) { self.zone = zone }

    /// The month of a time in Unix seconds; years before 0 and behind 9999 count as these.
    mutating func month(of time: Int64) -> Month {
        if let known, known.seconds.contains(time) { return known.month }
        // No calendar is needed out there, and none of 64 bits.
        let civil = zone.civil(at: min(max(time, -62_000_000_000), 253_300_000_000))
        let month = Month(number: min(max(civil.year, 0), 9999) * 12 + civil.month - 1)
        if let start = CivilTime(year: civil.year, month: civil.month, day: 1),
            let end = CivilTime(
                year: civil.month == 12 ? civil.year + 1 : civil.year, month: civil.month % 12 + 1, day: 1)
        {
            let (first, last) = (zone.moment(of: start, bound: .end), zone.moment(of: end, bound: .start))
            // A day at the edges is asked for each time: a clock may be set back across midnight.
            if first + 86_400 < last - 86_400 { known = (month, first + 86_400..<last - 86_400) }
        }
        return month
    }
}
