extension XMLDocument {
    /// The pictures and videos of a post's `mediaList` (<doc:Posts>). One that has lost its addresses is left out.
    ///
    /// - Parameters:
    ///   - list: the element; nil has none.
    ///   - isVideoPost: whether a key that stands elsewhere in the document belongs to the one video.
    /// - Returns: the items in order.
    func attachments(of list: Element?, isVideoPost: Bool) -> [MomentAttachment] {
        children(of: list, named: "media").compactMap { media in
            var item = MomentAttachment()
            item.type = integer("type", in: media).flatMap { Int(exactly: $0) } ?? 0
            item.description = text("description", in: media)
            item.resource = resource(of: find("url", in: media))
            item.thumb = resource(of: find("thumb", in: media))
            item.key = key(in: media)
            if item.key == nil, isVideoPost || item.isVideo {
                // A picture without a key is not given another's: it would only look opened.
                item.key = first("enc").flatMap { key("key", of: $0) }
            }
            let size = find("size", in: media)
            item.width = pixels("width", of: size)
            item.height = pixels("height", of: size)
            item.livePhoto = livePhoto(of: find("LivePhoto", in: media))
            let isLost = item.resource.url.isEmpty && item.thumb.url.isEmpty && item.livePhoto == nil
            return isLost ? nil : item
        }
    }

    /// The pictures in a comment; their elements have other names but the same attributes.
    func commentPictures(of list: Element?) -> [MomentAttachment] {
        children(of: list, named: "imageinfo").compactMap { info in
            var item = MomentAttachment()
            item.type = 2
            item.resource = resource(of: find("url", in: info))
            item.thumb = resource(of: find("thumb_url", in: info))
            item.key = key("key", of: find("url", in: info))
            if item.resource.url.isEmpty {
                // The small picture is better than none.
                item.resource = item.thumb
                item.key = key("key", of: find("thumb_url", in: info))
            }
            item.size = max(0, integer("file_size", in: info) ?? 0)
            item.width = pixels(text("width", in: info))
            item.height = pixels(text("height", in: info))
            return item.resource.url.isEmpty ? nil : item
        }
    }

    private func livePhoto(of element: Element?) -> LivePhoto? {
        guard let element else { return nil }
        let media = find("liveMedia", in: element) ?? element
        var live = LivePhoto()
        live.resource = resource(of: find("url", in: media))
        live.thumb = resource(of: find("thumb", in: media))
        live.key = key(in: media)
        return live.resource.url.isEmpty ? nil : live
    }

    private func resource(of element: Element?) -> MomentResource {
        var resource = MomentResource()
        guard let element, !isCutOff(element) else { return resource }
        resource.url = text(of: element)
        resource.md5 = nonEmpty(attribute("md5", of: element))
        resource.token = nonEmpty(attribute("token", of: element))
        resource.encIdx = nonEmpty(attribute("enc_idx", of: element))
        return resource
    }

    /// The key of a media element: its own `enc` first (on videos the one of `url` is "0"), then that of `url`.
    private func key(in media: Element) -> UInt64? {
        key("key", of: find("enc", in: media)) ?? key("key", of: find("url", in: media))
    }

    private func key(_ name: StaticString, of element: Element?) -> UInt64? {
        attribute(name, of: element).flatMap { MomentKey.parse($0)?.value }
    }

    private func nonEmpty(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return text
    }

    private func pixels(_ name: StaticString, of element: Element?) -> Int {
        pixels(attribute(name, of: element) ?? "")
    }

    /// A size that may be written as "1080.0"; 0 for anything that no picture has.
    func pixels(_ text: String) -> Int {
        guard let number = Double(text), number > 0, number < 1_000_000 else { return 0 }
        return Int(number)
    }
}
