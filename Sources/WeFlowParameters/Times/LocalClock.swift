/// Local times of moments that mostly follow each other, for one thread.
///
/// The C library tells each of them under a lock that all threads share. No zone changes its clock twice within a day, so a
/// day whose ends have one offset is asked for once: of the statistics by day of a million messages that leaves a tenth of
/// the calls.
public struct LocalClock: Sendable {
    private static let secondsOfDay: Int64 = 86_400

    private let zone: LocalZone
    /// A day of UTC, by its number since 1970, and how far the local clock is ahead in all of it.
    private var day: (number: Int64, offset: Int64)?

    /// A clock of a zone.
    public init(_ zone: LocalZone) { self.zone = zone }

    /// What the clock on the wall shows at a moment in Unix seconds, as ``LocalZone/civil(at:)`` says it.
    public mutating func civil(at moment: Int64) -> CivilTime {
        // Beyond these there may be no end of a day.
        guard abs(moment / 2) < Int64.max / 4 else { return zone.civil(at: moment) }
        let rest = moment % Self.secondsOfDay
        let number = moment / Self.secondsOfDay - (rest < 0 ? 1 : 0)
        if let day, day.number == number { return CivilTime(secondsSince1970: moment + day.offset) }
        let first = zone.offset(number * Self.secondsOfDay)
        guard zone.offset((number + 1) * Self.secondsOfDay - 1) == first else { return zone.civil(at: moment) }
        day = (number, first)
        return CivilTime(secondsSince1970: moment + first)
    }
}
