/// One invented post, as `sns.db` has it.
struct SampleMoment {
    let author: String
    /// Unsigned id: milliseconds and 23 bits more.
    let id: UInt64
    let content: String
}

/// The invented moments. Their media lie in a domain for examples, where nobody answers; what stands for it is made with
/// them.
enum SampleMoments {
    /// What each medium shows, by its number from 1.
    private static let pictures: [PixelPicture] = [.mountains, .cat, .bread, .mountains, .bread, .teacup]

    /// What the media network would give, by address: pictures, a video, the clip of a live photo, pictures of people,
    /// stickers. All of it is plain: what is not covered is taken as it is.
    static func network() -> [(url: String, bytes: [UInt8])] {
        var files: [(url: String, bytes: [UInt8])] = []
        for (index, picture) in pictures.enumerated() {
            let number = index + 1
            files.append(
                (number == 5 ? clip(number) : "\(address(number))/0", number == 5 ? SampleFiles.video : picture.png))
            files.append((thumb(number), picture.png))
        }
        files.append((liveClip(4), SampleFiles.video))
        for person in SamplePeople.contacts where !person.avatarURL.isEmpty {
            files.append(
                (
                    person.avatarURL,
                    person.username == SamplePeople.tom ? PixelPicture.bread.png : PixelPicture.mountains.png
                ))
        }
        for picture in [PixelPicture.cat, .bread, .teacup] {
            files.append((SampleXML.stickerURL(SampleXML.hash(picture.png)), picture.png))
        }
        return files
    }

    private static func address(_ number: Int) -> String {
        "https://moments.example.com/mmsns/\(SampleXML.hash("medium \(number)"))"
    }

    private static func clip(_ number: Int) -> String {
        "https://moments.example.com/snsvideodownload?encfilekey=\(SampleXML.hash("medium \(number)"))&token=V"
    }

    private static func liveClip(_ number: Int) -> String {
        "https://moments.example.com/snsvideodownload?encfilekey=LIVE\(number)&token=V"
    }

    private static func thumb(_ number: Int) -> String { "https://moments.example.com/thumb/\(number)" }

    static func all() -> [SampleMoment] {
        let (me, lin, mao, tom) = (SamplePeople.me, SamplePeople.lin, SamplePeople.mao, SamplePeople.tom)
        let saturday = SampleTime.beijing(2026, 4, 18, 17)
        return [
            moment(lin, saturday - 86_400 * 20, type: 2, text: "今天也没接到球 🏸"),
            moment(
                tom, saturday - 86_400 * 3, type: 3, text: "Read this before you buy an oven",
                card: """
                    <title>Ten loaves before breakfast</title><description>Number 7 is late</description>\
                    <contentUrl>https://example.com/ten-loaves?a=1&amp;b=2</contentUrl>
                    """),
            moment(
                mao, saturday, type: 1, text: "宝石山登顶！海拔 78 米 & 一只猫\n它说还行", media: [picture(1), picture(2), picture(3)],
                place: "宝石山", likes: [me, lin, tom],
                comments: [
                    Comment(author: lin, text: "第二张是我拍的"), Comment(author: mao, text: "是猫选的", answers: 1),
                    Comment(author: tom, text: "", sticker: .cat),
                ]),
            moment(
                mao, saturday + 600, type: 54, text: "会动的日落", media: [livePhoto(4)], likes: [lin],
                comments: [Comment(author: me, text: "看到猫尾巴了")]),
            moment(
                tom, saturday + 3_600, type: 15, text: "Dough, rising. Nine hours in two seconds.", media: [video(5)]),
            moment(
                lin, saturday + 5_400, type: 28, text: "直播里的鸭子",
                card: """
                    <title>正在直播：一只鸭子</title><contentUrl>https://example.com/live</contentUrl><finderFeed>\
                    <objectId>2077</objectId><nickname>西湖直播</nickname><desc>正在直播：一只鸭子</desc><mediaCount>1</mediaCount>\
                    </finderFeed>
                    """),
            moment(
                mao, saturday + 86_400, type: 42, text: "",
                card: """
                    <title>下山进行曲</title><description>膝盖乐队</description>\
                    <contentUrl>https://example.com/song/3</contentUrl>
                    """),
            moment(
                me, saturday + 90_000, type: 1, text: "新品「78 米乌龙」，爬上去才能喝 🍵", media: [picture(6)],
                likes: [mao, lin, tom],
                comments: [Comment(author: SamplePeople.mum, text: "少放糖")]),
        ]
    }

    private struct Comment {
        let author: String
        let text: String
        /// Number of the comment that it answers, from 1.
        var answers = 0
        var sticker: PixelPicture?
    }

