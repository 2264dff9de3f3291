/// Moments in the life of the invented people, who live by Beijing time.
enum SampleTime {
    /// Unix seconds of a time in Beijing.
    static func beijing(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Int64 {
        // Days since the epoch by the civil calendar; March begins the year, so that leap days come last.
        let shifted = month > 2 ? year : year - 1
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = shifted / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Int64(days * 86_400 + (hour - 8) * 3_600 + minute * 60)
    }

    /// `YYYY-MM` of a time in Beijing, as WeChat names its folders by month.
    ///
    /// All messages with media lie in the middle of a month, so that it is the same month everywhere.
    static func month(of time: Int64) -> String {
        for year in 2025...2026 {
            for month in 1...12 where time < beijing(month == 12 ? year + 1 : year, month % 12 + 1, 1) {
                return "\(year)-\(month < 10 ? "0" : "")\(month)"
            }
        }
        return "2026-12"
    }
}

/// Numbers that look random and are the same in every run.
struct SampleNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// Begins a sequence of its own for `name`.
    init(_ name: String) {
        state = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
