import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowParameters
import WeFlowStore

/// Counts the media of all messages, and those whose file is where it is looked for first.
struct MediaCensus: Sendable {
    private let account: Account
    private let imageKeys: ImageKeys
    private let folders = FolderCache()

    /// How many pictures the key is tried on.
    private static let sample = 32

    init(_ account: Account, imageKeys: ImageKeys) {
        self.account = account
        self.imageKeys = imageKeys
    }

    /// What one shard has.
    private struct Part: Sendable {
        var kinds: [MediaKind: MediaCheck.Count] = [:]
        /// Newest pictures: when they were sent, and where they lie.
        var newest: [(time: Int64, path: String)] = []

        mutating func add(_ time: Int64, _ path: String) {
            newest.append((time, path))
            if newest.count > 8 * sample { shorten() }
        }

        mutating func shorten() {
            newest = Array(newest.sorted { $0.time > $1.time }.prefix(sample))
        }
    }

    /// Counts. What cannot be read counts as not there; the databases' own rows tell of it.
    ///
    /// - Throws: `CancellationError`.
    func run() async throws -> MediaCheck {
        let voices = voices()
        var rest = Array(account.messageShards().enumerated())[...]
        var whole = Part()
        for kind in MediaKind.allCases { whole.kinds[kind] = .init(present: kind == .emoji ? nil : 0) }
        try await orderedPipeline(width: MediaWork.cores, next: { rest.popFirst() }) { shard in
            try Task.checkCancellation()
            return part(shard.element, ordinal: shard.offset, voices)
        } consume: { part in
            for (kind, count) in part.kinds {
                whole.kinds[kind]?.referenced += count.referenced
                whole.kinds[kind]?.thumbnails += count.thumbnails
                if let present = count.present { whole.kinds[kind]?.present? += present }
            }
            whole.newest += part.newest
            return true
        }
        whole.shorten()
        var check = MediaCheck(kinds: whole.kinds)
        for picture in whole.newest { tryKey(on: picture.path, &check) }
        return check
    }

    /// The voices that are there, by the server's id, or by time and place.
    private func voices() -> Set<VoiceTable.Key> {
        var found: Set<VoiceTable.Key> = []
        for name in account.voiceDatabases() where account.hasDatabase(name) {
            // What cannot be read has no voices.
            let table = try? VoiceTable(account.database(name))
            try? table?.all { found.insert(Self.short($0)) }
        }
        return found
    }

    private static func short(_ key: VoiceTable.Key) -> VoiceTable.Key {
        key.serverID != 0 ? VoiceTable.Key(serverID: key.serverID, createTime: 0, localID: 0) : key
    }

    /// Whether there is a voice of a message: by the server's id, or one without it at its place and about its time.
    private static func has(_ key: VoiceTable.Key, _ voices: Set<VoiceTable.Key>) -> Bool {
        if voices.contains(short(key)) { return true }
        return (-VoiceTable.nearness...VoiceTable.nearness).contains { seconds in
            let (time, isOver) = key.createTime.addingReportingOverflow(seconds)
            return !isOver && voices.contains(VoiceTable.Key(serverID: 0, createTime: time, localID: key.localID))
        }
    }

    private func part(_ shard: Shard, ordinal: Int, _ voices: Set<VoiceTable.Key>) -> Part {
        // A shard that cannot be read has no messages, and its own row says so.
        let tables =
            (try? WeFlowError.retrying { () throws(WeFlowError) in
                try MessageTable.all(in: shard, ordinal: ordinal, account)
            }) ?? []
        var part = Part()
        for table in tables {
            let places = MediaFolders(account.folder, chatHash: table.chatHash, zone: .system, cache: folders)
            // Damaged pages are named elsewhere.
            let types = [MediaKind.image, .voice, .video].flatMap(\.messages.baseTypes)
            try? table.mediaRows(of: types) { row in count(row, places, voices, &part) }
            for type in MediaKind.emoji.messages.baseTypes {
                part.kinds[.emoji, default: .init()].referenced += (try? table.count(ofType: type)) ?? 0
            }
        }
        part.shorten()
        return part
    }

    private func count(
        _ row: borrowing MediaRow, _ places: MediaFolders, _ voices: Set<VoiceTable.Key>, _ part: inout Part
    ) {
        let createTime = row.row.createTime
        switch MessageType(localType: row.type).kind {
        case .image:
            let months = [places.month(of: createTime)] + places.neighbours(of: createTime)
            let name = PackedInfo(row.row.packedInfo).imageName
            let names = name.isEmpty ? [Self.md5(row)] : [name]
            let files = names.flatMap { name in months.flatMap { places.pictures(name, month: $0) } }
            let best = files.min(by: PictureFile.precedes)
            part.kinds[.image, default: .init(present: 0)].referenced += 1
            guard let best else { return }
            part.kinds[.image]?.present? += 1
            if best.rendition == .thumb { part.kinds[.image]?.thumbnails += 1 }
            part.add(createTime, best.path)
        case .video:
            let months = [places.month(of: createTime)] + places.neighbours(of: createTime)
            let name = PackedInfo(row.row.packedInfo).videoName
            let names = name.isEmpty ? [Self.md5(row)] : [name]
            let isThere = names.contains { name in months.contains { !places.videos(name, month: $0).isEmpty } }
            part.kinds[.video, default: .init(present: 0)].referenced += 1
            if isThere { part.kinds[.video]?.present? += 1 }
        default:
            let key = VoiceTable.Key(serverID: row.row.serverID, createTime: createTime, localID: row.row.localID)
            part.kinds[.voice, default: .init(present: 0)].referenced += 1
            if Self.has(key, voices) { part.kinds[.voice]?.present? += 1 }
        }
    }

    /// The md5 of a message's XML, for rows from before files were named in them; "-" where there is none.
    private static func md5(_ row: borrowing MediaRow) -> String {
        let (type, compressed, content) = (row.type, row.row.compressed, row.row.content)
        let names: [String] = ContentDecoder().withText(compressContent: compressed, messageContent: content) { text in
            guard case .success(let text) = text else { return [] }
            let body = UnsafeRawBufferPointer(
                rebasing: text[GroupPrefix(text, sender: nil as UnsafeRawBufferPointer?).body])
            return switch MessageContent.decode(localType: type, body: body).media {
            case .image(let image)?: [image.md5]
            case .video(let video)?: [video.md5, video.rawMD5]
            default: []
            }
        }
        return names.first { HexName($0) != nil }?.lowercased() ?? "-"
    }

    private func tryKey(on path: String, _ check: inout MediaCheck) {
        guard let file = try? SourceFile(path: path), let head = try? file.read(31, at: 0), ImageKey.isNeeded(by: head)
        else { return }
        check.encrypted += 1
        guard let form = imageKeys.aes?.form(opening: head) else { return }
        check.opened += 1
        check.form = form
    }
}
