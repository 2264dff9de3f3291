import WeFlowMedia
import WeFlowPages
import WeFlowQuery
import WeFlowStore
import WeFlowSystem

/// When files that a chat lacks are looked for again.
extension ArchiveWork {
    /// Changes whenever a file may have come that any chat lacks; 0 where that cannot be told.
    func mediaStamp() -> UInt64 {
        guard let media else { return 1 }
        let store = account.folder.store
        var names = account.voiceDatabases()
        names += ["hardlink/hardlink.db", "message/message_resource.db", "emoticon/emoticon.db"]
        var paths = names.flatMap { ["\(store)/\($0)", "\(store)/\($0)-wal"] }
        for folder in ["msg/video", "msg/file", "msg/attach", "business/emoticon", "cache"] {
            let path = "\(account.folder.path)/\(folder)"
            paths.append(path)
            // One that is not there is no reason to look.
            if folder != "msg/attach", let months = try? Folders.names(in: path) {
                paths += months.sorted().map { "\(path)/\($0)" }
            }
        }
        let stamp = FileStamp.of(paths, now: now)
        guard stamp != 0 else { return 0 }
        let keys = [media.imageKeys.aes != nil, media.imageKeys.xor != nil, media.ffmpeg != nil]
        return keys.reduce(stamp) { MessageIdentity.mix($0 &+ ($1 ? 1 : 2)) } | 2
    }

    /// The same of one chat.
    func stamp(of talker: String, _ common: UInt64) -> UInt64 {
        guard common != 0 else { return 0 }
        let folder = "\(account.folder.path)/msg/attach/\(md5Hex(talker))"
        let months = (try? Folders.names(in: folder))?.sorted() ?? []
        let own = FileStamp.of(
            [folder] + months.flatMap { ["\(folder)/\($0)", "\(folder)/\($0)/Img"] }, now: now)
        return own == 0 ? 0 : MessageIdentity.mix(common ^ own) | 2
    }

    func wantsMedia(_ chat: SourceState.Chat, _ talker: String, _ common: UInt64) -> Bool {
        guard media != nil, !chat.missing.isEmpty else { return false }
        return chat.mediaStamp == 0 || stamp(of: talker, common) != chat.mediaStamp
    }
}

extension ArchiveSettings {
    /// The kinds as the export of media names them.
    var mediaKinds: MediaKinds {
        media.reduce(into: MediaKinds()) { kinds, kind in
            switch kind {
            case .image: kinds.insert(.image)
            case .voice: kinds.insert(.voice)
            case .video: kinds.insert(.video)
            case .emoji: kinds.insert(.emoji)
            case .file: kinds.insert(.file)
            }
        }
    }
}
