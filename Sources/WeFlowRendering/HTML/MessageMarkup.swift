internal import WeFlowModel
internal import WeFlowOutput
import WeFlowParameters
internal import WeFlowQuery

/// Writes the messages of one page: bubbles, cards, notices (<doc:RenderedArchive#Pages>).
///
/// A message of text is three elements, so that a hundred thousand of them open at once; all else is drawn by the style.
struct MessageMarkup {
    /// Where the archive lies, for the sizes of its pictures.
    let source: ArchiveSource
    /// The chat.
    let chat: ArchiveSource.Chat
    /// Where pictures of people lie, seen from the page.
    let avatars: [String: String]
    /// The pages on which messages that are quoted stand, by their server id; this page's own have an empty name.
    let pages: [String: String]
    /// Local time.
    let times: PageTimes

    /// The longest time between messages of one stretch, in seconds.
    static let pause: Int64 = 300

    /// Writes a message.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - isFirst: whether its time stands above it, as after a pause.
    ///   - html: the page.
    func write(_ message: ArchivedMessage, isFirst: Bool, into html: inout HTMLWriter) {
        let kind = message.kind
        if Self.isNotice(kind) { return notice(message, into: &html) }
        html.markup("<div class=\"m")
        if message.isOwn { html.markup(" o") }
        if isFirst { html.markup(" g") }
        html.markup("\"")
        anchor(message, into: &html)
        html.markup(">")
        let username = message.sender.isEmpty ? (message.isOwn ? source.account : chat.id) : message.sender
        html.face(avatars[username], name: message.shownName, id: username)
        if chat.type == "group", !message.isOwn {
            html.markup("<b class=\"who\">")
            html.text(message.shownName)
            html.markup("</b>")
        }
        body(message, kind, into: &html)
        quote(message, into: &html)
        marks(message, into: &html)
        html.markup("</div>")
    }

    /// Whether a kind is no word of anybody.
    static func isNotice(_ kind: MessageKind) -> Bool {
        kind.name == .notice || kind.name == .revoke || kind.name == .pat
    }

    private func anchor(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        if let place = Self.place(of: message.serverID) { html.attribute("id", place) }
        html.attribute("data-t", times.clock(message.time))
    }

    /// The place of a message in its page, nil where it has no server id.
    static func place(of serverID: String) -> String? {
        guard serverID != "0", !serverID.isEmpty, serverID.utf8.count <= 20,
            serverID.utf8.allSatisfy({ 0x30...0x39 ~= $0 })
        else { return nil }
        return "m" + serverID
    }

    private func notice(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        html.markup("<p class=\"n\"")
        anchor(message, into: &html)
        html.markup(">")
        html.text(message.text)
        html.markup("</p>")
    }

    // MARK: The body

    private func body(_ message: ArchivedMessage, _ kind: MessageKind, into html: inout HTMLWriter) {
        switch kind.name {
        case .image, .sticker: picture(message, isSticker: kind.name == .sticker, into: &html)
        case .voice: voice(message, into: &html)
        case .video: video(message, into: &html)
        case .file: file(message, into: &html)
        case .location: location(message, into: &html)
        case .card: person(message, into: &html)
        case .transfer: transfer(message, into: &html)
        case .redpacket: redPacket(message, kind, into: &html)
        case .record: RecordMarkup(times: times).write(message, into: &html)
        case .link, .music, .miniprogram, .channels: link(message, kind, into: &html)
        case .announcement, .solitaire: board(message, kind, into: &html)
        case .call: call(message, into: &html)
        default:
            if Self.address(of: message) != nil {
                link(message, kind, into: &html)
            } else {
                bubble(message.text, into: &html)
            }
        }
    }

    private func bubble(_ text: String, into html: inout HTMLWriter) {
        html.markup("<p class=\"t\">")
        html.linkedText(text)
        html.markup("</p>")
    }

