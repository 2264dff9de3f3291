import WeFlowMedia
public import WeFlowParameters
public import WeFlowQuery

/// What of an account can be read, in a few lines: what each is about, and what is said of it.
///
/// - Parameters:
///   - report: what was found.
///   - zone: the zone of the times.
/// - Returns: the lines, what each is about in front.
public func checkSummary(_ report: CheckReport, zone: LocalZone = .system) -> [(term: String, text: String)] {
    var rows: [(term: String, text: String)] = [
        ("Account", report.account), ("Owner", report.ownUsername), ("Key", keyLine(report)),
    ]
    let shards = report.databases.compactMap(\.messages)
    let count = shards.reduce(0) { $0 + $1.count }
    var messages = "\(count)"
    if let first = shards.compactMap(\.first).min(), let last = shards.compactMap(\.last).max() {
        messages += ", \(date(first, zone)) to \(date(last, zone))"
    }
    rows.append(("Messages", shards.isEmpty ? "none" : messages))
    let media = MediaKind.allCases.compactMap { kind -> String? in
        guard let count = report.media?.kinds[kind], count.referenced > 0, let present = count.present else {
            return nil
        }
        return "\(present) of \(count.referenced) \(mediaName(kind))"
    }
    if !media.isEmpty { rows.append(("Media", media.joined(separator: ", "))) }
    rows += report.losses.map { ("Not there", "\($0.reason): \($0.cost)") }
    return rows.filter { !$0.text.isEmpty }
}
