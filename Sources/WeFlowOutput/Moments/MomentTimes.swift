internal import WeFlowParameters
internal import WeFlowQuery

/// The forms in which documents of moments write times (<doc:ExportedMoments>).
enum MomentTimes {
    /// Local time as a Chinese browser writes it: `2025/10/9 16:55:23`.
    static func full(_ seconds: Int64, zone: LocalZone) -> String {
        let time = zone.civil(at: seconds)
        return "\(time.year)/\(time.month)/\(time.day) \(two(time.hour)):\(two(time.minute)):\(two(time.second))"
    }

    /// UTC with milliseconds: `2025-10-09T08:55:23.000Z`.
    static func iso(milliseconds: Int64) -> String {
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        let time = CivilTime(secondsSince1970: seconds)
        let rest = String(milliseconds - seconds * 1000)
        return iso(time) + "." + String(repeating: "0", count: 3 - rest.count) + rest + "Z"
    }

    /// Local time for a `time` element: `2025-10-09T16:55:23`.
    static func iso(_ time: CivilTime) -> String {
        let year = String(time.year)
        return String(repeating: "0", count: max(0, 4 - year.count)) + year
            + "-\(two(time.month))-\(two(time.day))T\(two(time.hour)):\(two(time.minute)):\(two(time.second))"
    }

    /// Local time to the minute, for tables: `2025-10-09 16:55`.
    static func minute(_ seconds: Int64, zone: LocalZone) -> String {
        iso(zone.civil(at: seconds)).dropLast(3).split(separator: "T").joined(separator: " ")
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
