import WeFlowOutput

/// `chat.json`: whose messages a folder holds.
struct ChatDescription {
    let id: String
    let name: String

    var bytes: OutputBytes {
        var writer = JSONWriter(style: .pretty)
        writer.beginObject()
        writer.key("id")
        writer.string(id)
        writer.key("name")
        writer.string(name)
        writer.endObject()
        writer.endLine()
        return writer.finish()
    }
}
