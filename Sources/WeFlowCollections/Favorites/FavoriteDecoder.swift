import WeFlowModel
import WeFlowParameters
import WeFlowQuery

extension FavoriteContent {
    /// Reads the XML of a favourite.
    ///
    /// Never fails: of a document that is cut off or broken what can be read is taken, of bytes that are none nothing.
    /// Entities that a document declares do not exist.
    ///
    /// - Parameters:
    ///   - kind: what the row says it is; nil for a number that nobody has a name for.
    ///   - xml: the document, any bytes.
    public init(_ kind: FavoriteKind?, xml: UnsafeRawBufferPointer) {
        self.init()
        var document = XMLDocument()
        document.parse(xml)
        isCut = document.isCut
        guard let item = document.first("favitem") else { return }
        let reader = FavoriteReader(document: document, item: item, kind: kind)
        parts = reader.parts()
        (title, text, url) = reader.describe(parts)
        source = reader.source
        publisher = reader.publisher
        tags = reader.tags
        if kind?.hasParts != true { parts = [] }
    }
}

/// Reads one `<favitem>`.
private struct FavoriteReader {
    let document: XMLDocument
    let item: XMLDocument.Element
    let kind: FavoriteKind?

    // MARK: The whole

    private func text(_ path: StaticString) -> String { document.text(path, in: item) }

    /// Title, text and address, by what the kind keeps them in.
    func describe(_ parts: [FavoritePart]) -> (title: String, text: String, url: String) {
        let (title, text) = (text("title"), text("desc"))
        // Of most kinds the list holds one part, which names the whole.
        let first = parts.first
        switch kind {
        case .link: return link(title, text, first)
        case .location:
            let label = self.text("locitem/label")
            return (
                either(self.text("locitem/poiname"), first?.title, title), either(label, first?.text, text), ""
            )
        case .music:
            let url = either(self.text("musicitem/link"), self.text("musicitem/url"), first?.url)
            return (
                either(self.text("musicitem/title"), first?.title, title),
                either(self.text("musicitem/desc"), self.text("musicitem/singer"), first?.text, text), url
            )
        case .product:
            return (
                either(self.text("productitem/producttitle"), first?.title, title),
                either(self.text("productitem/productdesc"), first?.text, text), either(first?.url)
            )
        case .miniprogram:
            let program = document.first("appbranditem", in: item)
            return (either(title, document.text("sourcedisplayname", in: program), first?.title), text, "")
        case .channels:
            let feed = document.text("desc", in: document.first("finderFeed", in: item))
            return (either(feed, title, first?.title), either(feed, text), "")
        case .record: return (title, either(Self.lines(of: parts), text), "")
        case .note: return note(title, text, parts)
        case .image, .voice, .video, .file:
            return (either(title, parts.lazy.map(\.title).first { !$0.isEmpty }), text, "")
        case .text, nil: return (title, either(text, kind == .text ? first?.text : ""), "")
        }
    }

    private func link(
        _ title: String, _ text: String, _ first: FavoritePart?
    ) -> (title: String, text: String, url: String) {
        (
            either(self.text("weburlitem/pagetitle"), first?.title, title),
            either(self.text("weburlitem/pagedesc"), first?.text, text),
            either(self.text("weburlitem/clean_url"), self.text("source/link"), first?.url)
        )
    }

    private func note(
        _ title: String, _ text: String, _ parts: [FavoritePart]
    ) -> (title: String, text: String, url: String) {
        let texts = parts.filter { $0.kind == .text }.map(\.text).filter { !$0.isEmpty }
        let whole = either(texts.joined(separator: "\n"), self.text("noteitem/description"), text)
        let line = whole.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
        return (either(title, self.text("noteitem/title"), line.map { String($0).trimmingBlanks }), whole, "")
    }

    /// What a record reads like: a line for each part, with who said it.
    private static func lines(of parts: [FavoritePart]) -> String {
        parts.map { part in
            var words = [part.kind.label, part.text]
            if part.title != part.text { words.append(part.title) }
            let said = words.filter { !$0.isEmpty }.joined(separator: " ")
            return part.speaker.isEmpty ? said : "\(part.speaker): \(said)"
        }.joined(separator: "\n")
    }

    var source: FavoriteSource { Self.source(document, document.find("source", in: item)) }

    private static func source(_ document: XMLDocument, _ element: XMLDocument.Element?) -> FavoriteSource {
        var source = FavoriteSource()
        source.fromUser = document.text("fromusr", in: element)
        source.toUser = document.text("tousr", in: element)
        source.realChatName = document.text("realchatname", in: element)
        source.messageID = serverID(document.text("msgid", in: element))
        if source.messageID.isEmpty {
            source.messageID = serverID(document.attribute("sourceid", of: element) ?? "")
        }
        return source
    }

