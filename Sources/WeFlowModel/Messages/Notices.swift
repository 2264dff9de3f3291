extension MessageDecoder {
    /// A notice: plain text, text with a few tags, or `<sysmsg>` XML (<doc:NoticesAndRevocations>).
    func notice(_ body: UnsafeRawBufferPointer, _ names: Names) -> MessageContent {
        let all = 0..<body.count
        guard
            body.firstOffset(of: UInt8(ascii: "<"), in: all) != nil
                || body.firstOffset(of: UInt8(ascii: "&"), in: all) != nil
        else { return told(Self.pinned(CleanText.string(body.slice(body.trimmed(all))), names)) }
        return withDocument(body) { document in
            if let message = document.first("sysmsg") { return system(document, message, names) }
            if let revoke = document.first("revokemsg") { return self.revoke(document, revoke) }
            if isSentence(document) { return told(Self.pinned(document.innerText(of: document.root), names)) }
            return told(readable(document, document.root))
        }
    }

    /// A notice with this text, or the revocation that the text tells of. Text that begins like a tag is what is left
    /// of damaged XML.
    private func told(_ text: String) -> MessageContent {
        var text = text
        if text.withUTF8({ Self.beginsMarkup(UnsafeRawBufferPointer($0)) }) { return .notice("") }
        guard Self.tellsOfRevocation(text) else { return .notice(text) }
        return .revoke(RevokeContent(text: text, isOwn: Self.isOwnRevocation(text)))
    }

    /// True where the elements are but links and pictures in a sentence.
    private func isSentence(_ document: XMLDocument) -> Bool {
        document.children(of: document.root).allSatisfy {
            Self.inlineElements.contains(document.name(of: $0).lowercased())
        }
    }

    private static let inlineElements: Set<String> = [
        "img", "a", "_wc_custom_link_", "span", "b", "i", "font", "br", "em", "strong",
    ]

    private func system(_ document: XMLDocument, _ message: XMLDocument.Element, _ names: Names) -> MessageContent {
        if let revoke = document.find("revokemsg", in: message) { return self.revoke(document, revoke) }
        if let pat = document.find("pat", in: message) { return .pat(self.pat(document, pat, names)) }
        if let pinned = document.find("mmchatroomtopmsg", in: message) {
            return .notice(self.pinned(document, pinned, names))
        }
        if let template = document.first("content_template", in: message) {
            return told(filled(document, template, names))
        }
        return told(readable(document, message))
    }

    /// The sentence of XML whose form is not known, "" where no element holds one.
    private func readable(_ document: XMLDocument, _ parent: XMLDocument.Element) -> String {
        for name: StaticString in ["plain", "content", "replacemsg", "text", "title", "template"] {
            guard let element = document.first(name, in: parent) else { continue }
            let text = withoutTags(document.innerText(of: element))
            if !text.isEmpty { return text }
        }
        return ""
    }

    /// A text, out of CDATA mostly, without the tags that it may hold.
    private func withoutTags(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
        var text = text
        return text.withUTF8 { bytes in
            withDocument(UnsafeRawBufferPointer(bytes)) { document in
                document.isEmpty ? nil : document.innerText(of: document.root)
            }
        } ?? text
    }

    // MARK: Revocations

    private func revoke(_ document: XMLDocument, _ revoke: XMLDocument.Element) -> MessageContent {
        var content = RevokeContent()
        for path: StaticString in ["content", "replacemsg"] where content.text.isEmpty {
            content.text = withoutTags(document.innerText(of: document.find(path, in: revoke)))
        }
        for path: StaticString in ["newmsgid", "svrid"] where content.revokedServerId.isEmpty {
            content.revokedServerId = Self.serverId(document.text(path, in: revoke))
        }
        content.revoker = document.text("fromusername", in: revoke)
        content.isOwn = Self.isOwnRevocation(content.text)
        return .revoke(content)
    }

    /// True where a notice says that a message was taken back. Names stand in quotation marks and are not read: a
    /// person may be called anything.
    static func tellsOfRevocation(_ text: String) -> Bool {
        guard revocations.contains(where: text.containsBytes) else { return false }
        let outside = Template.withoutQuotations(text)
        return revocations.contains(where: outside.containsBytes)
    }

    private static let revocations: [StaticString] = ["撤回", "收回了一則訊息", "recalled a message"]

    private static func isOwnRevocation(_ text: String) -> Bool {
        ["你撤回", "你收回", "You recalled"].contains { text.hasPrefix($0) }
    }

    // MARK: Pats

    private func pat(_ document: XMLDocument, _ pat: XMLDocument.Element, _ names: Names) -> PatContent {
        var content = PatContent(
            text: Template.people(document.text("template", in: pat), names),
            from: document.text("fromusername", in: pat), patted: document.text("pattedusername", in: pat))
        if content.text.isEmpty, !content.from.isEmpty, !content.patted.isEmpty {
            let (from, patted) = (names(content.from) ?? content.from, names(content.patted) ?? content.patted)
            content.text = "\"\(from)\" 拍了拍 \"\(patted)\" \(document.text("patsuffix", in: pat))".trimmingBlanks
        }
        return content
    }

    // MARK: Pinned messages

    private func pinned(_ document: XMLDocument, _ pinned: XMLDocument.Element, _ names: Names) -> String {
        if document.children(of: pinned).isEmpty { return Self.pinned(document.text(of: pinned), names) }
        let nickname = document.text("nickname", in: pinned)
        let username = document.text("username", in: pinned)
        return Self.pinned(document.text("op", in: pinned), nickname, username, names)
    }

    /// The flat form, `ROOM OP NEWMSGID MSGTYPE USERNAME ID NICKNAME VERSION`; any other text as it is.
    private static func pinned(_ text: String, _ names: Names) -> String {
        guard text.containsBytes("@chatroom ") else { return text }
        let words = text.split(separator: " ")
        guard words.count >= 8, words[0].hasSuffix("@chatroom"), words[1] == "1" || words[1] == "2",
            UInt64(words[2]) != nil, UInt32(words[3]) != nil
        else { return text }
        let nickname = words[6..<words.count - 1].joined(separator: " ")
        return pinned(String(words[1]), nickname, String(words[4]), names)
    }

    private static func pinned(_ operation: String, _ nickname: String, _ username: String, _ names: Names) -> String {
        let name = nickname.isEmpty ? names(username) ?? username : nickname
        switch operation {
        case "1": return name + "置顶了一条消息"
        case "2": return name + "移除了一条置顶消息"
        default: return ""
        }
    }

    // MARK: Templates

    /// A `content_template`: its plain text, else its template with the links' names put in.
    private func filled(_ document: XMLDocument, _ content: XMLDocument.Element, _ names: Names) -> String {
        let plain = withoutTags(document.innerText(of: document.find("plain", in: content)))
        if !plain.isEmpty { return plain }
        var values: [String: String] = [:]
        for link in document.children(of: document.find("link_list", in: content), named: "link") {
            guard let name = document.attribute("name", of: link), values[name] == nil else { continue }
            values[name] = self.link(document, link, names)
        }
        return withoutTags(Template.links(document.text("template", in: content), values))
    }

    private func link(_ document: XMLDocument, _ link: XMLDocument.Element, _ names: Names) -> String {
        let members = document.children(of: document.find("memberlist", in: link), named: "member").map { member in
            let nickname = document.text("nickname", in: member)
            let username = document.text("username", in: member)
            return nickname.isEmpty ? names(username) ?? username : nickname
        }
        if members.isEmpty {
            let title = document.text("title", in: link)
            return title.isEmpty ? document.text("plain", in: link) : title
        }
        var separator: [UInt8] = []
        if let element = document.find("separator", in: link) { document.bytes(of: element, to: &separator) }
        let between = separator.withUnsafeBytes { CleanText.string($0) }
        return members.joined(separator: between.isEmpty ? "、" : between)
    }
}
