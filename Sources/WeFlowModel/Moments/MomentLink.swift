/// What a post links to, as the application shows it (<doc:MediaAddresses#Links-of-a-post>).
public struct MomentLink: Sendable, Equatable {
    /// The text to show; empty where the post gives none.
    public var title: String
    /// An `http` or `https` address.
    public var url: String

    /// A link to `url`, shown as `title`.
    public init(title: String, url: String) {
        self.title = title
        self.url = url
    }
}

extension Moment {
    /// Types whose very subject is a link.
    private static let linkTypes: Set<Int> = [3, 5]
    /// Channels posts and streams: their address is only a page that asks for a newer client.
    private static let upgradePageTypes: Set<Int> = [28, 34]
    /// Hosts that serve media files, never a page to read.
    private static let mediaHosts = ["qpic.cn", "qlogo.cn", "video.qq.com", "tc.qq.com"]

    /// The post's link: for link posts the first web address of the card, else of its media; for others an address
    /// of the card or the text that is no media file; never for videos.
    public var link: MomentLink? {
        guard !isVideoPost, !Self.upgradePageTypes.contains(type) else { return nil }
        let addresses = ([card?.url ?? ""] + (card?.otherURLs ?? [])).filter { MomentURL.isWebAddress($0) }
        if Self.linkTypes.contains(type) {
            let own = media.map(\.resource.url).filter { MomentURL.isWebAddress($0) }
            guard let url = addresses.first ?? own.first else { return nil }
            return MomentLink(title: linkTitle, url: url)
        }
        let ownMedia = Set(media.flatMap { [$0.resource.url, $0.thumb.url] })
        let pages = addresses + Self.webAddresses(in: text)
        guard let url = pages.first(where: { !ownMedia.contains($0) && !Self.isMediaHost(MomentURL.host(of: $0)) })
        else { return nil }
        return MomentLink(title: card?.title ?? "", url: url)
    }

    private var linkTitle: String {
        [card?.title ?? "", text].first { !$0.isEmpty && !MomentURL.isWebAddress($0) } ?? ""
    }

    private static func isMediaHost(_ host: String) -> Bool {
        mediaHosts.contains { host == $0 || host.hasSuffix("." + $0) }
    }

    /// The web addresses in a text: each runs to the first character that no address has.
    static func webAddresses(in text: String) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "http")?.lowerBound {
            let candidate = rest[start...].prefix { $0.isASCII && !$0.isWhitespace && !"<>\"'`{}|\\^".contains($0) }
            let address = candidate.prefix(
                candidate.count - candidate.reversed().prefix { ".,;:!?)".contains($0) }.count)
            if MomentURL.isWebAddress(address), !MomentURL.host(of: String(address)).isEmpty {
                found.append(String(address))
            }
            rest = rest[start...].dropFirst(max(candidate.count, 4))
        }
        return found
    }
}
