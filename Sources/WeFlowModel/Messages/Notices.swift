extension MessageDecoder {
    /// A notice: plain text, text with a few tags, or `<sysmsg>` XML (<doc:NoticesAndRevocations>).
    func notice(_ body: UnsafeRawBufferPointer, _ names: Names, nesting: Int = 0) -> MessageContent {
        let text = body.slice(XMLDocument.wholeCDATA(body) ?? body.trimmed(0..<body.count))
        if let content = structured(text, names, nesting: nesting) { return content }
        let sentence = NoticeMarkup.sentence(CleanText.string(text))
        return pinned(sentence, names).map(MessageContent.notice) ?? told(sentence)
    }

    /// What a document says, nil where the text is a sentence, though there be tags or names like tags in it.
    private func structured(_ body: UnsafeRawBufferPointer, _ names: Names, nesting: Int) -> MessageContent? {
        guard body.firstOffset(of: UInt8(ascii: "<"), in: 0..<body.count) != nil || body.firstOffset(of: "&lt;") != nil
        else { return nil }
        if nesting > Self.maximumNesting { return .notice("") }
        return withDocument(body) { document in
            guard Self.isStructured(document, body) else { return nil }
            let scope = document.first("sysmsg") ?? document.root
            if let revoke = document.first("revokemsg", in: scope) {
                return self.revoke(document, revoke, names, nesting: nesting)
            }
            // What is said of a to-do takes no message back, whatever its words.
            if let todo = document.first("todo", in: scope) {
                let text = document.text("template", in: todo)
                return .notice(
                    text.isEmpty ? document.text("title", in: todo) : Template.filled(text, [:], names).trimmingBlanks)
            }
            if let pat = document.first("pat", in: scope), !document.children(of: pat).isEmpty {
                return .pat(self.pat(document, pat, names))
            }
            if let pinned = document.first("mmchatroomtopmsg", in: scope) {
                return .notice(self.pinned(document, pinned, names))
            }
            return readable(document, document.first("content_template", in: scope) ?? scope, names, nesting: nesting)
        }
    }

    /// A notice with this text, or the revocation that the text tells of.
    private func told(_ text: String) -> MessageContent {
        guard Revocation.isTold(by: text) else { return .notice(text) }
        return .revoke(RevokeContent(text: text, isOwn: Revocation.isOwn(text)))
    }

    // MARK: Documents

    /// Elements that nobody is called and no sentence has.
    private static let structure: [StaticString] = [
        "sysmsg", "revokemsg", "sysmsgtemplate", "content_template", "template", "plain", "content", "replacemsg",
        "link_list", "delchatroommember", "mmchatroomtopmsg", "roomtoolstips", "todo", "pat",
    ]

    /// What the first element of a document may be called; its beginning is enough, where the rest is damaged.
    private static let roots: [StaticString] = [
        "<sysmsg", "<revokemsg", "<content_template", "<delchatroommember", "<mmchatroomtopmsg", "<msg", "<appmsg",
        "<voipmsg", "<?xml", "<![CDATA[", "<!--",
    ]

    /// Whether a text is a document and no sentence.
    private static func isStructured(_ document: XMLDocument, _ body: UnsafeRawBufferPointer) -> Bool {
        if begins(body, asOneOf: roots) { return true }
        if structure.contains(where: { document.first($0).map(document.isWhole) ?? false }) { return true }
        // Any other document: elements that are whole, one behind the other, with nothing between them.
        let outermost = document.children(of: document.root)
        return !outermost.isEmpty && outermost.allSatisfy(document.isWhole)
            && !outermost.allSatisfy { NoticeMarkup.isInline(document.name(of: $0)) }
            && document.text(of: document.root).isEmpty
    }

    /// Whether the first thing in a text, escaped perhaps, is one of these tags, or breaks off inside of one.
    private static func begins(_ body: UnsafeRawBufferPointer, asOneOf tags: [StaticString]) -> Bool {
        var clean: [UInt8] = []
        CleanText.append(body.slice(0..<min(body.count, 256)), to: &clean)
        return clean.withUnsafeBytes { text in
            var start = text.trimmed(0..<text.count).lowerBound
            // A stray quotation mark stands in front of some documents, and in front of every name.
            let isQuoted = text.matches("\"", at: start) || text.matches("'", at: start)
            if isQuoted { start += 1 }
            var escapes = 0
            while text.matches("&lt;", at: start) || text.matches("&amp;lt;", at: start), escapes < 8 {
                start += text.matches("&lt;", at: start) ? 4 : 8
                escapes += 1
            }
            if isQuoted { return text.matches(escapes > 0 ? "sysmsg type" : "<sysmsg type", at: start) }
            if escapes == 0, !text.matches("<", at: start) { return false }
            let rest = text.slice(start..<text.count)
            return tags.contains { tag in
                let tag = UnsafeRawBufferPointer(start: tag.utf8Start, count: tag.utf8CodeUnitCount)
                for name in [tag, tag.slice(1..<tag.count)] where escapes > 0 || name.count == tag.count {
                    if rest.matches(name, at: 0) || rest.count < name.count && name.matches(rest, at: 0) { return true }
                }
                return false
            }
        }
    }

    /// The sentence of XML whose form is not known, "" where no element holds one. A template is the sentence itself; a
    /// title only says what it is about.
    private func readable(
        _ document: XMLDocument, _ parent: XMLDocument.Element, _ names: Names, nesting: Int
    ) -> MessageContent {
        let links = document.first("link_list", in: parent)
        for name: StaticString in ["plain", "content", "replacemsg", "template", "text", "title"] {
            // What stands in the list only fills places of the sentence.
            guard let element = document.first(name, in: parent),
                !(links.map { document.isElement(element, in: $0) } ?? false)
            else { continue }
            let written = document.innerText(of: element)
            if let nested = nested(written, names, nesting: nesting) {
                if nested == .notice("") { continue }
                return nested
            }
            var text = NoticeMarkup.sentence(written)
            if document.name(of: element).lowercased() == "template" {
                text = Template.filled(text, values(of: links, document, names), names).trimmingBlanks
            }
            if !text.isEmpty { return told(text) }
        }
        return .notice("")
    }

    /// The document that the text of an element, out of CDATA mostly, is; nil where it is none.
    private func nested(_ text: String, _ names: Names, nesting: Int) -> MessageContent? {
        var text = text
        return text.withUTF8 { structured(UnsafeRawBufferPointer($0), names, nesting: nesting + 1) }
    }

    // MARK: Kinds

    private func revoke(
        _ document: XMLDocument, _ revoke: XMLDocument.Element, _ names: Names, nesting: Int
    ) -> MessageContent {
        var content = RevokeContent()
        for path: StaticString in ["content", "replacemsg"] where content.text.isEmpty {
            let written = document.innerText(of: document.find(path, in: revoke))
            switch nested(written, names, nesting: nesting) {
            case .revoke(let inner)? where !inner.text.isEmpty: content = inner
            case .notice(let text)?: content.text = text
            case .some: break
            case nil: content.text = NoticeMarkup.sentence(written)
            }
        }
        for path: StaticString in ["newmsgid", "svrid"] where content.revokedServerId.isEmpty {
            content.revokedServerId = Self.serverId(document.text(path, in: revoke))
        }
        if content.revoker.isEmpty { content.revoker = document.text("fromusername", in: revoke) }
        content.isOwn = Revocation.isOwn(content.text)
        return .revoke(content)
    }

    private func pat(_ document: XMLDocument, _ pat: XMLDocument.Element, _ names: Names) -> PatContent {
        var content = PatContent(
            text: Template.filled(document.text("template", in: pat), [:], names),
            from: document.text("fromusername", in: pat), patted: document.text("pattedusername", in: pat))
        if content.text.isEmpty, !content.from.isEmpty, !content.patted.isEmpty {
            let (from, patted) = (names(content.from) ?? content.from, names(content.patted) ?? content.patted)
            content.text = "\"\(from)\" 拍了拍 \"\(patted)\" \(document.text("patsuffix", in: pat))".trimmingBlanks
        }
        return content
    }

    private func pinned(_ document: XMLDocument, _ pinned: XMLDocument.Element, _ names: Names) -> String {
        guard let operation = document.find("op", in: pinned) else {
            let text = document.text(of: pinned)
            return self.pinned(text, names) ?? text
        }
        return Self.pinned(
            document.text(of: operation), document.text("nickname", in: pinned),
            document.text("username", in: pinned), names)
    }

    /// What the flat form says, `ROOM OP NEWMSGID MSGTYPE USERNAME ID NICKNAME VERSION`; nil for any other text.
    private func pinned(_ text: String, _ names: Names) -> String? {
        guard text.containsBytes("chatroom ") else { return nil }
        let words = text.split(separator: " ")
        guard words.count >= 8, ChatID.isGroup(words[0]), words[1] == "1" || words[1] == "2",
            UInt64(words[2]) != nil, UInt32(words[3]) != nil
        else { return nil }
        let nickname = words[6..<words.count - 1].joined(separator: " ")
        return Self.pinned(String(words[1]), nickname, String(words[4]), names)
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

    /// What the `link_list` of a template puts in the places of its names.
    private func values(
        of links: XMLDocument.Element?, _ document: XMLDocument, _ names: Names
    ) -> [String: String] {
        var values: [String: String] = [:]
        for link in document.children(of: links, named: "link") {
            guard let name = document.attribute("name", of: link), values[name] == nil else { continue }
            values[name] = self.link(document, link, names)
        }
        return values
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
