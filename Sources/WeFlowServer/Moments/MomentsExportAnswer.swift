public import WeFlowOutput

/// The answer to an export (<doc:ExportingMoments>).
///
/// What could not be had is told by two further keys, which are there only where something is missing.
public func encodeMomentsExport(_ outcome: MomentsExporter.Outcome, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.key("success")
    writer.bool(true)
    writer.key("filePath")
    writer.string(outcome.filePath)
    writer.key("postCount")
    writer.integer(outcome.posts)
    writer.key("mediaCount")
    writer.integer(outcome.media)
    if outcome.isStopped {
        writer.key("stopped")
        writer.bool(true)
    }
    if let report = outcome.reportPath {
        writer.key("missingCount")
        writer.integer(outcome.missing.count)
        writer.key("missingPath")
        writer.string(report)
    }
    writer.endObject()
    return writer.finish()
}

/// The report of files that could not be had.
func encodeMissingFiles(_ missing: [MomentsExporter.Missing]) -> OutputBytes {
    var writer = JSONWriter(style: .pretty)
    writer.beginObject()
    writer.key("count")
    writer.integer(missing.count)
    writer.key("files")
    writer.beginArray()
    for file in missing {
        writer.beginObject()
        if let post = file.postID {
            writer.key("postId")
            writer.quoted(post)
        }
        writer.key("kind")
        writer.string(file.kind)
        writer.key("name")
        writer.string(file.name)
        writer.key("url")
        writer.string(file.url)
        writer.key("reason")
        writer.string(file.reason)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}
