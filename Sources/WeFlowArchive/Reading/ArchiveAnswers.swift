package import WeFlowOutput

/// What a run gives.
package func encodeArchiveSummary(_ summary: ArchiveSummary, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.integer("chats", summary.chats)
    writer.integer("added", summary.added)
    writer.integer("changed", summary.changed)
    writer.integer("gone", summary.gone)
    writer.integer("files", summary.files)
    writer.integer("missingMedia", summary.missingMedia)
    writer.integer("bytes", summary.bytes)
    writer.double("seconds", (summary.seconds * 1000).rounded() / 1000)
    writer.endObject()
    return writer.finish()
}
