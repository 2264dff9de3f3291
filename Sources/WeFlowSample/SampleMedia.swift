import WeFlowPages

/// The files of messages and the databases that lead to them.
struct SampleMedia {
    /// Files by their path below the account folder.
    private(set) var files: [(path: String, bytes: [UInt8])] = []
    /// `hardlink.db`.
    let hardlinks: SampleDatabase
    /// `emoticon.db`.
    let stickers: SampleDatabase

    private var directories = NameTable()
    private var known: Set<String> = []

    /// Writes what belongs to the messages.
    ///
    /// - Throws: what SQLite or the cipher says.
    init(_ rows: [SampleRow], imageKey: String, imageXorKey: UInt8) throws {
        hardlinks = try SampleDatabase()
        stickers = try SampleDatabase()
        try hardlinks.execute(Self.hardlinkSchema)
        try stickers.execute(Self.stickerSchema)
        for row in rows {
            switch row.message.media {
            case .picture(let picture?, let name):
                let bytes = SampleDat.encode(picture.png, key: imageKey, xorKey: imageXorKey)
                try add(picture: bytes, md5: SampleXML.hash(picture.png), name, row.message)
            case .video(let name): try add(video: name, row.message)
            case .file(let name, let text): try add(file: name, Array(text.utf8), row.message)
            case .recordFile(let folder, let item, let name, let text):
                let month = "msg/attach/\(md5Hex(row.message.talker))/\(SampleTime.month(of: row.message.time))"
                files.append(("\(month)/Rec/\(folder)/F/\(item)/\(name)", Array(text.utf8)))
            case .sticker(let picture): try add(sticker: picture)
            case .voice, .picture(nil, _), nil: break
            }
        }
        try hardlinks.insert(into: "dir2id", "username", directories.names.map { [.text($0)] })
    }

    private mutating func add(picture: [UInt8], md5: String, _ name: String, _ message: SampleMessage) throws {
        let (chat, month) = (md5Hex(message.talker), SampleTime.month(of: message.time))
        files.append(("msg/attach/\(chat)/\(month)/Img/\(name).dat", picture))
        try link(
            "image", md5, "\(name).dat", picture.count, message.time, directories.add(chat), directories.add(month),
            type: 2)
    }

    private mutating func add(video name: String, _ message: SampleMessage) throws {
        let month = SampleTime.month(of: message.time)
        files.append(("msg/video/\(month)/\(name).mp4", SampleFiles.video))
        try link(
            "video", SampleXML.hash(SampleFiles.video), "\(name).mp4", SampleFiles.video.count, message.time,
            directories.add(month), 0, type: 3)
    }

    private mutating func add(file name: String, _ bytes: [UInt8], _ message: SampleMessage) throws {
        let month = SampleTime.month(of: message.time)
        files.append(("msg/file/\(month)/\(name)", bytes))
        try link(
            "file", SampleXML.hash(bytes), name, bytes.count, message.time, directories.add(month), 0, type: 3)
    }

    private mutating func add(sticker picture: PixelPicture) throws {
        let md5 = SampleXML.hash(picture.png)
        guard known.insert(md5).inserted else { return }
        files.append(("business/emoticon/Persist/\(md5.prefix(2))/\(md5)", picture.png))
        try stickers.insert(
            into: "kNonStoreEmoticonTable", "type, md5, caption, product_id, aes_key, cdn_url, encrypt_url",
            [[3, .text(md5), "喵", "", "", .text(SampleXML.stickerURL(md5)), ""]])
        try stickers.insert(into: "kFavEmoticonOrderTable", "md5", [[.text(md5)]])
    }

    private func link(
        _ kind: String, _ md5: String, _ name: String, _ size: Int, _ time: Int64, _ first: Int64, _ second: Int64,
        type: Int64
    ) throws {
        try hardlinks.insert(
            into: "\(kind)_hardlink_info_v4", "md5_hash, md5, type, file_name, file_size, modify_time, dir1, dir2",
            [
                [
                    .int(Int64(md5.prefix(12), radix: 16) ?? 0), .text(md5), .int(type), .text(name), .int(Int64(size)),
                    .int(time), .int(first), .int(second),
                ]
            ])
    }

    private static let hardlinkSchema =
        "CREATE TABLE dir2id(username TEXT PRIMARY KEY);"
        + ["image", "video", "file"].map { kind in
            """
            CREATE TABLE \(kind)_hardlink_info_v4(md5_hash INTEGER, md5 TEXT, type INTEGER, file_name TEXT,
              file_size INTEGER, modify_time INTEGER, dir1 INTEGER, dir2 INTEGER, _rowid_ INTEGER PRIMARY KEY ASC,
              extra_buffer BLOB);
            CREATE INDEX \(kind)_hardlink_info_v4_MD5_HASH ON \(kind)_hardlink_info_v4(md5_hash);
            """
        }.joined()

    private static let stickerSchema = """
        CREATE TABLE kNonStoreEmoticonTable(type INTEGER, md5 TEXT, caption TEXT, product_id TEXT, aes_key TEXT,
          thumb_url TEXT, tp_url TEXT, auth_key TEXT, cdn_url TEXT, extern_url TEXT, extern_md5 TEXT, encrypt_url TEXT);
        CREATE UNIQUE INDEX kNonStoreEmoticonTable_TYPE_MD5 ON kNonStoreEmoticonTable(type, md5);
        CREATE TABLE kStoreEmoticonCaptionsTable(package_id_ TEXT, md5_ TEXT, language_ TEXT, caption_ TEXT);
        CREATE TABLE kFavEmoticonOrderTable(md5 TEXT);
        """
}
