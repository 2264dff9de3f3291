public import WeFlowFiles
public import WeFlowParameters
import WeFlowQuery

/// Files.
public let filesLayout = ListLayout<FileEntry>(
    "files",
    columns: [
        "sessionId", "sessionName", "serverId", "localId", "createTime", "senderUsername", "senderName", "fileName",
        "fileExt", "fileSize", "fileMd5", "state", "path", "recordPath",
    ]
) { file, writer in
    writer.string("sessionId", file.sessionID)
    writer.string("sessionName", file.sessionName)
    writer.quoted("serverId", file.serverID)
    writer.integer("localId", file.localID)
    writer.integer("createTime", file.createTime)
    writer.string("senderUsername", file.sender)
    writer.string("senderName", file.senderName)
    writer.string("fileName", file.fileName)
    writer.string("fileExt", file.fileExtension)
    writer.integer("fileSize", file.size)
    writer.string("fileMd5", file.md5)
    writer.string("state", file.state.rawValue)
    writer.string("path", ifSome: file.path)
    writer.string("recordPath", ifSome: file.recordPath)
}

/// Files as a table for people.
///
/// - Parameters:
///   - files: the files in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no file.
public func filesTable(_ files: [FileEntry], width: Int?, style: TerminalStyle, zone: LocalZone = .system) -> String {
    var table = TextTable(columns: [
        .init(title: "TIME", role: .faint), .init(title: "SIZE", isNumber: true), .init(title: "STATE"),
        .init(title: "CHAT", canShrink: true), .init(title: "FROM", canShrink: true),
        .init(title: "NAME", canShrink: true, role: .name),
    ])
    table.rows = files.map { file in
        [
            MomentTimes.minute(file.createTime, zone: zone), shownSize(file.size), file.state.rawValue,
            file.sessionName, file.senderName, file.fileName,
        ]
    }
    return table.text(width: width, style: style)
}

/// A size for people: three digits and a unit of 1024.
func shownSize(_ bytes: Int64) -> String {
    guard bytes >= 1024 else { return "\(max(0, bytes)) B" }
    var (size, unit) = (Double(bytes) / 1024, 0)
    let units = ["K", "M", "G", "T", "P", "E"]
    while size >= 999.5, unit < units.count - 1 { (size, unit) = (size / 1024, unit + 1) }
    let tenths = (size * 10).rounded()
    let text = tenths >= 100 ? "\(Int64(size.rounded()))" : "\(Int64(tenths) / 10).\(Int64(tenths) % 10)"
    return "\(text) \(units[unit])"
}
