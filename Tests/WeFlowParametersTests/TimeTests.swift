import Testing
import WeFlowPages

@testable import WeFlowParameters

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

private let shanghai = LocalZone { _ in 8 * 3600 }
/// Berlin in 2026: summer time from 29 March to 25 October, both at 01:00 UTC.
private let berlin = LocalZone { 1_774_746_000..<1_792_890_000 ~= $0 ? 7200 : 3600 }
/// Apia, which had no 30 December 2011.
private let apia = LocalZone { $0 < 1_325_239_200 ? -10 * 3600 : 14 * 3600 }

/// The moment of a text in this process's own zone; nil where it is refused.
private func moment(_ text: String, _ bound: TimeBound) -> Int64? {
    try? TimeText.moment(text, bound: bound, zone: .system)
}

private struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let zone: LocalZone
    let start: Int64
    let end: Int64

    init(_ text: String, _ zone: LocalZone, _ start: Int64, end: Int64? = nil) {
        self.text = text
        self.zone = zone
        self.start = start
        self.end = end ?? start
    }

    var testDescription: String { "\(text) \(start)" }
}

@Suite("Times")
struct TimeTests {
    @Test(
        "every form gives its moment, as start and as end",
        arguments: [
            Case("20260101", shanghai, 1_767_196_800, end: 1_767_283_199),
            Case("2026-01-01", shanghai, 1_767_196_800, end: 1_767_283_199),
            Case("20260101T00:00", shanghai, 1_767_196_800),
            Case("20260101 08:30", shanghai, 1_767_227_400),
            Case("2026-01-01 08:30:15", shanghai, 1_767_227_415),
            Case("2026-01-01t08:30:15.999", shanghai, 1_767_227_415),
            Case("2026-01-01T08:30:15Z", shanghai, 1_767_256_215),
            Case("2026-01-01T08:30:15.000z", shanghai, 1_767_256_215),
            Case("2026-01-01T08:30+08:00", .utc, 1_767_227_400),
            Case("2026-01-01T08:30 08:00", .utc, 1_767_227_400),
            Case("2026-01-01T08:30+0800", .utc, 1_767_227_400),
            Case("2026-01-01T08:30+08", .utc, 1_767_227_400),
            Case("2026-01-01T00:30-05:30", .utc, 1_767_247_200),
            Case("1760000121", shanghai, 1_760_000_121),
            Case("1760000121.0", shanghai, 1_760_000_121),
            Case("1760000121.999", shanghai, 1_760_000_121),
            Case("1760000121999", shanghai, 1_760_000_121),
            Case("1760000121999.7", shanghai, 1_760_000_121),
            Case("10000000000", shanghai, 10_000_000_000),
            Case("10000000001", shanghai, 10_000_000),
            Case("99999999999999999999999", shanghai, 9_223_372_036_854_775),
            Case("-1", shanghai, -1),
            Case("20260101.0", shanghai, 20_260_101),
            Case("20240229", .utc, 1_709_164_800, end: 1_709_251_199),
            Case("19691231", .utc, -86_400, end: -1),
            Case("00000101", .utc, -62_167_219_200, end: -62_167_132_801),
            Case("9999-12-31T23:59:59", .utc, 253_402_300_799),
            // Berlin skips 02:00 to 03:00 on 29 March, and shows 02:00 to 03:00 twice on 25 October.
            Case("2026-03-29T01:59:59", berlin, 1_774_745_999),
            Case("2026-03-29T02:00", berlin, 1_774_746_000),
            Case("2026-03-29T02:30", berlin, 1_774_746_000),
            Case("2026-03-29T03:00", berlin, 1_774_746_000),
            Case("20260329", berlin, 1_774_738_800, end: 1_774_821_599),
            Case("2026-10-25T01:59:59", berlin, 1_792_886_399),
            Case("2026-10-25T02:00", berlin, 1_792_886_400, end: 1_792_890_000),
            Case("2026-10-25T02:30", berlin, 1_792_888_200, end: 1_792_891_800),
            Case("2026-10-25T03:00", berlin, 1_792_893_600),
            Case("20261025", berlin, 1_792_879_200, end: 1_792_969_199),
            Case("2026-10-25T02:30+02:00", berlin, 1_792_888_200),
            Case("2011-12-30T12:00", apia, 1_325_239_200),
            Case("20111230", apia, 1_325_239_200),
            Case("20111229", apia, 1_325_152_800, end: 1_325_239_199),
        ])
    private func forms(_ it: Case) throws {
        let parameters = Parameters(commandLine: ["t": it.text])
        #expect(try parameters.time(.time("t", as: .start, ""), zone: it.zone) == it.start)
        #expect(try parameters.time(.time("t", as: .end, ""), zone: it.zone) == it.end)
    }

