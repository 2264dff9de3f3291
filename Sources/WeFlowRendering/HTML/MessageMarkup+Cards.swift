internal import WeFlowModel
internal import WeFlowOutput
import WeFlowParameters

extension MessageMarkup {
    func location(_ message: ArchivedMessage, into html: inout HTMLWriter) {
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

    func person(_ message: ArchivedMessage, into html: inout HTMLWriter) {
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

    func transfer(_ message: ArchivedMessage, into html: inout HTMLWriter) {
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

    func redPacket(_ message: ArchivedMessage, _ kind: MessageKind, into html: inout HTMLWriter) {
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

    func link(_ message: ArchivedMessage, _ kind: MessageKind, into html: inout HTMLWriter) {
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
    func board(_ message: ArchivedMessage, _ kind: MessageKind, into html: inout HTMLWriter) {
        html.markup("<div class=\"k board\"><div>")
        html.linkedText(message.textWithoutLabel)
        html.markup("</div><small>")
        if kind == .solitaire { html.words("接龙", "Sign-up") } else { html.words("群公告", "Announcement") }
        html.markup("</small></div>")
    }

    func call(_ message: ArchivedMessage, into html: inout HTMLWriter) {
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
    static func address(of message: ArchivedMessage) -> String? {
        let address = message.detail.text("url")
        return HTMLWriter.isWebAddress(address) ? address : nil
    }

    /// The host of an address.
    private static func host(_ address: String) -> String? {
        guard let start = address.firstRange(of: "://") else { return nil }
        let host = address[start.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return host.split(separator: "@").last.map(String.init)
    }
}
