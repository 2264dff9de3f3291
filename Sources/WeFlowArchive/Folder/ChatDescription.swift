import WeFlowOutput

/// `chat.json`: whose messages a folder holds.
struct ChatDescription {
    let id: String
    let name: String

    var bytes: OutputBytes {
        var writer = JSONWriter(style: .pretty)
        writer.beginObject()
        writer.string("id", id)
        writer.string("name", name)
        writer.endObject()
        writer.endLine()
        return writer.finish()
    }
}
