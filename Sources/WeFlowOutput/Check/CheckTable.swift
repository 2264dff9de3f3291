internal import WeFlowMedia
public import WeFlowParameters
public import WeFlowQuery
internal import WeFlowSystem

/// The report of a check as a table for people.
///
/// - Parameters:
///   - report: what was found.
///   - environment: lines about the program and the machine that are put on top, for a report that others read.
///   - zone: the zone of the times.
///   - width: the columns of the screen; nil where there is none, and no line is broken.
///   - style: how headings and states stand out.
/// - Returns: the text, with the last line's end.
public func checkTable(
    _ report: CheckReport, environment: [String] = [], zone: LocalZone = .system, width: Int? = nil,
    style: TerminalStyle = .plain
) -> String {
    var lines = environment
    if !report.account.isEmpty { lines.append("account   \(report.account.inOneLine)") }
    if !report.ownUsername.isEmpty { lines.append("owner     \(report.ownUsername.inOneLine)") }
    lines.append("key       \(keyLine(report))")
    if let layout = report.layout { lines.append("tables    of WeChat \(layout)") }
    if let line = report.media.flatMap(imageKeyLine) { lines.append("images    \(line)") }
    lines.append("")
    lines += tableLines(report, zone, width, style)
    if let media = report.media { lines += mediaLines(media, width, style) }
    lines += listLines(report.lists, width, style)
    let damage = report.databases.flatMap { database in
        sentences(database.damage).map { "  " + "\(database.name): \($0)".inOneLine }
    }
    if !damage.isEmpty {
        lines += ["", style.paint("damaged pages", .heading)] + damage.prefix(mostDamage)
        if damage.count > mostDamage { lines.append("  and \(damage.count - mostDamage) more; --json lists them all") }
    }
    if !report.losses.isEmpty {
        lines += ["", style.paint("what does not work", .heading)]
        lines += report.losses.map { "  \($0.reason.inOneLine)\n    \($0.cost.inOneLine)" }
    }
    lines += ["", style.paint(verdictLine(report), report.verdict == .whole ? .good : .bad)]
    return lines.joined(separator: "\n") + "\n"
}

/// Lines about damaged pages beyond these are counted only.
private let mostDamage = 40

func keyLine(_ report: CheckReport) -> String {
    let encrypted = report.databases.filter { $0.isEncrypted == true }
    let opened = "opens \(encrypted.count) \(encrypted.count == 1 ? "database" : "databases")"
    switch report.keyForm {
    case .none:
        let plain = report.databases.contains { $0.isEncrypted == false }
        return plain ? "none; the databases are not encrypted" : "none"
    case .account: return "account key (64 hex digits), \(opened)"
    case .page: return "page key, \(opened)"
    case .map: return "map of page keys, \(opened)"
    case .unproven: return "64 hex digits, fits no database"
    }
}

private func tableLines(
    _ report: CheckReport, _ zone: LocalZone, _ width: Int?, _ style: TerminalStyle
) -> [String] {
    var rows = [["DATABASE", "SIZE", "PAGES", "LOG"]]
    var states: [[String]] = []
    // Where none is encrypted the line of the key has said so.
    let isMixed = Set(report.databases.compactMap(\.isEncrypted)).count > 1
    for database in report.databases where database.role != .other || isBad(database) {
        rows.append([
            database.name.inOneLine, bytes(database.fileSize), database.pageCount.map { String($0) } ?? "-",
            database.logSize == 0 ? "-" : bytes(database.logSize),
        ])
        let state = state(database, zone, isMixed: isMixed)
        states.append([style.paint(state[0], isBad(database) ? .bad : .good)] + state.dropFirst())
    }
    let others = report.databases.filter { $0.role == .other && !isBad($0) }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let rowWidth = widths.reduce(6, +)
    var lines: [String] = []
    for (index, row) in rows.enumerated() {
        let cells = (0..<4).map { column in
            let pad = String(repeating: " ", count: widths[column] - row[column].count)
            return column == 0 ? row[column] + pad : pad + row[column]
        }
        let line = cells.joined(separator: "  ")
        if let width, rowWidth + 8 > width {
            // A database a few lines, since its columns have no room.
            guard index > 0 else { continue }
            lines.append(style.paint(row[0], .heading))
            let log = row[3] == "-" ? [] : ["log \(row[3])"]
            let pages = row[2] == "-" ? [] : ["\(row[2]) pages"]
            lines += beside("", [row[1]] + pages + log + states[index - 1], width)
        } else if index == 0 {
            lines.append(style.paint(line + "  STATE", .heading))
        } else {
            lines += beside(line, states[index - 1], width)
        }
    }
    if !others.isEmpty {
        let size = others.reduce(0) { $0 + $1.fileSize }
        let names = others.count == 1 ? "database that is" : "databases that are"
        lines.append("and \(others.count) \(names) not read here, \(bytes(size))")
    }
    return lines
}

