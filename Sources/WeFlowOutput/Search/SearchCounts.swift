public import WeFlowParameters
internal import WeFlowQuery
public import WeFlowSearch

/// How many messages of each chat a search means, as an object, lines or rows.
///
/// - Parameters:
///   - counts: the chats in order.
///   - form: the form.
/// - Returns: the bytes.
public func encodeSearchCounts(_ counts: [SearchQuery.Count], form: ListForm) -> OutputBytes {
    var list = ListWriter(
        form, "sessions", columns: ["sessionId", "sessionName", "sessionType", "count", "firstTime", "lastTime"]
    ) { writer in
        writer.bool("success", true)
        writer.integer("count", counts.count)
        writer.integer("total", counts.reduce(0) { $0 + $1.count })
    }
    for count in counts {
        list.object { writer in
            writer.string("sessionId", count.sessionID)
            writer.string("sessionName", count.sessionName)
            writer.string("sessionType", count.kind.rawValue)
            writer.integer("count", count.count)
            writer.integer("firstTime", count.firstTime)
            writer.integer("lastTime", count.lastTime)
        }
    }
    return list.finish()
}

/// The same as a table for people.
///
/// - Parameters:
///   - counts: the chats in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no chat.
public func searchCountsTable(
    _ counts: [SearchQuery.Count], width: Int?, style: TerminalStyle, zone: LocalZone = .system
) -> String {
    var table = TextTable(columns: [
        .init(title: "COUNT", isNumber: true), .init(title: "FIRST", role: .faint), .init(title: "LAST", role: .faint),
        .init(title: "TYPE"), .init(title: "NAME", canShrink: true, role: .name), .init(title: "ID"),
    ])
    table.rows = counts.map { count in
        [
            String(count.count), MomentTimes.minute(count.firstTime, zone: zone),
            MomentTimes.minute(count.lastTime, zone: zone), count.kind.rawValue, count.sessionName, count.sessionID,
        ]
    }
    return table.text(width: width, style: style)
}
