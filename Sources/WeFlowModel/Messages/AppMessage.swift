extension MessageDecoder {
    /// An app message (<doc:MessageBodies#App-messages>). Its own `<type>` decides, then the row's high half, then what
    /// the XML holds.
    func app(_ document: XMLDocument, _ type: MessageType, nesting: Int, _ names: Names) -> MessageContent {
        if document.first("appmsg") == nil, let content = nested(document, type, nesting: nesting, names) {
            return content
        }
        let message = document.first("appmsg") ?? document.first("msg") ?? document.root
        let number = UInt32(document.text("type", in: message)) ?? 0
        let app =
            number != 0 || type.subtype != 0
            ? AppType(number != 0 ? number : type.subtype) : Self.guessedType(document, message)
        let title = document.text("title", in: message)
        switch app.kind {
        case .file:
            return .file(
                FileContent(
                    name: title, size: document.integer("appattach/totallen", in: message),
                    fileExtension: document.text("appattach/fileext", in: message),
                    md5: document.text("md5", in: message), isUploading: app.number == Self.uploading))
        case .sticker:
            return .sticker(StickerContent(md5: document.text("appattach/emoticonmd5", in: message)))
        case .forward, .note, .favourite:
            var record = RecordContent(type: app, title: title)
            if readsRecords { recordItems(document, message, into: &record, nesting: nesting) }
            return .record(record)
        case .channelsProfile, .channelsPost, .channelsLive:
            return .channels(Self.channels(document, message, app, title))
        case .solitaire:
            return .solitaire(title)
        case .reply:
            return .reply(ReplyContent(text: title, quote: quote(document, message, nesting: nesting, names)))
        case .pat:
            return .pat(Self.pat(document, message, title, names))
        case .announcement:
            return .announcement(announcement(document, message, nesting: nesting))
        case .transfer:
            return .transfer(Self.transfer(document, document.find("wcpayinfo", in: message)))
        case .redPacket:
            return Self.redPacket(document, document.find("wcpayinfo", in: message), title)
        default:
            var card = AppCard(type: app, title: Self.name(document, message, app, title))
            if readsLinks {
                let description = document.text("des", in: message)
                card.url = document.text("url", in: message)
                card.description = UpgradeAdvice.isGiven(by: description) ? "" : description
            }
            return .app(card)
        }
    }

    /// The sub-type of a file that is being sent.
    private static let uploading: UInt32 = 74

    /// The app message that stands as CDATA or escaped in a `<content>`, nil where there is none.
    private func nested(
        _ document: XMLDocument, _ type: MessageType, nesting: Int, _ names: Names
    ) -> MessageContent? {
        guard let content = document.first("content") else { return nil }
        var bytes: [UInt8] = []
        document.bytes(of: content, to: &bytes)
        return bytes.withUnsafeBytes { bytes in
            guard bytes.firstOffset(of: "<appmsg") != nil else { return nil }
            return decode(type, bytes, nesting: nesting + 1, names)
        }
    }

    /// The type of a message that does not say it, from the parts that only one kind has; 0 where nothing tells.
    private static func guessedType(_ document: XMLDocument, _ message: XMLDocument.Element) -> AppType {
        if document.find("refermsg", in: message) != nil { return AppType(.reply) }
        if document.find("recorditem", in: message) != nil { return AppType(.forward) }
        if let pay = document.find("wcpayinfo", in: message) {
            let isTransfer = ["paysubtype", "feedesc", "transferid"].contains { document.find($0, in: pay) != nil }
            return AppType(isTransfer ? .transfer : .redPacket)
        }
        if !document.text("textannouncement", in: message).isEmpty { return AppType(.announcement) }
        if document.find("finderFeed/objectId", in: message) != nil { return AppType(.channelsPost) }
        if document.find("finderLive/finderLiveID", in: message) != nil { return AppType(.channelsLive) }
        if !document.text("weappinfo/appid", in: message).isEmpty { return AppType(.miniProgram) }
        if !document.text("dataurl", in: message).isEmpty || !document.text("musicurl", in: message).isEmpty {
            return AppType(.music)
        }
        return AppType(.plainApp)
    }

    private static func channels(
        _ document: XMLDocument, _ message: XMLDocument.Element, _ type: AppType, _ title: String
    ) -> ChannelsContent {
        let block: XMLDocument.Element? =
            switch type.kind {
            case .channelsProfile:
                document.first("findernamecard", in: message) ?? document.find("finderFeed", in: message)
            case .channelsPost: document.find("finderFeed", in: message) ?? document.find("finderLive", in: message)
            default: document.find("finderLive", in: message) ?? document.find("finderFeed", in: message)
            }
        return ChannelsContent(
            type: type, nickname: document.text("nickname", in: block), description: document.text("desc", in: block),
            title: name(document, message, type, title))
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

    /// A red packet, or the collection of a group that travels as one but has none of its parts.
    private static func redPacket(
        _ document: XMLDocument, _ pay: XMLDocument.Element?, _ title: String
    ) -> MessageContent {
        let greeting = document.text("sendertitle", in: pay)
        if !greeting.isEmpty { return .redPacket(greeting) }
        let received = document.text("receivertitle", in: pay)
        let addresses = document.text("nativeurl", in: pay) + " " + document.text("url", in: pay)
        if received.isEmpty, !addresses.containsBytes("hongbao") {
            let parts = ["senderdes", "receiverdes"].map { document.text($0, in: pay) }
            let isNamed = addresses.containsBytes("newaa") || document.text("scenetext", in: pay).hasPrefix("群收款")
            let isBare = pay != nil && parts.allSatisfy(\.isEmpty) && !title.isEmpty
            if isNamed || isBare { return .collection(title) }
        }
        return .redPacket(received)
    }

    // MARK: Names

    /// What a card is called: the title, unless that only tells old clients to upgrade and there is a name of its own.
    /// Products and shops have no title but that. Cards of the older kinds are called what they say.
    private static func name(
        _ document: XMLDocument, _ message: XMLDocument.Element, _ type: AppType, _ title: String
    ) -> String {
        let kind = type.kind
        guard kind.name == .channels || kind.chatLabType == .other else { return title }
        let isTitled = !title.isEmpty && !UpgradeAdvice.isGiven(by: title)
        if isTitled, kind != .product, kind != .shop { return title }
        let own: [StaticString] = [
            "productTitle", "skutitle", "goodsName", "shopName", "nickname", "desc", "sourcedisplayname",
        ]
        for name in own {
            guard let element = document.first(name, in: message) else { continue }
            let text = document.text(of: element)
            if !text.isEmpty, !UpgradeAdvice.isGiven(by: text) { return text }
        }
        if isTitled { return title }
        let program = document.text(of: document.first("appname"))
        return program.isEmpty ? title : program
    }

    // MARK: Pats

    /// The three forms of a pat in an app message: a title, a template, or the records of the older form.
    private static func pat(
        _ document: XMLDocument, _ message: XMLDocument.Element, _ title: String, _ names: Names
    ) -> PatContent {
        let info = document.find("patinfo", in: message)
        let older = document.children(of: document.find("patMsg/records", in: message), named: "record").last
        var pat = PatContent(
            text: Template.filled(title, [:], names), from: document.text("fromusername", in: info),
            patted: document.text("pattedusername", in: info))
        if pat.from.isEmpty { pat.from = document.text("fromUser", in: older) }
        if pat.patted.isEmpty { pat.patted = document.text("pattedUser", in: older) }
        if pat.text.isEmpty { pat.text = Template.filled(document.text("template", in: info), [:], names) }
        if pat.text.isEmpty {
            let template = document.text("templete", in: older)
            pat.text = Template.filled(
                template.isEmpty ? document.text("template", in: older) : template, [:], names)
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
            var own = document.text(of: element)
            let isSentence = own.withUTF8 { !Self.beginsMarkup(UnsafeRawBufferPointer($0)) || !holdsDocument($0) }
            if path.utf8CodeUnitCount == 12, isSentence, !own.isEmpty { return own }
        }
        return ""
    }
}
