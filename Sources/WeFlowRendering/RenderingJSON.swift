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
    writer.key("success")
    writer.bool(outcome.damage.isEmpty)
    writer.key("chats")
    writer.integer(outcome.chats)
    writer.key("messages")
    writer.integer(outcome.messages)
    writer.key("files")
    writer.integer(outcome.written)
    writer.key("unchanged")
    writer.integer(outcome.unchanged)
    writer.key("bytes")
    writer.integer(outcome.bytes)
    writer.endObject()
    return writer.finish()
}