    var publisher: FavoritePerson {
        let share = document.find("weburlitem/appmsgshareitem", in: item)
        return FavoritePerson(
            id: document.text("srcusername", in: share), name: document.text("srcdisplayname", in: share))
    }

    var tags: [String] {
        document.children(of: document.find("taglist", in: item), named: "tag")
            .map { document.text(of: $0) }.filter { !$0.isEmpty }
    }

    // MARK: The parts

    func parts() -> [FavoritePart] {
        let list = document.find("datalist", in: item) ?? document.first("datalist", in: item)
        var parts: [FavoritePart] = []
        for (place, element) in document.children(of: list, named: "dataitem").enumerated() {
            if !isLayout(element, isFirst: place == 0) { parts.append(part(element)) }
        }
        return parts
    }

    /// Whether a part is the page of a note, which is no content.
    private func isLayout(_ element: XMLDocument.Element, isFirst: Bool) -> Bool {
        guard kind == .note else { return false }
        if let id = document.attribute("htmlid", of: element), !id.isEmpty { return id == "WeNoteHtmlFile" }
        let title = document.text("datatitle", in: element)
        return isFirst && document.integerAttribute("datatype", of: element) == 8 && format(element).hasPrefix("htm")
            && title.utf8.count == 36 && title.hasSuffix(".htm")
    }

    private func format(_ element: XMLDocument.Element) -> String {
        String(document.text("datafmt", in: element).lowercased().drop { $0 == "." })
    }

    private func part(_ element: XMLDocument.Element) -> FavoritePart {
        let format = format(element)
        var part = FavoritePart(
            kind: FavoritePartKind(
                number: document.integerAttribute("datatype", of: element) ?? 0, format: format,
                isRecord: kind?.isNumberedAsRecord ?? false))
        part.format = format
        part.title = document.text("datatitle", in: element)
        part.text = document.text("datadesc", in: element)
        // A favourite writes its own names with an underscore, a message's record without.
        part.size = (document.integer("fullsize", in: element) ?? document.integer("datasize", in: element))
            .flatMap { $0 > 0 ? $0 : nil }
        part.md5 = md5(document.text("fullmd5", in: element))
        part.headMD5 = md5(document.text("head256md5", in: element))
        part.seconds = document.integer("duration", in: element).flatMap { duration in
            guard duration > 0 else { return nil }
            return part.kind == .voice ? Double(duration) / 1000 : Double(duration)
        }
        part.speaker = either(
            document.text("datasrcname", in: element), document.text("sourcename", in: element))
        part.messageID = serverID(document.attribute("datasourceid", of: element) ?? "")
        if part.messageID.isEmpty {
            part.messageID = Self.source(document, document.find("dataitemsource", in: element)).messageID
        }
        part.url = url(element, part.kind)
        describe(&part, element)
        return part
    }

    private func url(_ element: XMLDocument.Element, _ kind: FavoritePartKind) -> String {
        func text(_ path: StaticString) -> String { document.text(path, in: element) }
        let page = either(
            text("stream_weburl"), text("streamweburl"), text("weburlitem/clean_url"), text("weburlitem/link"),
            text("link"))
        guard page.isEmpty, kind == .music else { return page }
        return either(text("stream_dataurl"), text("streamdataurl"))
    }

    /// Takes title and text out of what is nested in a part, where it has none of its own.
    private func describe(_ part: inout FavoritePart, _ element: XMLDocument.Element) {
        func fill(_ title: String, _ text: String) {
            if part.title.isEmpty { part.title = title }
            if part.text.isEmpty { part.text = text }
        }
        func text(_ path: StaticString) -> String { document.text(path, in: element) }
        switch part.kind {
        case .link: fill(text("weburlitem/pagetitle"), text("weburlitem/pagedesc"))
        case .location: fill(text("locitem/poiname"), text("locitem/label"))
        case .product: fill(text("productitem/producttitle"), text("productitem/productdesc"))
        case .channels: fill("", document.text("desc", in: document.first("finderFeed", in: element)))
        case .record:
            let nested = document.find("recordxml", in: element)
            fill(document.text("recordinfo/title", in: nested), "")
        default: break
        }
    }
}

/// The first text that is not empty.
private func either(_ texts: String?...) -> String {
    texts.lazy.compactMap(\.self).first { !$0.isEmpty } ?? ""
}

/// A decimal server's id, "" for what is none or 0.
func serverID(_ text: String) -> String {
    guard let number = UInt64(text), number != 0, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return "" }
    return String(number)
}

/// 32 hex digits in lower case, "" for anything else.
private func md5(_ text: String) -> String {
    let digits = text.lowercased()
    return digits.utf8.count == 32 && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 } ? digits : ""
}
