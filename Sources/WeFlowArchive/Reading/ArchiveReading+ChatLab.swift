import WeFlowModel
import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

/// Messages of an archive as ChatLab.
extension ArchiveReading {
    func chatLab(
        _ page: Page, _ lines: inout ArchivedLines, _ layout: Layout, _ sink: ByteSink
    ) async throws {
        let isLines = request.format == .chatlabLines
        var writer = JSONWriter(style: isLines ? .compact : layout.style)
        let isGroup = Username.isGroup(request.talker)
        // The senders stand before the messages.
        var known: Set<String> = []
        var members: [ChatPerson] = []
        for place in page.places {
            try lines.line(at: place).withUnsafeBytes { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                let person = self.person(line, bytes, isGroup)
                guard known.insert(person.id).inserted else { return }
                members.append(ChatPerson(platformID: person.id, accountName: person.name))
            }
        }
        let head = ChatLabHead(
            name: archive.manifest.chats[request.talker]?.name ?? request.talker, talker: request.talker,
            ownerID: archive.info.account, exportedAt: layout.now)
        writer.begin(head, members: members, isLines: isLines)
        let decoder = MessageDecoder(readsRecords: false)
        for place in page.places {
            try lines.line(at: place).withUnsafeBytes { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                chatLab(line, bytes, isGroup, isLines, decoder, &writer)
            }
            if writer.bytes.count > Self.piece {
                try await sink(writer.bytes)
                writer.removeBytes()
            }
        }
        if !isLines {
            writer.endArray()
            writer.endObject()
        }
        try await sink(writer.bytes)
    }

    func person(
        _ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer, _ isGroup: Bool
    ) -> (id: String, name: String) {
        let sender = line.string(line.sender, bytes)
        if line.isUnsent(bytes) || isGroup && sender == request.talker {
            return (isGroup ? request.talker : "SYSTEM", "系统消息")
        }
        if line.isSend { return (sender.isEmpty ? archive.info.account : sender, "我") }
        if sender.isEmpty {
            return isGroup ? ("unknown_sender_\(line.order.localID)", "未知发送者") : (request.talker, request.talker)
        }
        let name = line.string(line.senderName, bytes)
        return (sender, name.isEmpty ? sender : name)
    }

    func chatLab(
        _ line: ArchiveLine, _ bytes: UnsafeRawBufferPointer, _ isGroup: Bool, _ isLines: Bool,
        _ decoder: MessageDecoder, _ writer: inout JSONWriter
    ) {
        let person = person(line, bytes, isGroup)
        writer.beginObject()
        if isLines {
            writer.string("_type", literal: "message")
        }
        writer.string("sender", person.id)
        writer.string("accountName", person.name)
        writer.integer("timestamp", line.order.createTime)
        writer.integer("type", line.decoded(bytes, isGroup: isGroup, decoder).chatLabType.rawValue)
        writer.key("content")
        if line.parsedContent.isEmpty {
            writer.null()
        } else {
            writer.raw(
                UnsafeRawBufferPointer(
                    rebasing: bytes[line.parsedContent.lowerBound - 1..<line.parsedContent.upperBound + 1]))
        }
        if line.serverID != 0 {
            writer.quoted("platformMessageId", line.serverID)
        }
        if let reply = line.replyTo {
            writer.key("replyToMessageId")
            writer.raw(UnsafeRawBufferPointer(rebasing: bytes[reply]))
        }
        if let path = line.media.flatMap({ ArchiveLine.text("path", in: $0, bytes) }) {
            writer.string("mediaPath", path)
        }
        writer.endObject()
        if isLines { writer.endLine() }
    }
}
