package import WeFlowOutput

/// What a run gives.
package func encodeArchiveSummary(_ summary: ArchiveSummary, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.key("chats")
    writer.integer(summary.chats)
    writer.key("added")
    writer.integer(summary.added)
    writer.key("changed")
    writer.integer(summary.changed)
    writer.key("gone")
    writer.integer(summary.gone)
    writer.key("files")
    writer.integer(summary.files)
    writer.key("missingMedia")
    writer.integer(summary.missingMedia)
    writer.key("bytes")
    writer.integer(summary.bytes)
    writer.key("seconds")
    writer.double((summary.seconds * 1000).rounded() / 1000)
    writer.endObject()
    return writer.finish()
}
