public import WeFlowModel

/// The addresses of one media item or Live Photo clip, mended and, where asked for, led through the proxy
/// (<doc:MomentsQueries#A-post>).
public struct MomentMediaAddresses: Sendable, Equatable {
    /// The file in the media network; empty where there is none.
    public var url: String
    /// The small picture in the media network; empty where there is none.
    public var thumb: String
    /// Key of the file; a clip without its own is tried with its picture's.
    public var key: UInt64?
    /// Key of the small picture.
    public var thumbKey: UInt64?
    /// The file through the proxy; `nil` without `url` or where not asked for.
    public var proxyURL: String?
    /// The small picture through the proxy; `nil` without `thumb` or where not asked for.
    public var proxyThumb: String?
    /// The file as a `data:` address; `nil` where not asked for, not a picture, or not to be had.
    public var inlineURL: String?
    /// The small picture as a `data:` address.
    public var inlineThumb: String?
}

/// The addresses of a media item and of its Live Photo clip.
public struct ResolvedMomentMedia: Sendable, Equatable {
    /// The picture's or video's own.
    public var item: MomentMediaAddresses
    /// The clip's.
    public var live: MomentMediaAddresses?
}

/// Makes the addresses of a post's media.
public struct MomentAddressing: Sendable {
    private let hosts: MediaHosts
    private let proxyBase: String?

    /// Addressing under a guard.
    ///
    /// - Parameters:
    ///   - hosts: tells which addresses keep their `http`.
    ///   - proxyBase: scheme, host and port of the server whose proxy is to be named, without a trailing slash; `nil`
    ///     where no proxy addresses are wanted.
    public init(hosts: MediaHosts, proxyBase: String?) {
        self.hosts = hosts
        self.proxyBase = proxyBase
    }

    /// The addresses of every media item of a post, in order.
    public func media(of moment: Moment) -> [ResolvedMomentMedia] {
        moment.media.map { item in
            let isVideo = moment.isVideoPost || item.isVideo
            return ResolvedMomentMedia(
                item: addresses(item.resource, item.thumb, isVideo: isVideo, key: item.key, thumbKey: item.key),
                live: item.livePhoto.map { live in
                    let key = live.key ?? item.key
                    // The still picture of a clip may be the post's picture itself, which has its own key.
                    let isPicture = live.thumb.url == item.resource.url || live.thumb.url == item.thumb.url
                    return addresses(
                        live.resource, live.thumb, isVideo: true, key: key, thumbKey: isPicture ? item.key : key)
                })
        }
    }

    /// A post with the addresses of the pictures in its comments mended; each holds its token then.
    public func mended(_ moment: Moment) -> Moment {
        var moment = moment
        for place in moment.comments.indices {
            for picture in moment.comments[place].pictures.indices {
                let resource = moment.comments[place].pictures[picture].resource
                moment.comments[place].pictures[picture].resource.url = fixed(resource, isVideo: false)
            }
        }
        return moment
    }

    /// An address mended without further addresses beside it.
    func fixed(_ resource: MomentResource, isVideo: Bool) -> String {
        MomentURL.fixed(
            resource.url, token: resource.token, isVideo: isVideo, keepsScheme: hosts.keepsScheme(resource.url))
    }

    private func addresses(
        _ resource: MomentResource, _ thumb: MomentResource, isVideo: Bool, key: UInt64?, thumbKey: UInt64?
    ) -> MomentMediaAddresses {
        let url = fixed(resource, isVideo: isVideo)
        let small = fixed(thumb, isVideo: false)
        return MomentMediaAddresses(
            url: url, thumb: small, key: key, thumbKey: thumbKey, proxyURL: proxied(url, key: key),
            proxyThumb: proxied(small, key: thumbKey))
    }

    private func proxied(_ url: String, key: UInt64?) -> String? {
        guard let proxyBase, !url.isEmpty else { return nil }
        let query = FormEncoding.encoded(url)
        return "\(proxyBase)/api/v1/sns/media/proxy?url=\(query)" + (key.map { "&key=\($0)" } ?? "")
    }
}

/// Percent-encoding of a form's values, as browsers do it: letters, digits and `*-._` stay, a blank becomes `+`.
enum FormEncoding {
    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + text.utf8.count / 2)
        let hex = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                bytes.append(byte)
            case 0x20: bytes.append(UInt8(ascii: "+"))
            default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
