internal import WeFlowOutput
import WeFlowParameters
internal import WeFlowQuery

extension MessageMarkup {
    private func missing(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        html.markup("<p class=\"t miss\">")
        html.text(message.text)
        if !message.mediaError.isEmpty {
            html.markup(" · ")
            Self.loss(message.mediaError, into: &html)
        }
        html.markup("</p>")
    }

    /// The words for why there is no file.
    private static func loss(_ reason: String, into html: inout HTMLWriter) {
        switch MediaLoss(rawValue: reason) {
        case .notDownloaded: html.words("微信没有下载", "not downloaded by WeChat")
        case .keyNeeded: html.words("缺少图片密钥", "image key needed")
        case .wrongKey: html.words("图片密钥不对", "wrong image key")
        case .damaged: html.words("文件已损坏", "damaged")
        case .expired: html.words("已过期", "expired on the network")
        case .unreachable: html.words("当时无法下载", "could not be fetched")
        case .absent: html.words("电脑上没有这个文件", "not on the computer")
        case .mismatch: html.words("电脑上的文件已变", "the file on the computer is another")
        case .tooLarge: html.words("超过大小限制", "too large")
        // An archive may be older or newer than these words.
        case nil: html.text(reason)
        }
    }

    func picture(_ message: ArchivedMessage, isSticker: Bool, into html: inout HTMLWriter) {
        guard let media = message.media, source.files[media.path] != nil else { return missing(message, into: &html) }
        let path = MediaPaths.shown(media.path, from: "../")
        html.markup(isSticker ? "<a class=\"pic sticker\"" : "<a class=\"pic\"")
        html.attribute("href", file: path)
        html.markup("><img loading=\"lazy\" decoding=\"async\"")
        html.attribute("alt", message.text)
        if let size = PictureSize(path: source.path(media.path)) {
            let room = isSticker ? size.fitting(width: 130, height: 130) : size.fitting(width: 240, height: 320)
            html.markup(" width=\"")
            html.number(room.width)
            html.markup("\" height=\"")
            html.number(room.height)
            html.markup("\"")
        }
        html.attribute("src", file: path)
        html.markup("></a>")
    }

    func voice(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let length = message.detail["voiceSeconds"]?.fraction ?? 0
        let seconds = Int(min(max(length.rounded(), 0), 3600))
        if let media = message.media, source.files[media.path] != nil {
            html.markup("<a class=\"t v v")
            html.number(seconds < 5 ? 1 : seconds < 12 ? 2 : seconds < 25 ? 3 : seconds < 40 ? 4 : 5)
            html.markup("\"")
            html.attribute("href", file: MediaPaths.shown(media.path, from: "../"))
            html.attribute("aria-label", message.text)
            html.markup("><i></i>")
            if seconds > 0 {
                html.number(seconds)
                html.markup("″")
            }
            html.markup("</a>")
        } else {
            missing(message, into: &html)
        }
        let transcript = message.detail.text("transcript")
        guard !transcript.isEmpty else { return }
        html.markup("<div class=\"said\">")
        html.text(transcript)
        html.markup("</div>")
    }

    func video(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        guard let media = message.media, source.files[media.path] != nil else { return missing(message, into: &html) }
        html.markup("<video class=\"film\" controls preload=\"none\" playsinline")
        html.attribute("src", file: MediaPaths.shown(media.path, from: "../"))
        html.markup("></video>")
    }

    func file(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let name = message.detail["fileName"]?.string ?? message.textWithoutLabel
        let media = message.media.flatMap { source.files[$0.path] }
        html.markup(media == nil ? "<span class=\"k\"" : "<a class=\"k\" target=\"_blank\" rel=\"noopener\"")
        if let media {
            html.attribute("href", file: MediaPaths.shown(media.path, from: "../"))
            html.attribute("download", name)
        }
        html.markup("><span class=\"with\"><b>")
        html.text(name)
        html.markup("</b><i class=\"ext\">")
        html.text(String(message.detail.text("fileExt").uppercased().prefix(4)))
        html.markup("</i></span><small>")
        if let size = message.detail["fileSize"]?.wholeNumber ?? media?.bytes { html.text(Shown.size(size)) }
        if media == nil {
            html.markup(" · ")
            if message.mediaError.isEmpty {
                html.words("不在存档里", "not in the archive")
            } else {
                Self.loss(message.mediaError, into: &html)
            }
        }
        html.markup("</small>")
        html.markup(media == nil ? "</span>" : "</a>")
    }
}
