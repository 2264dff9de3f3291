internal import WeFlowModel
internal import WeFlowMoments
internal import WeFlowParameters
internal import WeFlowQuery

/// One post of the moments page (<doc:ExportedMoments#html>).
struct MomentsPagePost {
    let zone: LocalZone
    /// What was asked for: a file that was not is told apart from one that could not be had.
    let selection: MomentsExportRequest.Selection

    func write(_ post: ExportedMoment, into html: inout HTMLWriter) {
        let moment = post.moment
        html.markup("<article class=\"post\"")
        html.attribute("id", "p\(moment.id)")
        html.markup(">\n")
        writeAvatar(post, into: &html)
        html.markup("<div>\n<bdi class=\"name\">")
        html.text(post.author.displayName)
        html.markup("</bdi>\n")
        if !moment.text.isEmpty {
            html.markup("<p class=\"text\" dir=\"auto\">")
            html.text(moment.text)
            html.markup("</p>\n")
        }
        writeMedia(post, into: &html)
        writeCard(moment, into: &html)
        if let location = moment.location { writeLocation(location, into: &html) }
        writeAbout(moment, into: &html)
        writeSocial(post, into: &html)
        html.markup("</div>\n</article>\n")
    }

    private func writeAvatar(_ post: ExportedMoment, into html: inout HTMLWriter) {
        if let avatar = post.avatar {
            html.markup("<img class=\"avatar\" alt=\"\" loading=\"lazy\"")
            html.attribute("src", file: avatar)
            html.markup(">\n")
        } else {
            // A colour that stays the same for a person; FNV-1a is enough for that.
            let hash = post.author.username.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            html.markup("<span aria-hidden=\"true\"")
            html.attribute("class", "avatar c\(hash % 8)")
            html.markup(">")
            html.text(String(post.author.displayName.prefix(1)))
            html.markup("</span>\n")
        }
    }

    private func writeMedia(_ post: ExportedMoment, into html: inout HTMLWriter) {
        let media = post.moment.media
        guard !media.isEmpty else { return }
        html.markup("<div")
        html.attribute(
            "class", "grid " + (media.count == 1 ? "g1" : media.count == 2 || media.count == 4 ? "g2" : "g3"))
        html.markup(">\n")
        for (index, item) in media.enumerated() {
            let files = index < post.files.count ? post.files[index] : MomentFiles()
            let address = index < post.media.count ? post.media[index].item.url : item.resource.url
            let isVideo = post.moment.isVideoPost || item.isVideo
            if let file = files.file, isVideo {
                html.markup("<video class=\"film\" controls preload=\"metadata\" playsinline")
                html.attribute("src", file: file)
                html.markup("></video>\n")
            } else if let file = files.file {
                writePicture(
                    file, live: files.live, place: (index + 1, media.count), size: (item.width, item.height),
                    into: &html)
            } else {
                writeMissing(isVideo: isVideo, address: address, live: files.live, into: &html)
            }
        }
        html.markup("</div>\n")
        for item in media where !item.description.isEmpty && item.description != post.moment.text {
            html.markup("<p class=\"note\" dir=\"auto\">")
            html.text(item.description)
            html.markup("</p>\n")
        }
    }

    private func writePicture(
        _ file: String, live: String?, place: (number: Int, count: Int), size: (width: Int, height: Int),
        into html: inout HTMLWriter
    ) {
        html.markup("<figure")
        html.attribute("class", live == nil ? "shot" : "shot live")
        html.markup("><a class=\"view\"")
        html.attribute("href", file: file)
        html.markup("><img loading=\"lazy\" decoding=\"async\"")
        html.attribute("alt", "图片 \(place.number)/\(place.count)")
        if size.width > 0, size.height > 0 {
            html.attribute("width", String(size.width))
            html.attribute("height", String(size.height))
        }
        html.attribute("src", file: file)
        html.markup("></a>")
        if let live {
            html.markup("<a class=\"badge\"")
            html.attribute("href", file: live)
            html.markup(">实况</a>")
        }
        html.markup("</figure>\n")
    }

    private func writeMissing(isVideo: Bool, address: String, live: String?, into html: inout HTMLWriter) {
        let wasAskedFor = isVideo ? selection.videos : selection.images
        let isAddress = MomentURL.isWebAddress(address)
        html.markup(
            isAddress ? "<a class=\"gone\" target=\"_blank\" rel=\"noopener noreferrer\"" : "<span class=\"gone\"")
        if isAddress { html.attribute("href", address) }
        html.markup(">")
        html.markup(isVideo ? "视频" : "图片")
        html.markup(wasAskedFor ? "没有取到" : "没有导出")
        html.markup(isAddress ? "<small>网络地址 ↗</small></a>\n" : "</span>\n")
        if let live {
            html.markup("<a class=\"gone\"")
            html.attribute("href", file: live)
            html.markup(">实况</a>\n")
        }
    }