    private static func moment(
        _ author: String, _ time: Int64, type: Int, text: String, media: [String] = [], card: String = "",
        place: String = "", likes: [String] = [], comments: [Comment] = []
    ) -> SampleMoment {
        var numbers = SampleNumbers("moment \(time)")
        let id = UInt64(time * 1000 + Int64(numbers.next() % 1000)) << 23 | numbers.next() >> 41
        let location =
            place.isEmpty
            ? ""
            : "<location city=\"杭州\" country=\"中国\" latitude=\"30.2619\" longitude=\"120.1416\" poiName=\"\(place)\" "
                + "poiAddress=\"北山街\" poiAddressName=\"\" label=\"\"/>"
        let liked = likes.map { person(in: "user_comment", $0, time + 60, "<type>1</type><b_deleted>0</b_deleted>") }
        let said = comments.enumerated().map { index, comment in
            person(
                in: "user_comment", comment.author, time + 120 + Int64(index),
                self.comment(comment, index + 1, comments))
        }
        let content = """
            <SnsDataItem><TimelineObject><id>\(id)</id><username>\(author)</username><createTime>\(time)</createTime>\
            <contentDesc>\(SampleXML.escaped(text))</contentDesc><private>0</private>\(location)<ContentObject>\
            <type>\(type)</type>\(card)<mediaList>\(media.joined())</mediaList></ContentObject></TimelineObject>\
            <LocalExtraInfo><nickname>\(nickname(author))</nickname><like_flag>0</like_flag>\
            <like_user_list>\(liked.joined())</like_user_list><comment_user_list>\(said.joined())</comment_user_list>\
            <with_user_list></with_user_list></LocalExtraInfo></SnsDataItem>
            """
        return SampleMoment(author: author, id: id, content: content)
    }

    private static func nickname(_ username: String) -> String {
        SampleXML.escaped(SamplePeople.contacts.first { $0.username == username }?.nickname ?? username)
    }

    private static func person(in element: String, _ username: String, _ time: Int64, _ rest: String) -> String {
        "<\(element)><username>\(username)</username><nickname>\(nickname(username))</nickname>"
            + "<create_time>\(time)</create_time>\(rest)</\(element)>"
    }

    private static func comment(_ comment: Comment, _ number: Int, _ all: [Comment]) -> String {
        let answered = comment.answers == 0 ? "" : "<ref_username>\(all[comment.answers - 1].author)</ref_username>"
        let sticker = comment.sticker.map { picture in
            let md5 = SampleXML.hash(picture.png)
            return
                "<emojilist><emojiinfo><md5>\(md5)</md5><width>\(picture.width)</width><height>\(picture.height)</height>"
                + "<sns_emoji_data><url>\(SampleXML.escaped(SampleXML.stickerURL(md5)))</url></sns_emoji_data>"
                + "</emojiinfo></emojilist>"
        }
        return "<content>\(SampleXML.escaped(comment.text))</content><type>2</type><comment_id>\(number)</comment_id>"
            + "<comment_64id>0</comment_64id>\(answered)<ref_comment_id>\(comment.answers)</ref_comment_id>"
            + "<b_deleted>0</b_deleted>\(sticker ?? "")"
    }

    // MARK: Media

    private static func picture(_ number: Int, inner: String = "") -> String {
        var numbers = SampleNumbers("medium \(number)")
        let (md5, key) = (SampleXML.hash("medium \(number)"), numbers.next())
        let (address, picture) = (address(number), pictures[number - 1])
        return """
            <media><id>\(numbers.next() >> 1)</id><type>2</type><sub_type>0</sub_type><description></description>\
            <url type="1" md5="\(md5)" key="\(key)" token="SAMPLE\(number)" enc_idx="1">\(address)/0</url>\
            <thumb type="1" key="\(key)" token="SAMPLET\(number)" enc_idx="1">\(address)/150</thumb>\
            <size width="\(picture.width)" height="\(picture.height)" totalSize="\(picture.png.count)"/>\
            <videoDuration>0</videoDuration><enc>0</enc>\(inner)</media>
            """
    }

    private static func livePhoto(_ number: Int) -> String {
        let clip = SampleXML.escaped(liveClip(number))
        return picture(
            number,
            inner: """
                <LivePhoto><liveMedia><id>0</id><type>6</type><subType>0</subType>\
                <url type="1" md5="\(SampleXML.hash("clip \(number)"))">\(clip)</url>\
                <thumb type="1">\(thumb(number))</thumb><videoSize width="0" height="0"/>\
                <size width="288" height="288" totalSize="9884"/><videoDuration>2.378</videoDuration>\
                <enc key="2105122989">1</enc></liveMedia></LivePhoto>
                """)
    }

    private static func video(_ number: Int) -> String {
        let md5 = SampleXML.hash("medium \(number)")
        let address = SampleXML.escaped(clip(number))
        return """
            <media><id>\(number)</id><type>6</type><sub_type>0</sub_type><description></description>\
            <url type="1" md5="\(md5)" key="0" token="SAMPLE\(number)" enc_idx="1">\(address)</url>\
            <thumb type="1" key="0" token="SAMPLET\(number)" enc_idx="1">\(thumb(number))</thumb>\
            <size width="720" height="960" totalSize="1048576"/><videoDuration>9.5</videoDuration>\
            <enc key="14720510155579726123">1</enc></media>
            """
    }
}