/// A line with parts after it, those that a narrow screen has no room for on lines of their own.
private func beside(_ line: String, _ parts: [String], _ width: Int?) -> [String] {
    guard let width else { return [line + "  " + parts.joined(separator: ", ")] }
    let indent = line.count + 2 < width - 16 ? line.count + 2 : 4
    var lines = [line + "  "]
    var columns = line.count + 2
    for (index, part) in parts.enumerated() {
        // What is painted is one short word, whose colours take no columns.
        let size = part.replacing(/\u{1B}\[\d+m/, with: "").displayWidth
        let text = index == parts.count - 1 ? part : part + ", "
        if index > 0, columns + size + 1 > width {
            lines.append(String(repeating: " ", count: indent))
            columns = indent
        }
        lines[lines.count - 1] += text
        columns += size + 2
    }
    return lines.map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }
}

/// How a form of the key of pictures is called.
func imageKeyForm(_ form: ImageKey.Form) -> String {
    switch form {
    case .characters: "16 characters"
    case .digits: "32 hex digits"
    case .firstCharacters: "first 16 of 32 characters"
    }
}

private func imageKeyLine(_ media: MediaCheck) -> String? {
    guard media.encrypted > 0 else { return nil }
    guard let form = media.form else { return "no key opens the encrypted pictures" }
    return "key (\(imageKeyForm(form))), opens \(media.opened) of \(media.encrypted) encrypted pictures that were tried"
}

/// What media of a kind are called.
func mediaName(_ kind: MediaKind) -> String {
    switch kind {
    case .image: "pictures"
    case .voice: "voices"
    case .video: "videos"
    case .emoji: "stickers"
    case .file: "files"
    }
}

private func mediaLines(_ media: MediaCheck, _ width: Int?, _ style: TerminalStyle) -> [String] {
    let kinds = MediaKind.allCases.compactMap { kind in media.kinds[kind].map { (kind, $0) } }
    guard kinds.contains(where: { $0.1.referenced > 0 }) else { return [] }
    var rows = [["MEDIA", "MESSAGES", "THERE", "MISSING", ""]]
    for (kind, count) in kinds where count.referenced > 0 {
        var note = kind == .emoji ? "fetched from the network on export" : ""
        if count.thumbnails > 0 { note = "\(count.thumbnails) as thumbnails only" }
        if count.transcripts > 0 { note = "\(count.transcripts) with a transcript" }
        rows.append([
            mediaName(kind), "\(count.referenced)", count.present.map { "\($0)" } ?? "-",
            count.present.map { "\(count.referenced - $0)" } ?? "-", note,
        ])
    }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return [""]
        + rows.enumerated().flatMap { index, row in
            let cells = (0..<4).map { column in
                let pad = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + pad : pad + row[column]
            }
            let line = cells.joined(separator: "  ")
            if index == 0 { return [style.paint(line, .heading)] }
            return besideOrBelow(line, row[4], width)
        }
}

/// A line with a note after it, or below it where the screen is too narrow.
private func besideOrBelow(_ line: String, _ note: String, _ width: Int?) -> [String] {
    if note.isEmpty { return [line] }
    let joined = "\(line)  \(note)"
    guard let width, joined.displayWidth > width else { return [joined] }
    return [line, "    \(note)"]
}

private func listLines(_ lists: [ListCheck], _ width: Int?, _ style: TerminalStyle) -> [String] {
    guard !lists.isEmpty else { return [] }
    let column = lists.map(\.name.count).max() ?? 0
    let lines = lists.flatMap { list in
        let name = list.name + String(repeating: " ", count: column - list.name.count)
        guard let rows = list.rows else { return besideOrBelow(name, "-, \(list.reason.inOneLine)", width) }
        return besideOrBelow(name, "\(rows) \(list.unit)", width)
    }
    return ["", style.paint("LISTS", .heading)] + lines
}

