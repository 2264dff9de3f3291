extension MessageDecoder {
    /// An app message (<doc:MessageBodies#App-messages>). Its own `<type>` decides, then the row's high half, then what
    /// the XML holds.
    func app(_ document: XMLDocument, _ type: MessageType, nesting: Int, _ names: Names) -> MessageContent {
        let message = document.first("appmsg") ?? document.first("msg") ?? document.root
        let number = UInt32(document.text("type", in: message)) ?? 0
        let app = AppType(
            number != 0 ? number : type.subtype != 0 ? type.subtype : Self.guessedType(document, message))
        let title = document.text("title", in: message)
        switch app.number {
        case 6, 74:
            return .file(
                FileContent(
                    name: title, size: document.integer("appattach/totallen", in: message),
                    fileExtension: document.text("appattach/fileext", in: message),
                    md5: document.text("md5", in: message)))
        case 8:
            return .sticker(StickerContent(md5: document.text("appattach/emoticonmd5", in: message)))
        case 19, 24, 40:
            return .record(
                RecordContent(
                    type: app, title: title,
                    items: readsRecords ? recordItems(document, message, app, nesting: nesting) : []))
        case 50, 51, 63, 88:
            return .channels(Self.channels(document, message, app, title))
        case 53:
            return .solitaire(title)
        case 57:
            return .reply(ReplyContent(text: title, quote: quote(document, message, nesting: nesting, names)))
        case 62:
            return .pat(Self.pat(document, message, title, names))
        case 87:
            return .announcement(announcement(document, message, nesting: nesting))
        case 2000:
            return .transfer(Self.transfer(document, document.find("wcpayinfo", in: message)))
        case 2001:
            let greeting = document.text("wcpayinfo/sendertitle", in: message)
            return .redPacket(greeting.isEmpty ? document.text("wcpayinfo/receivertitle", in: message) : greeting)
        default:
            return .app(AppCard(type: app, title: title, url: document.text("url", in: message)))
        }
    }

    /// The type of a message that does not say it, from the parts that only one type has; 0 where nothing tells.
    private static func guessedType(_ document: XMLDocument, _ message: XMLDocument.Element) -> UInt32 {
        if document.find("refermsg", in: message) != nil { return 57 }
        if document.find("recorditem", in: message) != nil { return 19 }
        if let pay = document.find("wcpayinfo", in: message) {
            let isTransfer = ["paysubtype", "feedesc", "transferid"].contains { document.find($0, in: pay) != nil }
            return isTransfer ? 2000 : 2001
        }
        if !document.text("textannouncement", in: message).isEmpty { return 87 }
        if document.find("finderFeed/objectId", in: message) != nil { return 51 }
        if document.find("finderLive/finderLiveID", in: message) != nil { return 63 }
        if !document.text("weappinfo/appid", in: message).isEmpty { return 33 }
        if !document.text("dataurl", in: message).isEmpty || !document.text("musicurl", in: message).isEmpty {
            return 3
        }
        return 0
    }

    private static func channels(
        _ document: XMLDocument, _ message: XMLDocument.Element, _ type: AppType, _ title: String
    ) -> ChannelsContent {
        let block: XMLDocument.Element? =
            switch type.number {
            case 50: document.first("findernamecard", in: message) ?? document.find("finderFeed", in: message)
            case 51: document.find("finderFeed", in: message) ?? document.find("finderLive", in: message)
            default: document.find("finderLive", in: message) ?? document.find("finderFeed", in: message)
            }
        return ChannelsContent(
            type: type, nickname: document.text("nickname", in: block), description: document.text("desc", in: block),
            title: title)
    }

    private static func transfer(_ document: XMLDocument, _ pay: XMLDocument.Element?) -> TransferContent {
        let state: TransferContent.State =
            switch document.text("paysubtype", in: pay) {
            case "1", "7", "8": .sent
            case "3", "5": .received
            case "4", "9": .returned
            case "10": .expired
            default: .unknown
            }
        return TransferContent(
            amount: document.text("feedesc", in: pay), memo: document.text("pay_memo", in: pay), state: state)
    }

    // MARK: Pats

    /// The three forms of a pat in an app message: a title, a template, or the records of the older form.
    private static func pat(
        _ document: XMLDocument, _ message: XMLDocument.Element, _ title: String, _ names: Names
    ) -> PatContent {
        let info = document.find("patinfo", in: message)
        let older = document.children(of: document.find("patMsg/records", in: message), named: "record").last
        var pat = PatContent(
            text: Template.people(title, names), from: document.text("fromusername", in: info),
            patted: document.text("pattedusername", in: info))
        if pat.from.isEmpty { pat.from = document.text("fromUser", in: older) }
        if pat.patted.isEmpty { pat.patted = document.text("pattedUser", in: older) }
        if pat.text.isEmpty { pat.text = Template.people(document.text("template", in: info), names) }
        if pat.text.isEmpty {
            let template = document.text("templete", in: older)
            pat.text = Template.people(template.isEmpty ? document.text("template", in: older) : template, names)
        }
        return pat
    }

    // MARK: Announcements

    /// The text of an announcement: its own, else what its rich form says first.
    private func announcement(_ document: XMLDocument, _ message: XMLDocument.Element, nesting: Int) -> String {
        let text = document.text("textannouncement", in: message)
        if !text.isEmpty { return text }
        for path: StaticString in ["announcement", "recorditem"] {
            guard let element = document.find(path, in: message) else { continue }
            if let item = recordItems(of: element, document, nesting: nesting).first(where: { $0.dataType == 1 }) {
                return item.text
            }
            let own = document.text(of: element)
            if path.utf8CodeUnitCount == 12, !own.hasPrefix("<"), !own.isEmpty { return own }
        }
        return ""
    }
}