    private func missing(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        html.markup("<p class=\"t miss\">")
        html.text(message.text)
        if !message.mediaError.isEmpty {
            html.markup(" · ")
            Self.loss(message.mediaError, into: &html)
        }
        html.markup("</p>")
    }

    /// The words for why there is no file.
    private static func loss(_ reason: String, into html: inout HTMLWriter) {
        switch reason {
        case "not downloaded by WeChat": html.words("微信没有下载", "not downloaded by WeChat")
        case "image key needed": html.words("缺少图片密钥", "image key needed")
        case "wrong image key": html.words("图片密钥不对", "wrong image key")
        case "damaged": html.words("文件已损坏", "damaged")
        case "absent": html.words("电脑上没有这个文件", "not on the computer")
        case "mismatch": html.words("电脑上的文件已变", "the file on the computer is another")
        case "too large": html.words("超过大小限制", "too large")
        default: html.text(reason)
        }
    }

    private func picture(_ message: ArchivedMessage, isSticker: Bool, into html: inout HTMLWriter) {
        guard let media = message.media, source.files[media.path] != nil else { return missing(message, into: &html) }
        let path = MediaPaths.shown(media.path, from: "../")
        html.markup(isSticker ? "<a class=\"pic sticker\"" : "<a class=\"pic\"")
        html.attribute("href", file: path)
        html.markup("><img loading=\"lazy\" decoding=\"async\"")
        html.attribute("alt", message.text)
        if let size = PictureSize(path: source.path(media.path)) {
            let room = isSticker ? size.fitting(width: 130, height: 130) : size.fitting(width: 240, height: 320)
            html.markup(" width=\"")
            html.number(room.width)
            html.markup("\" height=\"")
            html.number(room.height)
            html.markup("\"")
        }
        html.attribute("src", file: path)
        html.markup("></a>")
    }

    private func voice(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let length = message.detail["voiceSeconds"]?.fraction ?? 0
        let seconds = Int(min(max(length.rounded(), 0), 3600))
        if let media = message.media, source.files[media.path] != nil {
            html.markup("<a class=\"t v v")
            html.number(seconds < 5 ? 1 : seconds < 12 ? 2 : seconds < 25 ? 3 : seconds < 40 ? 4 : 5)
            html.markup("\"")
            html.attribute("href", file: MediaPaths.shown(media.path, from: "../"))
            html.attribute("aria-label", message.text)
            html.markup("><i></i>")
            if seconds > 0 {
                html.number(seconds)
                html.markup("″")
            }
            html.markup("</a>")
        } else {
            missing(message, into: &html)
        }
        let transcript = message.detail.text("transcript")
        guard !transcript.isEmpty else { return }
        html.markup("<div class=\"said\">")
        html.text(transcript)
        html.markup("</div>")
    }

    private func video(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        guard let media = message.media, source.files[media.path] != nil else { return missing(message, into: &html) }
        html.markup("<video class=\"film\" controls preload=\"none\" playsinline")
        html.attribute("src", file: MediaPaths.shown(media.path, from: "../"))
        html.markup("></video>")
    }

    private func file(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let name = message.detail["fileName"]?.string ?? message.textWithoutLabel
        let media = message.media.flatMap { source.files[$0.path] }
        html.markup(media == nil ? "<span class=\"k\"" : "<a class=\"k\" target=\"_blank\" rel=\"noopener\"")
        if let media {
            html.attribute("href", file: MediaPaths.shown(media.path, from: "../"))
            html.attribute("download", name)
        }
        html.markup("><span class=\"with\"><b>")
        html.text(name)
        html.markup("</b><i class=\"ext\">")
        html.text(String(message.detail.text("fileExt").uppercased().prefix(4)))
        html.markup("</i></span><small>")
        if let size = message.detail["fileSize"]?.wholeNumber ?? media?.bytes { html.text(Shown.size(size)) }
        if media == nil {
            html.markup(" · ")
            if message.mediaError.isEmpty {
                html.words("不在存档里", "not in the archive")
            } else {
                Self.loss(message.mediaError, into: &html)
            }
        }
        html.markup("</small>")
        html.markup(media == nil ? "</span>" : "</a>")
    }

