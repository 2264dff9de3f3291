import WeFlowSystem

/// Which end of a range a time is for.
public enum TimeBound: Sendable, Equatable {
    /// It opens the range: of a local time that a clock shows twice, the earlier.
    case start
    /// It closes the range: a bare date is its last second, and of a local time shown twice, the later.
    case end
}

/// Local time: how far its clock is ahead of UTC at each moment.
public struct LocalZone: Sendable {
    /// Seconds east of UTC at a moment in Unix seconds.
    let offset: @Sendable (Int64) -> Int64

    /// A zone given by its offset, in seconds east of UTC, at each moment.
    public init(offset: @escaping @Sendable (Int64) -> Int64) { self.offset = offset }

    /// The zone of this machine, or of `TZ`, as the C library sees it.
    public static let system = LocalZone { moment in
        // A year beyond the C library's reach has no rule; UTC is as good as any.
        Int64(Clock.secondsAheadOfUTC(at: moment) ?? 0)
    }

    /// What to say where `TZ` names a zone that this machine does not know.
    ///
    /// - Parameter variable: the value of an environment variable; an empty one is absent.
    /// - Returns: a sentence with the zone that is used instead; nil where `TZ` names a zone, or is not set.
    public static func doubt(_ variable: (String) -> String?) -> String? {
        guard let name = variable("TZ"), !isRule(name), !names(variable, file: name) else { return nil }
        let offset = (Clock.secondsAheadOfUTC(at: Clock.seconds) ?? 0) / 60
        let minutes = abs(offset) % 60
        let used =
            offset == 0
            ? "UTC" : "UTC\(offset < 0 ? "-" : "+")\(abs(offset) / 60):\(minutes < 10 ? "0" : "")\(minutes)"
        return "TZ=\(name) names no time zone that this machine knows; times are in \(used)"
    }

    /// Whether it is `UTC` or a rule such as `CST-8` or `<+08>-8`, which needs no file.
    private static func isRule(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: ":") { rest.removeFirst() }
        if ["UTC", "GMT", "UTC0", "GMT0"].contains(String(Substring(rest))) { return true }
        if rest.first == UInt8(ascii: "<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            let letters = rest.prefix { 0x61...0x7A ~= $0 | 0x20 }
            guard letters.count >= 3 else { return false }
            rest = rest[letters.endIndex...]
        }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        return rest.first?.isASCIIDigit == true
    }

    /// Whether a zone has a file.
    private static func names(_ variable: (String) -> String?, file name: String) -> Bool {
        let name = name.hasPrefix(":") ? String(name.dropFirst()) : name
        var paths = [name]
        if !Paths.isAbsolute(name) {
            let folders = variable("TZDIR").map { [$0] } ?? ["/usr/share/zoneinfo", "/var/db/timezone/zoneinfo"]
            paths = folders.map { "\($0)/\(name)" }
        }
        return paths.contains(where: isZone)
    }

    /// Whether a file is one of a zone: lists of zones and other files lie beside them, and `TZ` may hold any path.
    private static func isZone(_ path: String) -> Bool {
        guard FileStatus.seen(path)?.kind == .file else { return false }
        do throws(SystemError) {
            return try File(path, for: .reading).bytes(4, at: 0) == Array("TZif".utf8)
        } catch {
            return false
        }
    }

    /// Coordinated Universal Time.
    public static let utc = LocalZone { _ in 0 }

    /// What the clock on the wall shows at a moment in Unix seconds.
    public func civil(at moment: Int64) -> CivilTime {
        CivilTime(secondsSince1970: moment.addingReportingOverflow(offset(moment)).partialValue)
    }

    /// The moment, in Unix seconds, at which the clock on the wall shows `civil` (<doc:ParameterValues#Times>).
    ///
    /// A time that the clock skips is the first moment after the gap; of one that it shows twice, `bound` tells which.
    public func moment(of civil: CivilTime, bound: TimeBound) -> Int64 {
        let wall = civil.secondsSince1970
        // No zone is 26 hours away from UTC, so these two lie surely before and after; between them there is at most
        // one change of the offset (the shortest known period, a Moroccan Ramadan, lasts weeks).
        let before = offset(wall - 26 * 3600)
        let after = offset(wall + 26 * 3600)
        let candidates = [wall - before, wall - after].filter { $0 + offset($0) == wall }
        if let earliest = candidates.min(), let latest = candidates.max() {
            return bound == .start ? earliest : latest
        }
        var low = wall - 26 * 3600
        var high = wall + 26 * 3600
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(middle) == before { low = middle } else { high = middle }
        }
        return high
    }
}
