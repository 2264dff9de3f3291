extension MessageDecoder {
    /// All items of a message's record together are at most this many.
    private static let maximumItems = 20_000

    /// Reads the items of a record message.
    func recordItems(
        _ document: XMLDocument, _ message: XMLDocument.Element, into record: inout RecordContent, nesting: Int
    ) {
        guard let element = document.find("recorditem", in: message) else { return }
        record.items = recordItems(of: element, document, nesting: nesting)
        // A note keeps its own page as a file in front.
        if record.type.kind == .note, let page = record.items.first, page.dataType == 8,
            page.fileExtension.hasSuffix("htm")
        {
            record.items.removeFirst()
            record.firstIndex = 1
        }
    }

    /// The items of the record in `element`, which holds it as CDATA, as escaped text or as it is.
    func recordItems(of element: XMLDocument.Element, _ document: XMLDocument, nesting: Int) -> [RecordItem] {
        var budget = Self.maximumItems
        return recordItems(of: element, document, nesting: nesting, &budget)
    }

    private func recordItems(
        of element: XMLDocument.Element, _ document: XMLDocument, nesting: Int, _ budget: inout Int
    ) -> [RecordItem] {
        guard nesting < Self.maximumNesting else { return [] }
        var bytes: [UInt8] = []
        document.bytes(of: element, to: &bytes)
        return bytes.withUnsafeBytes { bytes in
            withDocument(bytes) { record in
                var items: [RecordItem] = []
                for item in record.children(of: record.first("datalist"), named: "dataitem") {
                    if budget == 0 { break }
                    budget -= 1
                    items.append(self.item(record, item, nesting: nesting, &budget))
                }
                return items
            }
        }
    }

    private func item(
        _ record: XMLDocument, _ element: XMLDocument.Element, nesting: Int, _ budget: inout Int
    ) -> RecordItem {
        var item = RecordItem()
        item.dataType = record.integerAttribute("datatype", of: element) ?? 0
        item.senderName = record.text("sourcename", in: element)
        item.createTime = record.integer("srcMsgCreateTime", in: element)
        item.timeText = record.text("sourcetime", in: element)
        item.title = record.text("datatitle", in: element)
        item.fileExtension = record.text("datafmt", in: element)
        item.size = record.integer("datasize", in: element)
        item.md5 = record.text("fullmd5", in: element)
        item.url = record.text("link", in: element)
        if item.url.isEmpty { item.url = record.text("streamweburl", in: element) }
        var text = record.text("datadesc", in: element)
        switch item.dataType {
        case 6:
            let place = record.find("location", in: element)
            item.location = LocationContent(
                latitude: record.attribute("lat", of: place).flatMap(Self.degrees),
                longitude: record.attribute("lng", of: place).flatMap(Self.degrees),
                label: record.attribute("label", of: place) ?? "", poiName: record.attribute("poiname", of: place) ?? ""
            )
            text = item.location.map { $0.label.isEmpty ? $0.poiName : $0.label } ?? ""
        case 17:
            if let nested = record.find("recordxml", in: element) {
                item.items = recordItems(of: nested, record, nesting: nesting + 1, &budget)
                if item.title.isEmpty { item.title = record.text(of: record.first("title", in: nested)) }
            }
        case 22: text = record.text(of: record.first("desc", in: record.first("finderFeed", in: element) ?? element))
        case 23: text = record.text(of: record.first("desc", in: record.first("finderLive", in: element) ?? element))
        default: break
        }
        item.text = Self.display(item, text)
        return item
    }

    /// The kinds of messages as records number them; of all others the text is shown.
    private static func kind(ofItem dataType: Int64) -> MessageKind? {
        switch dataType {
        case 2: .image
        case 4: .video
        case 5: .link
        case 6: .location
        case 8: .file
        case 17: .forward
        case 19: .miniProgram
        case 22: .channelsPost
        case 23: .channelsLive
        case 29, 32: .music
        case 37: .sticker
        default: nil
        }
    }

    private static func display(_ item: RecordItem, _ text: String) -> String {
        guard let kind = kind(ofItem: item.dataType), let label = kind.label else {
            return !text.isEmpty ? text : item.title.isEmpty ? "\(MessageKind.other.placeholder)" : item.title
        }
        let shown =
            switch kind {
            case .image, .video, .sticker: ""
            case .location, .channelsPost, .channelsLive: text
            default: item.title
            }
        return shown.isEmpty ? "\(label)" : "\(label) \(shown)"
    }
}
