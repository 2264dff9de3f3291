extension MessageDecoder {
    /// What a reply quotes (<doc:RepliesAndRecords#Replies>), nil where the XML has no such part.
    func quote(_ document: XMLDocument, _ message: XMLDocument.Element, nesting: Int, _ names: Names) -> Quote? {
        guard let refer = document.find("refermsg", in: message) else { return nil }
        let chat = document.text("fromusr", in: refer)
        var quote = Quote()
        quote.platformMessageId = Self.serverId(document.text("svrid", in: refer))
        quote.sender = document.text("chatusr", in: refer)
        if quote.sender.isEmpty, !ChatID.isGroup(chat) { quote.sender = chat }
        quote.accountName = document.text("displayname", in: refer)
        if quote.accountName.isEmpty {
            quote.accountName = quote.sender.isEmpty ? "" : names(quote.sender) ?? quote.sender
        }
        var bytes: [UInt8] = []
        if let content = document.find("content", in: refer) { document.bytes(of: content, to: &bytes) }
        let number = UInt32(document.text("type", in: refer)) ?? 0
        bytes.withUnsafeBytes { bytes in
            let body = bytes.slice(Self.body(bytes, number, sender: quote.sender))
            let inner = quoted(body, number, nesting: nesting + 1, names)
            quote.type = inner.chatLabType
            quote.content = inner.displayText(of: body)
            if let part = document.find("partialtext", in: refer).flatMap({
                QuotedPart(document, $0).found(in: quote.content)
            }) {
                quote.content = part
            } else if case .text = inner {
                quote.content = Self.part(document, refer, quote.content)
            }
        }
        return quote
    }

    /// A server id as the API writes it: decimal, unsigned, "" for none.
    static func serverId(_ text: String) -> String {
        if let id = UInt64(text) { return id == 0 ? "" : String(id) }
        if let id = Int64(text) { return String(UInt64(bitPattern: id)) }
        return ""
    }

    /// Quoted content often keeps the group prefix.
    private static func body(_ content: UnsafeRawBufferPointer, _ number: UInt32, sender: String) -> Range<Int> {
        if !sender.isEmpty {
            let prefix = GroupPrefix(content, sender: sender)
            if prefix.sender != nil { return prefix.body }
        }
        let prefix = GroupPrefix(content, sender: String?.none)
        let isMarkup = !prefix.body.isEmpty && content[prefix.body.lowerBound] == UInt8(ascii: "<")
        return prefix.sender != nil && isMarkup && !MessageType(base: number).isText ? prefix.body : 0..<content.count
    }

    /// The quoted message. Its `type` is a base type or the sub-type of an app message.
    private func quoted(
        _ body: UnsafeRawBufferPointer, _ number: UInt32, nesting: Int, _ names: Names
    ) -> MessageContent {
        let base = MessageType(base: number)
        if base.isText { return .text }
        let app = MessageType(base: MessageType.appBase, subtype: number == MessageType.appBase ? 0 : number)
        if body.firstOffset(of: "<appmsg") != nil || body.firstOffset(of: "&lt;appmsg") != nil {
            return decode(app, body, nesting: nesting, names)
        }
        if base.kind.chatLabType != .other, number != MessageType.appBase {
            return decode(base, body, nesting: nesting, names)
        }
        let first = body.trimmed(0..<body.count)
        guard let byte = first.isEmpty ? nil : body[first.lowerBound] else { return .unreadable(app) }
        if number == 0, !Self.beginsMarkup(body) { return .text }
        if byte == UInt8(ascii: "<") { return decode(app, body, nesting: nesting, names) }
        let text = CleanText.string(body.slice(first))
        if text.containsBytes("wxid_") { return .unreadable(app) }
        return .unknown(app, text: text)
    }

    /// The piece of a text that was quoted, the whole text where none is named.
    private static func part(_ document: XMLDocument, _ refer: XMLDocument.Element, _ whole: String) -> String {
        if let piece = QuotedPart(document, refer).found(in: whole) { return piece }
        if let from = document.integer("startindex", in: refer), let to = document.integer("endindex", in: refer) {
            let scalars = whole.unicodeScalars
            if from >= 0, to >= from, to < scalars.count {
                return String(whole.unicodeScalars.dropFirst(Int(from)).prefix(Int(to - from) + 1))
            }
        }
        let paths: [StaticString] = [
            "selectedcontent", "selectedtext", "selectcontent", "selecttext", "quotecontent", "quotetext",
            "partcontent",
            "parttext", "excerpt", "summary", "preview",
        ]
        for path in paths {
            let text = document.text(path, in: refer)
            if !text.isEmpty { return text }
        }
        return whole
    }
}
