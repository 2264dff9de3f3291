import WeFlowOutput
import WeFlowPages

/// What of an account an archive takes; given at the first run, and kept.
package struct ArchiveSettings: Hashable, Sendable {
    /// The kinds of files that are taken.
    package enum Kind: String, CaseIterable, Sendable {
        case image, voice, video, emoji, file
    }

    /// Ids of chats, and labels of contacts as `label:NAME`; empty is all.
    package var included: [String] = []
    /// The same of those that are left out.
    package var excluded: [String] = []
    /// `private group official other`; empty is all.
    package var sessionTypes: [String] = []
    /// The kinds of files.
    package var media: [Kind] = Kind.allCases
    /// The largest file that is taken, in bytes; nil without a bound.
    package var maxFile: Int64?
    /// Whether moments are taken.
    package var moments = true
    /// Whether favourites are taken.
    package var favorites = true

    /// Everything.
    package init() {}
}

/// `archive.json`: whose archive it is, what it takes, and its runs.
package struct ArchiveInfo: Sendable {
    /// A run that changed something.
    package struct Run: Hashable, Sendable {
        /// Unix seconds; the end is 0 for one that was not finished.
        package var start: Int64
        package var end: Int64
    }

    static let version: Int64 = 1

    /// Whose archive it is.
    package var account: String
    /// The zone by whose months lines are filed.
    package var zone: String
    /// What it takes.
    package var settings: ArchiveSettings
    /// Those that changed something, oldest first; the last ones.
    package var runs: [Run] = []

    /// How many runs are kept: three years of nights.
    private static let mostRuns = 1000

    init(account: String, zone: String, settings: ArchiveSettings) {
        (self.account, self.zone, self.settings) = (account, zone, settings)
    }

    /// Whether the last run did not come to its end.
    var isUnfinished: Bool { runs.last?.end == 0 }

    /// Notes a run that began; one that was not finished goes on in it.
    mutating func begin(_ start: Int64) {
        if !isUnfinished { runs.append(Run(start: start, end: 0)) }
        if runs.count > Self.mostRuns { runs.removeFirst(runs.count - Self.mostRuns) }
    }

    /// Notes that it came to its end.
    mutating func end(_ time: Int64) {
        guard let last = runs.indices.last else { return }
        runs[last].end = max(time, 1)
    }

    /// Its text.
    var bytes: OutputBytes {
        var writer = JSONWriter(style: .pretty)
        func list(_ name: StaticString, _ values: [String], _ writer: inout JSONWriter) {
            writer.key(name)
            writer.beginArray()
            for value in values { writer.string(value) }
            writer.endArray()
        }
        writer.beginObject()
        writer.integer("version", Self.version)
        writer.string("account", account)
        writer.string("zone", zone)
        writer.beginObject("settings")
        list("in", settings.included, &writer)
        list("exclude", settings.excluded, &writer)
        list("sessionType", settings.sessionTypes, &writer)
        list("media", settings.media.map(\.rawValue), &writer)
        writer.integer("maxFile", ifSome: settings.maxFile)
        writer.bool("moments", settings.moments)
        writer.bool("favorites", settings.favorites)
        writer.endObject()
        writer.beginArray("runs")
        for run in runs {
            writer.beginObject()
            writer.integer("start", run.start)
            if run.end != 0 {
                writer.integer("end", run.end)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.endLine()
        return writer.finish()
    }

    /// Reads it.
    ///
    /// - Throws: `.invalidData` where it is none, or one of a newer version.
    init(_ bytes: [UInt8], at path: String) throws(WeFlowError) {
        var version: Int64?
        var (account, zone): (String?, String?)
        var settings = ArchiveSettings()
        var runs: [Run] = []
        let isWhole = bytes.withUnsafeBytes { bytes in
            var scan = JSONScan(bytes)
            return scan.members { scan, key in
                if scan.matches(key, "settings") { return Self.settings(&scan, &settings) }
                if scan.matches(key, "runs") { return scan.elements { scan in Self.run(&scan, &runs) } }
                guard let value = scan.value() else { return false }
                let inside = value.count < 2 ? value : value.lowerBound + 1..<value.upperBound - 1
                if scan.matches(key, "version") { version = scan.integer(value) }
                if scan.matches(key, "account") { account = scan.text(inside) }
                if scan.matches(key, "zone") { zone = scan.text(inside) }
                return true
            } && scan.next() == nil && scan.at == bytes.count
        }
        if let version, version > Self.version {
            throw WeFlowError(
                .invalidData, "\(path) is of a newer version (\(version)) than this program knows; take a newer weflow")
        }
        guard isWhole, version == Self.version, let account, let zone else {
            throw WeFlowError(
                .invalidData, "\(path) is damaged; bring back a copy of the archive, or of this file, from a backup")
        }
        (self.account, self.zone, self.settings, self.runs) = (account, zone, settings, runs)
    }

    private static func settings(_ scan: inout JSONScan, _ settings: inout ArchiveSettings) -> Bool {
        scan.members { scan, key in
            func list() -> [String]? {
                var values: [String] = []
                let isList = scan.elements { scan in
                    guard let text = scan.string() else { return false }
                    values.append(scan.text(text))
                    return true
                }
                return isList ? values : nil
            }
            if scan.matches(key, "in") || scan.matches(key, "exclude") || scan.matches(key, "sessionType")
                || scan.matches(key, "media")
            {
                guard let values = list() else { return false }
                if scan.matches(key, "in") { settings.included = values }
                if scan.matches(key, "exclude") { settings.excluded = values }
                if scan.matches(key, "sessionType") { settings.sessionTypes = values }
                if scan.matches(key, "media") { settings.media = values.compactMap(ArchiveSettings.Kind.init) }
                return true
            }
            guard let value = scan.value() else { return false }
            if scan.matches(key, "maxFile") { settings.maxFile = scan.integer(value) }
            if scan.matches(key, "moments") { settings.moments = scan.matches(value, "true") }
            if scan.matches(key, "favorites") { settings.favorites = scan.matches(value, "true") }
            return true
        }
    }

    private static func run(_ scan: inout JSONScan, _ runs: inout [Run]) -> Bool {
        var run = Run(start: 0, end: 0)
        let isWhole = scan.members { scan, key in
            guard let value = scan.value() else { return false }
            if scan.matches(key, "start") { run.start = scan.integer(value) ?? 0 }
            if scan.matches(key, "end") { run.end = scan.integer(value) ?? 0 }
            return true
        }
        runs.append(run)
        return isWhole
    }
}
