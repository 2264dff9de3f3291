import WeFlowMedia
import WeFlowModel
package import WeFlowStore

/// The media of one message, by all that leads to its file.
package struct MediaRequest: Sendable {
    /// Where the message is.
    let entry: MessageEntry
    /// What its XML says.
    let reference: MediaReference
    /// Position in the table.
    let localID: Int64
    /// The server's id as stored.
    let serverID: Int64
    /// Unix seconds.
    let createTime: Int64
    /// The sender's username.
    let sender: String
    /// The file's name by `packed_info_data`, "" for none.
    let packedName: String

    /// The kind that is exported.
    var kind: MediaKind {
        switch reference {
        case .image: .image
        case .voice: .voice
        case .video: .video
        case .sticker: .emoji
        }
    }

    /// Takes what is needed out of a message; nil where it has no media of these kinds.
    package init?(_ entry: MessageEntry, _ message: borrowing Message, kinds: MediaKinds) {
        guard let reference = message.content.media, kinds.contains(MediaKinds(reference)) else { return nil }
        self.entry = entry
        self.reference = reference
        localID = message.localID
        serverID = Int64(bitPattern: message.serverID)
        createTime = message.createTime
        sender = String(decoding: message.sender, as: UTF8.self)
        let packed = PackedInfo(message.packedInfo)
        switch reference {
        case .image: packedName = packed.imageName.isEmpty ? StoredName.hex(in: message.packedInfo) : packed.imageName
        case .video: packedName = packed.videoName.isEmpty ? StoredName.hex(in: message.packedInfo) : packed.videoName
        case .voice, .sticker: packedName = ""
        }
    }

    /// The md5s of the XML, the likeliest first.
    var md5s: [String] {
        switch reference {
        case .image(let image): [image.md5]
        case .video(let video): [video.md5, video.rawMD5, video.newMD5]
        case .sticker(let sticker): [sticker.md5]
        case .voice: []
        }
    }

    /// Names under which the file may lie, each once and in lower case.
    func names(with others: [String] = []) -> [String] {
        var names: [String] = []
        for name in [packedName] + others + md5s {
            let name = name.lowercased()
            if HexName(name) != nil, !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension MediaKind {
    /// The kind of the messages whose files these are.
    var messages: MessageKind {
        switch self {
        case .image: .image
        case .voice: .voice
        case .video: .video
        case .emoji: .sticker
        }
    }
}

extension MediaKinds {
    /// The kind that a reference belongs to.
    init(_ reference: MediaReference) {
        switch reference {
        case .image: self = .image
        case .voice: self = .voice
        case .video: self = .video
        case .sticker: self = .emoji
        }
    }
}
