import WeFlowPages

/// What the owner of the sample collected, and the requests for friendship: the databases beside messages.
struct SampleFavorites {
    /// `favorite.db`.
    let database: SampleDatabase
    /// Files by their path below the account folder.
    let files: [(path: String, bytes: [UInt8])]

    private struct Item {
        let type: Int64
        let time: Int64
        let xml: String
        var from = ""
        var realChatName = ""
        /// The server's id of the message it was, or what names an article.
        var source = ""
        /// Numbers of its tags.
        var tags: [Int64] = []
    }

    private static let tags = ["食谱", "周末"]

    /// Writes the database, and the files of the parts under names that say nothing.
    ///
    /// - Parameters:
    ///   - rows: the messages, of which some are kept.
    ///   - imageKey: the key of pictures.
    ///   - imageXorKey: the key of their last bytes.
    /// - Throws: what SQLite or the cipher says.
    init(_ rows: [SampleRow], imageKey: String, imageXorKey: UInt8) throws {
        let recipe = Array("# 司康\n\n面粉 250 克，黄油 60 克，牛奶 110 毫升。\n200 度 18 分钟。\n".utf8)
        files = [
            (
                "business/favorite/data/\(SampleXML.hash("favourite cat"))",
                SampleDat.encode(PixelPicture.cat.png, key: imageKey, xorKey: imageXorKey)
            ),
            ("business/favorite/data/\(SampleXML.hash("favourite recipe"))", recipe),
        ]
        database = try SampleDatabase()
        try database.execute(Self.schema)
        try database.insert(
            into: "fav_tag_db_item", "local_id, server_id, name, seq",
            Self.tags.enumerated().map { [.int(Int64($0 + 1)), .int(Int64($0 + 101)), .text($1), .int(Int64($0))] })
        var names = NameTable()
        for (place, item) in Self.items(rows, recipe).enumerated() {
            let (local, server) = (Int64(place + 1), Int64(place + 1) << 40 | 1 << 61)
            try database.insert(
                into: "fav_db_item",
                "local_id, server_id, type, update_seq, flag, update_time, version, content, source_id, sync_status, "
                    + "upload_status, fromusr, fromusr_id, realchatname, realchatname_id",
                [
                    [
                        .int(local), .int(server), .int(item.type), .int(local), 0, .int(item.time), 87,
                        .text(item.xml), .text(item.source), 3, 2, .text(item.from),
                        .int(item.from.isEmpty ? 0 : names.add(item.from)), .text(item.realChatName),
                        .int(item.realChatName.isEmpty ? 0 : names.add(item.realChatName)),
                    ]
                ])
            try database.insert(
                into: "fav_bind_tag_db_item", "tag_local_id, tag_server_id, fav_local_id, fav_server_id, op_code",
                item.tags.map { [.int($0), .int($0 + 100), .int(local), .int(server), 0] })
        }
        try database.insert(into: "Name2Id", "user_name", names.names.map { [.text($0)] })
    }

    private static let schema = """
        CREATE TABLE fav_db_item(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, type INTEGER,
          update_seq INTEGER, flag INTEGER, update_time INTEGER, version INTEGER, content TEXT, source_id TEXT,
          sync_status INTEGER, upload_status INTEGER, upload_error_code INTEGER, trans_res_status INTEGER,
          trans_res_error_code INTEGER, fromusr TEXT, fromusr_id INTEGER, realchatname TEXT, realchatname_id INTEGER,
          ext_buf TEXT);
        CREATE INDEX fav_db_item_update_time ON fav_db_item(update_time);
        CREATE TABLE fav_tag_db_item(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, name TEXT, seq INTEGER);
        CREATE TABLE fav_bind_tag_db_item(tag_local_id INTEGER, tag_server_id INTEGER, fav_local_id INTEGER,
          fav_server_id INTEGER, op_code INTEGER);
        CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
        """