private func isBad(_ database: DatabaseCheck) -> Bool { database.state != .whole && database.state != .empty }

private func state(_ database: DatabaseCheck, _ zone: LocalZone, isMixed: Bool) -> [String] {
    var parts: [String]
    switch database.state {
    case .whole: parts = ["ok"]
    case .empty: parts = ["empty"]
    case .unreadable: parts = ["does not open"]
    case .damaged:
        let pages = database.damage.reduce(0) { $0 + $1.pages.count }
        parts = [pages == 1 ? "1 damaged page" : "\(pages) damaged pages"]
    }
    if isMixed, database.isEncrypted == false { parts.append("not encrypted") }
    if let messages = database.messages {
        parts.append("\(messages.chats) \(messages.chats == 1 ? "chat" : "chats")")
        parts.append("\(messages.count) \(messages.count == 1 ? "message" : "messages")")
        if let first = messages.first, let last = messages.last {
            parts.append("\(date(first, zone)) to \(date(last, zone))")
        }
    }
    return parts
}

/// A sentence for all pages that have the same fault and belong to the same table.
private func sentences(_ damage: [DatabaseCheck.PageDamage]) -> [String] {
    var groups: [(like: DatabaseCheck.PageDamage, pages: [ClosedRange<UInt32>])] = []
    for run in damage {
        if let place = groups.firstIndex(where: { $0.like.fault == run.fault && $0.like.owner == run.owner }) {
            groups[place].pages.append(run.pages)
        } else {
            groups.append((run, [run.pages]))
        }
    }
    return groups.map { sentence($0.like, $0.pages) }
}

private func sentence(_ damage: DatabaseCheck.PageDamage, _ runs: [ClosedRange<UInt32>]) -> String {
    let isOne = runs.count == 1 && runs[0].count == 1
    let shown = runs.prefix(8).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    let rest = runs.dropFirst(8).reduce(0) { $0 + $1.count }
    let pages =
        (isOne ? "page " : "pages ") + shown.joined(separator: ", ") + (rest == 0 ? "" : " and \(rest) more")
    let fault =
        switch damage.fault {
        case .checksum: isOne ? "fails its checksum" : "fail their checksums"
        case .structure: isOne ? "is no page of its table" : "are no pages of their table"
        case .blank: isOne ? "is blank" : "are blank"
        case .truncated: isOne ? "is missing, the file ends before it" : "are missing, the file ends before them"
        case .rowsMissing: "\(isOne ? "lacks" : "lack") rows that an index names"
        case .rowsUnindexed: "\(isOne ? "lacks" : "lack") rows that the table holds"
        case .unreadable(let code): "cannot be read (\(SystemError(code).text))"
        }
    func of(_ chat: String?) -> String { chat.map { ", chat \($0)" } ?? "" }
    let owner =
        switch damage.owner {
        case .table(let name, let chat): " (rows of \(name)\(of(chat)))"
        case .index(let name, let chat): " (index of \(name)\(of(chat)))"
        case .free: " (unused)"
        case .unknown, nil: ""
        }
    return "\(pages) \(fault)\(owner)"
}

private func verdictLine(_ report: CheckReport) -> String {
    switch report.verdict {
    case .whole where !report.isDeep: return "every database opens; weflow check --deep verifies every page"
    case .whole:
        let hasPlain = report.databases.contains { $0.isEncrypted == false }
        return hasPlain
            ? "every page belongs where it is; pages that are not encrypted have no checksum"
            : "every page of every database is as it was written"
    case .damaged: return "the account can be read in part"
    case .unreadable: return "nothing can be read"
    }
}

/// A size as people read it, in steps of 1024.
private func bytes(_ count: Int64) -> String {
    guard count >= 1024 else { return "\(count) B" }
    var size = Double(count)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= 1024, unit < units.count - 1 {
        size /= 1024
        unit += 1
    }
    let tenths = Int((size * 10).rounded())
    return size < 10 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(size.rounded())) \(units[unit])"
}

/// A day in local time.
func date(_ seconds: Int64, _ zone: LocalZone) -> String {
    let time = zone.civil(at: seconds)
    return "\(time.year)-\(MomentTimes.two(time.month))-\(MomentTimes.two(time.day))"
}