    @Test(
        "what is no time is refused with its reason",
        arguments: [
            ("20260231", TimeText.Fault.impossible), ("2026-02-29", .impossible), ("19000229", .impossible),
            ("20261301", .impossible), ("20260100", .impossible), ("00000000", .impossible),
            ("2026-01-01T24:00", .impossible), ("2026-01-01T23:60", .impossible), ("2026-01-01T23:59:60", .impossible),
            ("2026-01-01T00:00+24:00", .impossible), ("2026-01-01T00:00+08:60", .impossible),
            ("20260101Z", .zoneOnDate), ("2026-01-01+08:00", .zoneOnDate), ("2026-01-01-0500", .zoneOnDate),
            ("", .form), ("yesterday", .form), ("2026-1-1", .form), ("2026/01/01", .form), ("2026-0101", .form),
            ("202601-01", .form), ("2026-01-01T", .form), ("2026-01-01T08", .form), ("2026-01-01T8:30", .form),
            ("2026-01-01T0830", .form), ("2026-01-01T08:30:", .form), ("2026-01-01T08:30:00.", .form),
            ("2026-01-01T08:30Zx", .form), ("2026-01-01T08:30+", .form), ("2026-01-01T08:30+8:00", .form),
            ("2026-01-01  08:30", .form), (" 20260101", .form), ("1.", .form), (".5", .form), ("1e9", .form),
            ("1760000121abc", .form), ("--1", .form), ("+1", .form), ("２０２６０１０１", .form),
        ])
    func faults(text: String, fault: TimeText.Fault) {
        #expect(throws: fault) { try TimeText.moment(text, bound: .start, zone: shanghai) }
    }

    @Test("the sentence names the parameter")
    func sentences() {
        #expect(throws: WeFlowError(.usage, "--start names a day, an hour or a zone that does not exist")) {
            try Parameters(commandLine: ["start": "20260231"])[Parameter.time("start", as: .start, "")]
        }
    }

    @Test("a date and its count of seconds turn into each other, day by day over 800 years")
    func roundTrips() {
        var previous = CivilTime(secondsSince1970: -400 * 146_097 * 216 - 1)
        for day in stride(from: Int64(-146_097), to: 146_097, by: 1) {
            let civil = CivilTime(secondsSince1970: day * 86_400 + 3661)
            #expect(civil.secondsSince1970 == day * 86_400 + 3661)
            #expect(civil.day == previous.day + 1 || civil.day == 1)
            previous = civil
        }
        #expect(
            CivilTime(secondsSince1970: -1)
                == CivilTime(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59))
        for extreme in [Int64.min, Int64.max] { #expect(CivilTime(secondsSince1970: extreme).hour < 24) }
    }

    @Test("TZ is honoured: Shanghai")
    func systemShanghai() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "Asia/Shanghai", 1)
            tzset()
            #expect(moment("20260101", .start) == 1_767_196_800)
            #expect(moment("20260101", .end) == 1_767_283_199)
        }
    }

    @Test("TZ is honoured: Berlin, with its gap and its repeated hour")
    func systemBerlin() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "Europe/Berlin", 1)
            tzset()
            #expect(moment("2026-03-29 02:30", .start) == 1_774_746_000)
            #expect(moment("2026-03-29 02:30", .end) == 1_774_746_000)
            #expect(moment("2026-10-25 02:30", .start) == 1_792_888_200)
            #expect(moment("2026-10-25 02:30", .end) == 1_792_891_800)
            let shown = CivilTime(year: 2026, month: 7, day: 1, hour: 2)
            #expect(LocalZone.system.civil(at: 1_782_864_000) == shown)
        }
    }

    @Test("TZ is honoured: UTC")
    func systemUTC() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "UTC", 1)
            tzset()
            #expect(moment("2026-01-01", .start) == 1_767_225_600)
        }
    }
}
