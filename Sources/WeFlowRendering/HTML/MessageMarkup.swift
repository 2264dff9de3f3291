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