    private func writeCard(_ moment: Moment, into html: inout HTMLWriter) {
        let link = moment.link
        let title = [link?.title ?? "", moment.card?.title ?? "", link?.url ?? ""].first { !$0.isEmpty } ?? ""
        let below = [moment.card?.description ?? "", moment.card?.source ?? ""].filter { !$0.isEmpty && $0 != title }
        guard link != nil || moment.card != nil, !title.isEmpty || !below.isEmpty else { return }
        html.markup(
            link == nil ? "<span class=\"card\"" : "<a class=\"card\" target=\"_blank\" rel=\"noopener noreferrer\"")
        if let link { html.attribute("href", link.url) }
        html.markup("><b dir=\"auto\">")
        html.text(title.isEmpty ? below[0] : title)
        html.markup("</b>")
        for line in title.isEmpty ? below.dropFirst() : below[...] {
            html.markup("<span dir=\"auto\">")
            html.text(line)
            html.markup("</span> ")
        }
        html.markup(link == nil ? "</span>\n" : "</a>\n")
    }

    private func writeLocation(_ location: MomentLocation, into html: inout HTMLWriter) {
        var parts: [String] = []
        let place = [location.poiName, location.poiAddressName, location.label, location.poiAddress].first {
            !$0.isEmpty
        }
        for part in [location.country, location.city, place ?? ""] where !part.isEmpty {
            if !(place ?? "").contains(part) || part == place { parts.append(part) }
        }
        guard !parts.isEmpty else { return }
        html.markup("<p class=\"note\">")
        html.text(parts.joined(separator: " · "))
        html.markup("</p>\n")
    }

    private func writeAbout(_ moment: Moment, into html: inout HTMLWriter) {
        let time = zone.civil(at: moment.createTime)
        html.markup("<p class=\"about\"><time")
        html.attribute("datetime", MomentTimes.iso(time))
        html.markup(">")
        html.text(
            "\(time.year)年\(time.month)月\(time.day)日 \(MomentTimes.two(time.hour)):\(MomentTimes.two(time.minute))")
        html.markup("</time>")
        if moment.isPrivate { html.markup(" · 仅自己可见") }
        if !moment.isWhole { html.markup(" · 原始数据不完整") }
        html.markup("</p>\n")
    }

    private func writeSocial(_ post: ExportedMoment, into html: inout HTMLWriter) {
        guard !post.likes.isEmpty || !post.moment.comments.isEmpty else { return }
        html.markup("<div class=\"social\">\n")
        if !post.likes.isEmpty {
            html.markup("<p class=\"likes\">♥ ")
            for (index, person) in post.likes.enumerated() {
                if index > 0 { html.markup("、") }
                writeName(person, as: "<bdi>", into: &html)
            }
            html.markup("</p>\n")
        }
        if !post.moment.comments.isEmpty {
            html.markup("<ul class=\"comments\">\n")
            for (index, comment) in post.moment.comments.enumerated() {
                html.markup("<li>")
                writeName(post.commenters[index], as: "<bdi class=\"name\">", into: &html)
                if let replied = post.repliedTo[index], !replied.displayName.isEmpty {
                    html.markup(" 回复 ")
                    writeName(replied, as: "<bdi class=\"name\">", into: &html)
                }
                html.markup("：<span dir=\"auto\">")
                html.text(comment.content)
                html.markup("</span>")
                writeAttachments(comment, files: post.commentFiles, into: &html)
                html.markup("</li>\n")
            }
            html.markup("</ul>\n")
        }
        html.markup("</div>\n")
    }

    private func writeName(_ person: MomentIdentity, as open: StaticString, into html: inout HTMLWriter) {
        html.markup(open)
        html.text(person.displayName)
        html.markup("</bdi>")
    }

    private func writeAttachments(_ comment: MomentComment, files: [String: String], into html: inout HTMLWriter) {
        let stickers = comment.stickers.map { (url: $0.url, label: "[表情]" as StaticString) }
        let pictures = comment.pictures.map { (url: $0.resource.url, label: "[图片]" as StaticString) }
        for attachment in stickers + pictures {
            guard let file = files[attachment.url] else {
                html.markup(attachment.label)
                continue
            }
            html.markup(" <a class=\"view sticker\"")
            html.attribute("href", file: file)
            html.markup("><img loading=\"lazy\" alt=\"")
            html.markup(attachment.label)
            html.markup("\"")
            html.attribute("src", file: file)
            html.markup("></a>")
        }
    }
}
