import TestSupport
import Testing

@testable import WeFlowParameters

@Suite("A clock that is asked for one moment after the other")
struct LocalClockTests {
    /// Two hours ahead in summer, which begins and ends at one in the morning of UTC.
    private static let summer = LocalZone { moment in
        let hour = (moment / 3600) % (24 * 365)
        return hour >= 24 * 86 + 1 && hour < 24 * 303 + 1 ? 7200 : 3600
    }

    @Test("It shows what the zone says, on days on which the clocks change as well")
    func moments() {
        for zone in [Self.summer, .utc, .system, LocalZone { _ in -12_600 }] {
            var clock = LocalClock(zone)
            for seed in 0..<300 as Range<UInt64> {
                var random = SeededGenerator(seed: seed)
                var moment = Int64.random(in: -2_000_000_000...4_000_000_000, using: &random)
                if seed % 2 == 0 { moment = Int64(seed) * 31_536_000 / 8 + 86 * 86_400 }
                for _ in 0..<200 {
                    #expect(clock.civil(at: moment) == zone.civil(at: moment), "\(moment)")
                    moment += Int64.random(in: -900...7200, using: &random)
                }
            }
        }
    }

    private static let extremes: [Int64] = [.min, .max, Int64.max - 1]

    @Test("Moments beyond all calendars are no harm", arguments: extremes)
    func farAway(_ moment: Int64) {
        var clock = LocalClock(.utc)
        #expect(clock.civil(at: moment) == LocalZone.utc.civil(at: moment))
    }
}
