package import WeFlowOutput
package import WeFlowPages

/// What an archive has of each chat.
package struct ArchiveOverview: Sendable {
    /// A chat.
    package struct Chat: Sendable {
        package let id: String
        package let chat: Manifest.Chat
        /// How many messages have a file.
        package var media = 0
        /// Bytes of its months.
        package var bytes: Int64 = 0
    }

    /// By name of the folder.
    package private(set) var chats: [Chat] = []
    /// Unix seconds of the last run that changed something, 0 where there is none.
    package let lastRun: Int64

    /// Reads it.
    ///
    /// - Parameter folder: the archive's folder.
    /// - Throws: `.notFound` where there is no archive; `.invalidData` where it is damaged.
    package init(_ folder: String) throws(WeFlowError) {
        let archive = try ArchiveFolder(folder)
        guard let info = try archive.info(), let manifest = try archive.manifest() else {
            throw WeFlowError(.notFound, "there is no archive in \(folder)")
        }
        lastRun = info.runs.last.map { max($0.end, $0.start) } ?? 0
        let months = manifest.byFolder()
        for (id, chat) in manifest.chats {
            var entry = Chat(id: id, chat: chat)
            for (month, record) in months[chat.folder] ?? [:] {
                entry.bytes += record.bytes
                let file = try LineFile(archive.file(ArchivePath.month(month, of: chat.folder)), sums: false)
                while let line = try file.next() {
                    if ArchiveLine(line)?.media != nil { entry.media += 1 }
                }
            }
            chats.append(entry)
        }
        chats.sort { a, b in
            a.chat.last != b.chat.last ? a.chat.last > b.chat.last : a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
        }
    }
}

/// What `weflow archive status` gives.
package func encodeArchiveOverview(_ overview: ArchiveOverview, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.bool("success", true)
    writer.integer("count", overview.chats.count)
    writer.integer("lastRun", overview.lastRun)
    writer.beginArray("chats")
    for chat in overview.chats {
        writer.beginObject()
        writer.string("id", chat.id)
        writer.string("name", chat.chat.name)
        writer.integer("messages", chat.chat.messages)
        writer.integer("from", chat.chat.first)
        writer.integer("to", chat.chat.last)
        writer.integer("media", chat.media)
        writer.integer("bytes", chat.bytes)
        writer.integer("lastRun", overview.lastRun)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}