    private func location(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let place = message.detail["location"]
        let name = place?.text("poiName") ?? ""
        let label = place?.text("label") ?? ""
        html.markup("<span class=\"k\"><b>")
        html.text(name.isEmpty ? (label.isEmpty ? message.textWithoutLabel : label) : name)
        html.markup("</b>")
        if !label.isEmpty, !name.isEmpty { paragraph(label, into: &html) }
        html.markup("<small>")
        html.words("位置", "Location")
        if let latitude = place?["latitude"]?.fraction, let longitude = place?["longitude"]?.fraction {
            html.text(" · \(latitude), \(longitude)")
        }
        html.markup("</small></span>")
    }

    private func person(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let card = message.detail["card"]
        let username = card?.text("username") ?? ""
        let nickname = card?.text("nickname") ?? ""
        let name = nickname.isEmpty ? message.textWithoutLabel : nickname
        html.markup("<span class=\"k\"><span class=\"with\"><b>")
        html.text(name)
        html.markup("</b>")
        html.face(avatars[username], name: name, id: username)
        html.markup("</span><small>")
        if username.hasPrefix("gh_") {
            html.words("公众号名片", "Account card")
        } else {
            html.words("个人名片", "Contact card")
        }
        html.markup("</small></span>")
    }

    private func transfer(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let transfer = message.detail["transfer"]
        let amount = transfer?.text("amount") ?? ""
        html.markup("<span class=\"k pay\"><b>")
        html.text(amount.isEmpty ? message.textWithoutLabel : amount)
        html.markup("</b>")
        paragraph(transfer?.text("memo") ?? "", into: &html)
        html.markup("<small>")
        Self.state(transfer?.text("state") ?? "", into: &html)
        html.markup("</small></span>")
    }

    /// The words for what became of a transfer.
    private static func state(_ state: String, into html: inout HTMLWriter) {
        switch state {
        case "received": html.words("转账 · 已收款", "Transfer · accepted")
        case "returned": html.words("转账 · 已退还", "Transfer · returned")
        case "expired": html.words("转账 · 已过期", "Transfer · expired")
        default: html.words("转账", "Transfer")
        }
    }

    private func redPacket(_ message: ArchivedMessage, _ kind: MessageKind, into html: inout HTMLWriter) {
        html.markup("<span class=\"k red\"><b>")
        html.text(message.textWithoutLabel)
        html.markup("</b>")
        paragraph(message.detail.text("description"), into: &html)
        html.markup("<small>")
        if kind == .redPacketCover {
            html.words("红包封面", "Red packet cover")
        } else if message.text.hasPrefix("[群收款]") {
            html.words("群收款", "Group collection")
        } else {
            html.words("微信红包", "Red packet")
        }
        html.markup("</small></span>")
    }

    private func link(_ message: ArchivedMessage, _ kind: MessageKind, into html: inout HTMLWriter) {
        let address = Self.address(of: message)
        html.markup(address == nil ? "<span class=\"k\">" : "<a class=\"k\"")
        if let address {
            html.webAddress(address)
            html.markup(">")
        }
        html.markup("<b>")
        html.text(kind.label == nil ? message.text : message.textWithoutLabel)
        html.markup("</b>")
        paragraph(message.detail.text("description"), into: &html)
        html.markup("<small>")
        switch kind.name {
        case .music: html.words("音乐", "Music")
        case .miniprogram: html.words("小程序", "Mini program")
        case .channels: html.words("视频号", "Channels")
        default: html.words("链接", "Link")
        }
        if let host = address.flatMap(Self.host) {
            html.markup(" · ")
            html.text(host)
        }
        html.markup("</small>")
        html.markup(address == nil ? "</span>" : "</a>")
    }

