/// Reads rows of `SnsTimeLine` (<doc:Posts>).
///
/// A row never fails: what is broken is read as far as it goes, and the post says so. One decoder serves all rows of
/// one worker, since it keeps the document's storage from row to row; so it is not `Sendable`.
public struct MomentDecoder {
    private var document = XMLDocument()
    private let content = ContentDecoder()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Reads a row.
    ///
    /// - Parameters:
    ///   - tid: the row's `tid`.
    ///   - userName: the row's `user_name`.
    ///   - stored: the row's `content`: XML, or XML under zstd, hex or base64.
    ///   - keepsXML: whether the post carries its XML along.
    /// - Returns: the post, with ``Moment/isWhole`` false where something of it is missing.
    public mutating func moment(
        tid: Int64, userName: String, content stored: UnsafeRawBufferPointer, keepsXML: Bool = true
    ) -> Moment {
        var moment = Moment(tid: tid, username: userName)
        let hasXML = MomentContent.withXML(in: stored, decoder: content) { xml in
            document.parse(xml)
            if keepsXML { moment.rawXML = Array(xml) }
        }
        guard hasXML else {
            if keepsXML { moment.rawXML = Array(stored) }
            moment.createTime = MomentID.createTime(tid: tid) ?? 0
            moment.isWhole = false
            return moment
        }
        fill(&moment)
        return moment
    }

    private func fill(_ moment: inout Moment) {
        let top = document.children(of: document.root).first
        let post = document.first("TimelineObject") ?? top
        let extra = document.first("LocalExtraInfo") ?? top
        let subject = document.find("ContentObject", in: post)
        moment.isWhole = top.map { !document.isCutOff($0) } ?? false

        if moment.username.isEmpty { moment.username = document.text("username", in: post) }
        moment.nickname = document.text("nickname", in: extra)
        let written = document.integer("createTime", in: post) ?? 0
        moment.createTime = written > 0 ? written : MomentID.createTime(tid: moment.tid) ?? 0
        moment.text = text(of: document.find("contentDesc", in: post))
        moment.type = document.integer("type", in: subject).flatMap { Int(exactly: $0) } ?? 0
        moment.isPrivate = document.integer("private", in: post) == 1
        moment.location = document.location(of: document.find("location", in: post))
        moment.card = document.card(of: subject, source: document.text("sourceNickName", in: post))
        moment.media = document.attachments(
            of: document.find("mediaList", in: subject), isVideoPost: moment.isVideoPost)
        moment.likes = document.likes(in: extra)
        moment.comments = document.comments(in: extra)
    }

    /// A text that may be read up to where the row breaks off, unlike an address.
    private func text(of element: XMLDocument.Element?) -> String {
        guard let element, document.isCutOff(element), document.children(of: element).isEmpty else {
            return document.text(of: element)
        }
        var bytes: [UInt8] = []
        document.bytes(of: element, to: &bytes)
        return bytes.withUnsafeBytes { CleanText.string($0.slice($0.trimmed(0..<$0.count))) }
    }
}

extension XMLDocument {
    /// Where a post was made: everything is in attributes, and (0, 0) is a placeholder (<doc:Posts>).
    fileprivate func location(of element: Element?) -> MomentLocation? {
        guard let element else { return nil }
        var location = MomentLocation()
        location.city = attribute("city", of: element) ?? ""
        location.country = attribute("country", of: element) ?? ""
        location.poiName = attribute("poiName", of: element) ?? ""
        location.poiAddress = attribute("poiAddress", of: element) ?? ""
        location.poiAddressName = attribute("poiAddressName", of: element) ?? ""
        location.label = attribute("label", of: element) ?? ""
        if let latitude = (attribute("latitude", of: element) ?? attribute("x", of: element)).flatMap(Double.init),
            let longitude = (attribute("longitude", of: element) ?? attribute("y", of: element)).flatMap(Double.init),
            abs(latitude) <= 90, abs(longitude) <= 180, latitude != 0 || longitude != 0
        {
            location.latitude = latitude
            location.longitude = longitude
        }
        return location.isEmpty ? nil : location
    }

    /// The heading, text and addresses that a post's subject has beside its media.
    fileprivate func card(of subject: Element?, source: String) -> MomentCard? {
        guard let subject else { return nil }
        var card = MomentCard()
        card.title = text("title", in: subject)
        card.description = text("description", in: subject)
        card.url = text("contentUrl", in: subject)
        card.otherURLs = ["url", "shorturl", "weburl", "webpageurl", "jumpurl"].map { text($0, in: subject) }
            .filter { !$0.isEmpty }
        card.source = source
        for channel in [find("finderFeed", in: subject), find("finderLive", in: subject)] where channel != nil {
            if card.source.isEmpty { card.source = text("nickname", in: channel) }
            if card.description.isEmpty { card.description = text("desc", in: channel) }
        }
        return card.isEmpty ? nil : card
    }
}
