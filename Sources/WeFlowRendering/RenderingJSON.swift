public import WeFlowOutput

/// The summary of a run as JSON: `{chats, messages, files, unchanged, bytes}`.
///
/// - Parameters:
///   - outcome: what became of it.
///   - style: how it is laid out.
/// - Returns: one object.
public func encodeRendering(_ outcome: Rendering.Outcome, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.bool("success", outcome.damage.isEmpty)
    writer.integer("chats", outcome.chats)
    writer.integer("messages", outcome.messages)
    writer.integer("files", outcome.written)
    writer.integer("unchanged", outcome.unchanged)
    writer.integer("bytes", outcome.bytes)
    writer.endObject()
    return writer.finish()
}