    /// What a group is told, or what its members sign: a text with many lines.
    private func board(_ message: ArchivedMessage, _ kind: MessageKind, into html: inout HTMLWriter) {
        html.markup("<div class=\"k board\"><div>")
        html.linkedText(message.textWithoutLabel)
        html.markup("</div><small>")
        if kind == .solitaire { html.words("接龙", "Sign-up") } else { html.words("群公告", "Announcement") }
        html.markup("</small></div>")
    }

    private func call(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        html.markup("<p class=\"t\">")
        html.markup(message.text.hasPrefix("[视频") ? "📹 " : "📞 ")
        html.text(message.text)
        html.markup("</p>")
    }

    private func paragraph(_ text: String, into html: inout HTMLWriter) {
        guard !text.isEmpty else { return }
        html.markup("<p>")
        html.text(text)
        html.markup("</p>")
    }

    /// Where a card leads, nil where that is no address of the web.
    private static func address(of message: ArchivedMessage) -> String? {
        let address = message.detail.text("url")
        return HTMLWriter.isWebAddress(address) ? address : nil
    }

    /// The host of an address.
    private static func host(_ address: String) -> String? {
        guard let start = address.firstRange(of: "://") else { return nil }
        let host = address[start.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return host.split(separator: "@").last.map(String.init)
    }

    // MARK: What stands below it

    private func quote(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        guard let quote = message.quote else { return }
        let quoted = message.replyTo.isEmpty ? quote.text("platformMessageId") : message.replyTo
        let page = pages[quoted]
        html.markup(page == nil ? "<span class=\"q\"" : "<a class=\"q\"")
        if let page, let place = Self.place(of: quoted) {
            if page.isEmpty {
                html.attribute("href", "#" + place)
            } else {
                html.attribute("href", file: page, place: place)
            }
        }
        html.markup("><span>")
        let name = quote.text("accountName")
        html.name(name.isEmpty ? quote.text("sender") : name)
        html.markup("：<bdi>")
        html.text(quote.text("content"))
        html.markup("</bdi></span>")
        html.markup(page == nil ? "</span>" : "</a>")
    }

    private func marks(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        if let time = message.recalled {
            mark("已撤回", "Recalled", at: time, into: &html)
        } else if let time = message.gone {
            mark("源中已不存在", "No longer in the account", at: time, into: &html)
        }
        guard !message.edits.isEmpty else { return }
        html.markup("<details class=\"marks\"><summary>")
        html.words("内容变更过", "Changed")
        html.markup("</summary>")
        for edit in message.edits {
            html.markup("<div class=\"was\"><small>")
            html.text(times.minute(edit.time))
            html.markup("</small> ")
            html.text(edit.content)
            html.markup("</div>")
        }
        html.markup("</details>")
    }

    private func mark(_ chinese: StaticString, _ english: StaticString, at time: Int64, into html: inout HTMLWriter) {
        html.markup("<p class=\"marks\">")
        html.words(chinese, english)
        if time > 0 {
            html.markup(" · ")
            html.text(times.minute(time))
        }
        html.markup("</p>")
    }
}

/// Where the files of an archive lie beside its pages.
enum MediaPaths {
    /// What a browser would run as a page, were it opened: it comes from strangers.
    private static let active: Set<String> = [
        "html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "xslt", "swf", "hta",
    ]

    /// What is looked at or listened to. A document may be opened, changed and saved: it must not be the archive's own.
    private static let shownOnly: Set<String> = [
        "jpg", "jpeg", "png", "gif", "webp", "bmp", "heic", "wav", "mp3", "m4a", "mp4", "mov", "webm",
    ]

    /// Whether a file can be a second name of the archive's.
    static func isShownOnly(_ path: String) -> Bool { shownOnly.contains(ending(of: path)) }

    private static func ending(of path: String) -> String { path.split(separator: ".").last?.lowercased() ?? "" }

    /// The name of an archive's file beside the pages: its own, but that what a browser would run ends in `.txt`.
    static func name(_ path: String) -> String {
        active.contains(ending(of: path)) ? path + ".txt" : path
    }

    /// The same, seen from a page.
    static func shown(_ path: String, from page: String) -> String { page + name(path) }
}
