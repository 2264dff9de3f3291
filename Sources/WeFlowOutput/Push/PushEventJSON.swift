public import WeFlowArrivals
import WeFlowQuery

extension PushEvent {
    /// Writes the event's data: one object, keys without a value left out.
    ///
    /// - Parameter writer: stands where a value may stand.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("event")
        writer.string(event)
        writer.key("sessionId")
        writer.string(sessionID)
        writer.key("sessionType")
        writer.string(sessionType)
        writer.key("messageKey")
        writer.string(messageKey)
        writer.key("rawid")
        writer.string(rawID)
        if !avatarURL.isEmpty {
            writer.key("avatarUrl")
            writer.string(avatarURL)
        }
        writer.key("sourceName")
        writer.string(sourceName)
        if let groupName {
            writer.key("groupName")
            writer.string(groupName)
        }
        writer.key("content")
        writer.string(content)
        writer.key("timestamp")
        writer.integer(timestamp)
        if id != 0 {
            writer.key("eventId")
            writer.quoted(id)
        }
        writer.key("platformMessageId")
        writer.string(rawID)
        writer.key("localType")
        writer.integer(localType)
        if !sender.isEmpty {
            writer.key("senderUsername")
            writer.string(sender)
        }
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
