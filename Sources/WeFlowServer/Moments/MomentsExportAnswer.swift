public import WeFlowOutput

/// The answer to an export (<doc:ExportingMoments>).
///
/// What could not be had is told by two further keys, which are there only where something is missing.
public func encodeMomentsExport(_ outcome: MomentsExporter.Outcome, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.bool("success", true)
    writer.string("filePath", outcome.filePath)
    writer.integer("postCount", outcome.posts)
    writer.integer("mediaCount", outcome.media)
    if outcome.isStopped {
        writer.bool("stopped", true)
    }
    if let report = outcome.reportPath {
        writer.integer("missingCount", outcome.missing.count)
        writer.string("missingPath", report)
    }
    writer.endObject()
    return writer.finish()
}

/// The report of files that could not be had.
func encodeMissingFiles(_ missing: [MomentsExporter.Missing]) -> OutputBytes {
    var writer = JSONWriter(style: .pretty)
    writer.beginObject()
    writer.integer("count", missing.count)
    writer.beginArray("files")
    for file in missing {
        writer.beginObject()
        writer.quoted("postId", ifSome: file.postID)
        writer.string("kind", file.kind)
        writer.string("name", file.name)
        writer.string("url", file.url)
        writer.string("reason", file.reason)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}
