public import WeFlowFiles
public import WeFlowParameters
import WeFlowQuery

/// Pictures of people.
public let avatarsLayout = ListLayout<AvatarEntry>(
    "avatars", columns: ["username", "displayName", "size", "contentType", "updateTime"]
) { avatar, writer in
    writer.string("username", avatar.username)
    writer.string("displayName", avatar.displayName)
    writer.integer("size", avatar.size)
    writer.string("contentType", avatar.contentType)
    writer.integer("updateTime", avatar.updateTime)
}

/// Pictures of people as a table for people.
///
/// - Parameters:
///   - avatars: the pictures in order.
///   - width: the columns of the screen; nil where there is none, and nothing is cut.
///   - style: how names and titles stand out.
///   - zone: the clock by which times are shown.
/// - Returns: the lines with their ends, nothing where there is no picture.
public func avatarsTable(
    _ avatars: [AvatarEntry], width: Int?, style: TerminalStyle, zone: LocalZone = .system
) -> String {
    var table = TextTable(columns: [
        .init(title: "CHANGED", role: .faint), .init(title: "SIZE", isNumber: true), .init(title: "TYPE"),
        .init(title: "NAME", canShrink: true, role: .name), .init(title: "ID"),
    ])
    table.rows = avatars.map { avatar in
        [
            avatar.updateTime > 0 ? MomentTimes.minute(avatar.updateTime, zone: zone) : "-",
            shownSize(Int64(avatar.size)), avatar.contentType, avatar.displayName, avatar.username,
        ]
    }
    return table.text(width: width, style: style)
}

/// What became of pictures that were written to a folder.
///
/// - Parameters:
///   - report: what was done.
///   - folder: the folder.
///   - style: how the JSON is laid out.
/// - Returns: the whole answer.
public func encodeAvatarFiles(_ report: AvatarFiles.Report, folder: String, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.bool("success", true)
    writer.integer("count", report.written + report.alreadyThere)
    writer.integer("written", report.written)
    writer.string("outputDir", folder)
    writer.endObject()
    return writer.finish()
}