    /// One of each type, the oldest first.
    private static func items(_ rows: [SampleRow], _ recipe: [UInt8]) -> [Item] {
        let (lin, tom, mum, hikers) = (SamplePeople.lin, SamplePeople.tom, SamplePeople.mum, SamplePeople.hikers)
        let cat = PixelPicture.cat.png
        let video = SampleFiles.video
        let kept = rows.first { $0.message.talker == lin && $0.message.isText && !$0.message.isOwn }
        let voice = rows.first {
            if case .voice = $0.message.media { !$0.message.isOwn } else { false }
        }
        var clock = SampleTime.beijing(2026, 4, 2, 9)
        func item(
            _ type: Int64, _ inner: String, from: String = "", to: String = SamplePeople.me, by real: String = "",
            of message: SampleMessage? = nil, tags: [Int64] = []
        ) -> Item {
            clock += 7 * 3600
            let id = message.map { String($0.serverID) } ?? ""
            let source =
                from.isEmpty
                ? ""
                : """
                <source sourcetype="1" sourceid="\(id)"><fromusr>\(from)</fromusr><tousr>\(to)</tousr>\
                <realchatname>\(real)</realchatname><msgid>\(id)</msgid></source>
                """
            return Item(
                type: type, time: clock, xml: "<favitem type=\"\(type)\">\(source)\(inner)</favitem>", from: from,
                realChatName: real, source: id, tags: tags)
        }
        func list(_ parts: String...) -> String { "<datalist count=\"\(parts.count)\">\(parts.joined())</datalist>" }
        func part(_ number: Int, _ inner: String, _ attributes: String = "") -> String {
            "<dataitem datatype=\"\(number)\" dataid=\"\(SampleXML.hash("\(clock) \(inner)"))\" \(attributes)>\(inner)</dataitem>"
        }
        func file(_ bytes: [UInt8], _ format: String) -> String {
            """
            <datafmt>\(format)</datafmt><fullmd5>\(SampleXML.hash(bytes))</fullmd5>\
            <head256md5>\(SampleXML.hash(Array(bytes.prefix(256))))</head256md5><fullsize>\(bytes.count)</fullsize>
            """
        }
        func said(_ who: String, _ text: String) -> String {
            "<datasrcname>\(who)</datasrcname><datadesc>\(text)</datadesc>"
        }
        let layout = "<datatitle>\(SampleXML.hash("note")).htm</datatitle><datafmt>.htm</datafmt>"
        return [
            item(1, "<desc>\(kept?.message.body ?? "好")</desc>", from: lin, of: kept?.message),
            item(1, "<desc>自己记的：周三交房租&#x0A;水表 1446</desc>"),
            item(2, list(part(2, file(cat, "jpg"))), from: SamplePeople.mao, tags: [2]),
            item(
                3, list(part(3, "<datafmt>silk</datafmt><duration>\(SampleFiles.voiceMilliseconds)</duration>")),
                from: voice?.message.talker ?? mum,
                by: voice?.message.isGroup == true ? voice?.message.sender ?? "" : "",
                of: voice?.message),
            item(4, list(part(4, file(video, "mp4") + "<duration>2</duration>")), from: hikers, by: lin, tags: [2]),
            item(
                5,
                "<weburlitem><pagetitle>猫粮测评：猫说都行</pagetitle><pagedesc>十只猫的意见</pagedesc>"
                    + "<clean_url>https://example.com/cats/food?a=1&amp;b=2</clean_url><appmsgshareitem>"
                    + "<srcusername>\(SamplePeople.cats)</srcusername><srcdisplayname>每日一只猫</srcdisplayname>"
                    + "</appmsgshareitem></weburlitem>", from: SamplePeople.cats),
            item(
                6, "<locitem><label>杭州市西湖区北山街</label><lat>30.26</lat><lng>120.14</lng><poiname>宝石山</poiname></locitem>",
                from: hikers, by: lin, tags: [2]),
            item(
                7,
                list(
                    part(
                        7,
                        "<datatitle>山歌</datatitle><datadesc>茉莉</datadesc>"
                            + "<stream_weburl>https://example.com/song</stream_weburl>")), from: mum),
            item(
                8, "<title>scones.md</title>" + list(part(8, "<datatitle>scones.md</datatitle>" + file(recipe, "md"))),
                from: tom, tags: [1]),
            item(
                14,
                "<title>茉莉和妈妈的聊天记录</title>"
                    + list(
                        part(1, said("妈妈", "饭在锅里")), part(2, "<datasrcname>茉莉</datasrcname><datafmt>jpg</datafmt>"),
                        part(
                            6,
                            said("妈妈", "") + "<datatitle>养生十条</datatitle>"
                                + "<streamweburl>https://example.com/health</streamweburl>")), from: mum),
            item(
                16, "<productitem><producttitle>登山杖</producttitle><productdesc>碳纤维</productdesc></productitem>",
                from: lin),
            item(
                18,
                list(
                    part(8, layout, "htmlid=\"WeNoteHtmlFile\""),
                    part(1, "<datadesc>周末清单&#x0A;水、伞、三明治</datadesc>", "htmlid=\"WeNote_0\""),
                    part(2, file(cat, "jpg"), "htmlid=\"WeNote_1\""),
                    part(1, "<datadesc>不带作业</datadesc>", "htmlid=\"WeNote_2\"")), tags: [1, 2]),
            item(
                19,
                "<title>公交查询</title><appbranditem><username>gh_bus@app</username><appid>wx01</appid>"
                    + "<sourcedisplayname>公交</sourcedisplayname></appbranditem>", from: mum),
            item(
                20, "<finderFeed><objectId>1</objectId><nickname>山间天气</nickname><desc>云海 &amp; 日出</desc></finderFeed>",
                from: hikers, by: SamplePeople.mao),
        ]
    }

    /// `general.db`: who asked whom.
    ///
    /// - Throws: what SQLite says.
    static func requests() throws(WeFlowError) -> SampleDatabase {
        let database = try SampleDatabase()
        try database.execute(
            """
            CREATE TABLE FMessageTable(user_name_ TEXT, type_ INTEGER, timestamp_ INTEGER, encrypt_user_name_ TEXT,
              content_ TEXT, is_sender_ INTEGER, ticket_ TEXT, scene_ INTEGER, fmessage_detail_buf_ TEXT, remark_ TEXT,
              label_ids_ TEXT);
            """)
        let rows: [(String, Int64, Int64, String, Int64, Int64)] = [
            (SamplePeople.lin, 37, SampleTime.beijing(2025, 9, 1, 20), "打羽毛球的小林", 0, 14),
            (SamplePeople.lin, 65, SampleTime.beijing(2025, 9, 1, 21), "", 0, 14),
            (
                SamplePeople.tom, 37, SampleTime.beijing(2025, 11, 3, 8), "Hi Tom, it is Moli from the bakery class", 1,
                17
            ),
            (SamplePeople.strangers[0].username, 37, SampleTime.beijing(2026, 4, 16, 12), "我是看云的人，\n一起看云", 0, 30),
        ]
        try database.insert(
            into: "FMessageTable",
            "user_name_, type_, timestamp_, content_, is_sender_, scene_, fmessage_detail_buf_, remark_, label_ids_",
            rows.map { row in
                [
                    .text(row.0), .int(row.1), .int(row.2), .text(row.3), .int(row.4), .int(row.5),
                    .blob([0x08, 0x01, 0xFF, 0xFE]), "", "",
                ]
            })
        return database
    }
}
