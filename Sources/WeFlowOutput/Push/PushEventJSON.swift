public import WeFlowArrivals
import WeFlowQuery

extension PushEvent {
    /// Writes the event's data: one object, keys without a value left out.
    ///
    /// - Parameter writer: stands where a value may stand.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.string("event", event)
        writer.string("sessionId", sessionID)
        writer.string("sessionType", sessionType)
        writer.string("messageKey", messageKey)
        writer.string("rawid", rawID)
        writer.string("avatarUrl", unlessEmpty: avatarURL)
        writer.string("sourceName", sourceName)
        writer.string("groupName", ifSome: groupName)
        writer.string("content", content)
        writer.integer("timestamp", timestamp)
        if id != 0 {
            writer.quoted("eventId", id)
        }
        writer.string("platformMessageId", rawID)
        writer.integer("localType", localType)
        writer.string("senderUsername", unlessEmpty: sender)
        writer.endObject()
    }

    /// The event as one line of JSON, the line's end included.
    public var line: OutputBytes {
        var writer = JSONWriter(capacity: 512)
        write(to: &writer)
        writer.endLine()
        return writer.finish()
    }

    /// The event as a frame of the stream: `id`, `event`, one line of `data`.
    public var frame: OutputBytes {
        var bytes = OutputBytes(capacity: 512)
        if id != 0 {
            bytes.append("id: " as StaticString)
            bytes.append(decimal: id)
            bytes.append("\n" as StaticString)
        }
        bytes.append("event: " as StaticString)
        bytes.append(event)
        bytes.append("\ndata: " as StaticString)
        bytes.append(line)
        bytes.append("\n" as StaticString)
        return bytes
    }
}
