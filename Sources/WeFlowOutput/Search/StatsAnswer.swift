internal import WeFlowParameters
internal import WeFlowQuery
public import WeFlowSearch

/// Statistics as an object, lines or rows.
///
/// - Parameters:
///   - result: what was counted.
///   - by: what it was counted by.
///   - form: the form.
/// - Returns: the bytes.
public func encodeStats(_ result: StatsQuery.Result, by: [StatsRequest.Key], form: ListForm) -> OutputBytes {
    var list = ListWriter(
        form, "rows",
        columns: ["keys", "names", "count", "sent", "received", "characters", "firstTime", "lastTime"]
    ) { writer in
        writer.bool("success", true)
        writer.beginArray("by")
        for key in by { writer.string(key.rawValue) }
        writer.endArray()
        writer.integer("total", result.total)
    }
    for row in result.rows {
        list.object { writer in
            writer.beginArray("keys")
            for key in row.keys { writer.string(key) }
            writer.endArray()
            writer.beginArray("names")
            for name in row.names { writer.string(name) }
            writer.endArray()
            writer.integer("count", row.count)
            writer.integer("sent", row.sent)
            writer.integer("received", row.received)
            writer.integer("characters", row.characters)
            writer.integer("firstTime", row.firstTime)
            writer.integer("lastTime", row.lastTime)
        }
    }
    return list.finish()
}

/// Statistics as a table for people, with a bar behind each number.
///
/// - Parameters:
///   - result: what was counted.
///   - by: what it was counted by.
///   - width: the columns of the screen; nil where there is none.
///   - style: how names and titles stand out.
/// - Returns: the lines with their ends, nothing where nothing was counted.
public func statsTable(
    _ result: StatsQuery.Result, by: [StatsRequest.Key], width: Int?, style: TerminalStyle
) -> String {
    var columns = by.map { key in
        TextTable.Column(title: key.rawValue.uppercased(), canShrink: !key.isTime, role: key.isTime ? .faint : .name)
    }
    columns += [
        .init(title: "COUNT", isNumber: true), .init(title: "SENT", isNumber: true, canGo: true),
        .init(title: "RECEIVED", isNumber: true, canGo: true),
        .init(title: "CHARACTERS", isNumber: true, canGo: true), .init(title: "", canGo: true),
    ]
    var table = TextTable(columns: columns)
    let most = result.rows.map(\.count).max() ?? 0
    // What is left of a screen of the usual width.
    let longest = min(40, max(10, (width ?? 80) - 50))
    table.rows = result.rows.map { row in
        row.names + [row.count, row.sent, row.received, row.characters].map { String($0) } + [
            bar(row.count, of: most, longest)
        ]
    }
    return table.text(width: width, style: style)
}

/// A bar of eighths of a column.
private func bar(_ count: Int, of most: Int, _ longest: Int) -> String {
    guard most > 0, count > 0 else { return "" }
    let eighths = max(1, Int((Double(count) / Double(most) * Double(longest * 8)).rounded()))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
}
