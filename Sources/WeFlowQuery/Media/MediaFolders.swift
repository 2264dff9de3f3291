import WeFlowMedia
import WeFlowPages
import WeFlowParameters
import WeFlowStore

/// The folders of the account in which the media of one chat lie.
struct MediaFolders: Sendable {
    private let account: String
    private let hash: String
    private let zone: LocalZone
    private let cache: FolderCache

    init(_ folder: AccountFolder, talker: String, zone: LocalZone, cache: FolderCache) {
        self.init(folder, chatHash: md5Hex(talker), zone: zone, cache: cache)
    }

    /// The folders of the chat whose id has this hash.
    init(_ folder: AccountFolder, chatHash: String, zone: LocalZone, cache: FolderCache) {
        account = folder.path
        hash = chatHash
        self.zone = zone
        self.cache = cache
    }

    /// The folder of the chat's pictures, by months.
    var attachments: String { "\(account)/msg/attach/\(hash)" }
    /// The folder of all videos, by months.
    var videos: String { "\(account)/msg/video" }

    /// A month as WeChat names folders, in local time.
    func month(of moment: Int64) -> String { Self.name(zone.civil(at: moment)) }

    /// The months before and after.
    func neighbours(of moment: Int64) -> [String] {
        let civil = zone.civil(at: moment)
        return [-1, 1].map { step in
            var civil = civil
            civil.month += step
            if civil.month == 0 { (civil.year, civil.month) = (civil.year - 1, 12) }
            if civil.month == 13 { (civil.year, civil.month) = (civil.year + 1, 1) }
            return Self.name(civil)
        }
    }

    /// All months that there are in a folder, newest first.
    func months(in folder: String) -> [String] {
        cache.names(in: folder).reversed().filter { name in
            let digits = Array(name.utf8)
            return digits.count == 7 && digits[4] == UInt8(ascii: "-")
                && digits.enumerated().allSatisfy { $0.offset == 4 || 0x30...0x39 ~= $0.element }
        }
    }

    /// The pictures of that name in a folder, in no order.
    func pictures(_ base: String, in folder: String) -> [PictureFile] {
        cache.files(in: folder, stem: base).compactMap { PictureFile($0, base: base) }
    }

    /// The pictures of a month.
    func pictures(_ base: String, month: String) -> [PictureFile] {
        pictures(base, in: "\(attachments)/\(month)/Img")
    }

    /// Where the client keeps small pictures by the message's place and time.
    func pictures(localID: Int64, createTime: Int64) -> [PictureFile] {
        let base = "\(localID)_\(createTime)"
        let month = month(of: createTime)
        let message = "\(account)/cache/\(month)/Message/\(hash)"
        return pictures(base, month: month) + pictures(base, in: "\(message)/Bubble")
            + pictures(base, in: "\(message)/Thumb")
    }

    /// The pictures that a row of `hardlink.db` leads to.
    func pictures(_ row: HardlinkRow, recordFolder: String) -> [PictureFile] {
        guard FileName.isSafeComponent(row.first), FileName.isSafeComponent(row.second),
            let base = PictureName(row.fileName)?.base
        else { return [] }
        let month = "\(account)/msg/attach/\(row.first)/\(row.second)"
        let found = pictures(base, in: "\(month)/Img")
        return recordFolder.isEmpty ? found : found + pictures(base, in: "\(month)/Rec/\(recordFolder)/Img")
    }

    /// The files of a video in a month, best first.
    func videos(_ name: String, month: String) -> [FolderCache.File] {
        let wanted = VideoName.candidates(for: name)
        return ["\(videos)/\(month)", "\(attachments)/\(month)/Video"].flatMap { folder in
            let files = cache.files(in: folder, stem: name)
            return wanted.compactMap { wanted in files.first { $0.name.lowercased() == wanted } }
        }
    }

    /// Where the client may have a sticker; mostly encrypted with a key that nobody has.
    func stickers(_ md5: String, createTime: Int64) -> [String] {
        let shelf = "\(md5.prefix(2))/\(md5)"
        return [
            "\(account)/business/emoticon/Persist/\(shelf)",
            "\(account)/cache/\(month(of: createTime))/Emoticon/\(shelf)",
        ]
    }

    /// Thumbnails of the chat and of a few others, newest months first, as far as `limit`.
    func thumbnails(limit: Int) -> [String] {
        let root = "\(account)/msg/attach"
        var found: [String] = []
        let others = cache.names(in: root).filter { $0 != hash }.prefix(16)
        for (place, talker) in ([hash] + others).enumerated() {
            // Of other chats the newest month is enough.
            let months = months(in: "\(root)/\(talker)").prefix(place == 0 ? 12 : 1)
            for month in months {
                let folder = "\(root)/\(talker)/\(month)/Img"
                for name in cache.names(in: folder) where name.lowercased().hasSuffix("_t.dat") {
                    found.append("\(folder)/\(name)")
                    if found.count == limit { return found }
                }
            }
        }
        return found
    }

    private static func name(_ civil: CivilTime) -> String {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(civil.year, 4))-\(digits(civil.month, 2))"
    }
}
