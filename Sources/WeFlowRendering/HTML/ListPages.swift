internal import WeFlowCrypto
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery

/// Writes the pages that are no chats: moments, favourites, articles.
struct ListPages {
    private let source: ArchiveSource
    private let times: PageTimes
    private let people: People

    init(_ source: ArchiveSource, people: People) {
        (self.source, self.people) = (source, people)
        times = PageTimes(zone: source.zone)
    }

    /// The pages that have something to show.
    var pages: [(page: Page, rows: Int64)] {
        Page.allCases.compactMap { page in
            guard let file = source.files[page.source], file.bytes > 0 else { return nil }
            return (page, file.rows)
        }
    }

    /// Writes a page where its rows have changed.
    ///
    /// - Throws: `.damaged` where the rows are not what the manifest says.
    func write(_ page: Page, to folder: RenderFolder) throws {
        guard let rows = source.files[page.source] else { return }
        let faces = page == .moments ? people.avatars.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } : []
        try folder.update(page.fileName, madeFrom: HexDigits.digest([PageShell.look, rows.sha256] + faces)) { file in
            var html = HTMLWriter()
            html.beginPage(title: page.plainTitle)
            html.markup("<header class=\"bar\"><div>")
            html.back(to: "index.html")
            html.markup("<h1>")
            page.title(into: &html)
            html.markup("<small>")
            html.text(Shown.number(rows.rows))
            html.markup("</small></h1>")
            html.searchBox("搜索 ( / )", "search ( / )")
            html.markup("</div></header>\n<main lang=\"zh-CN\" data-mode=\"filter\">\n")
            // The archive keeps its rows in the order of their keys; people look for what is new.
            let head = html.bytes.count
            var items: [(time: Int64, range: Range<Int>)] = []
            try ArchiveLines(rows, in: source).read { row in
                let start = html.bytes.count
                html.markup("<article class=\"item\">")
                switch page {
                case .moments: moment(row, into: &html)
                case .favorites: favorite(row, into: &html)
                case .articles: article(row, into: &html)
                }
                if let gone = row["gone"]?.wholeNumber {
                    html.markup("<p class=\"meta\">")
                    html.words("源中已不存在", "No longer in the account")
                    html.text(" · \(times.minute(gone))")
                    html.markup("</p>")
                }
                html.markup("</article>\n")
                items.append((row[page.timeKey]?.wholeNumber ?? 0, start..<html.bytes.count))
            }
            items.sort { ($0.time, $1.range.lowerBound) > ($1.time, $0.range.lowerBound) }
            let written = html.bytes
            html.removeBytes()
            var piece = Array(written[..<head])
            for item in items {
                piece += written[item.range]
                guard piece.count > 256 << 10 else { continue }
                try file.write(piece)
                piece.removeAll(keepingCapacity: true)
            }
            try file.write(piece)
            html.markup("<p id=\"none\" class=\"none\" hidden>")
            html.words("没有找到", "Nothing found")
            html.markup("</p>\n</main>\n")
            html.endPage()
            try file.write(html.bytes)
        }
    }

    private func paragraph(_ text: String, into html: inout HTMLWriter) {
        guard !text.isEmpty else { return }
        html.markup("<p>")
        html.linkedText(text)
        html.markup("</p>")
    }

    private func heading(_ title: String, address: String, into html: inout HTMLWriter) {
        guard !title.isEmpty || !address.isEmpty else { return }
        html.markup("<h2>")
        let isAddress = HTMLWriter.isWebAddress(address)
        if isAddress {
            html.markup("<a")
            html.webAddress(address)
            html.markup(">")
        }
        html.text(title.isEmpty ? address : title)
        if isAddress { html.markup("</a>") }
        html.markup("</h2>")
    }

    private func meta(_ parts: [String], at time: Int64?, into html: inout HTMLWriter) {
        html.markup("<p class=\"meta\">")
        let parts = parts.filter { !$0.isEmpty }
        for (index, part) in parts.enumerated() {
            if index > 0 { html.markup(" · ") }
            html.name(part)
        }
        if let time {
            if !parts.isEmpty { html.markup(" · ") }
            self.time(time, into: &html)
        }
        html.markup("</p>")
    }

    /// A time, which no line breaks.
    private func time(_ seconds: Int64, into html: inout HTMLWriter) {
        html.markup("<time>")
        html.text(times.minute(seconds))
        html.markup("</time>")
    }

    // MARK: Rows

    private func article(_ row: JSONValue, into html: inout HTMLWriter) {
        heading(row.text("title"), address: row.text("url"), into: &html)
        paragraph(row.text("digest"), into: &html)
        meta([row.text("accountName")], at: row["publishedAt"]?.wholeNumber, into: &html)
    }

    private func favorite(_ row: JSONValue, into html: inout HTMLWriter) {
        let title = row.text("title")
        heading(title, address: row.text("url"), into: &html)
        if row.text("text") != title { paragraph(row.text("text"), into: &html) }
        // The text of a note or a record holds the words of its parts already.
        let parts = (row["parts"]?.elements ?? []).filter { part in
            let words = part.text("title") + part.text("text")
            return words.isEmpty ? (part["size"]?.wholeNumber ?? 0) > 0 : !row.text("text").contains(words)
        }
        if !parts.isEmpty {
            html.markup("<ul>")
            for part in parts {
                html.markup("<li>")
                let words = [part.text("title"), part.text("text")].filter { !$0.isEmpty }
                if words.isEmpty {
                    Self.type(part.text("kind"), into: &html)
                } else {
                    html.linkedText(words.joined(separator: " — "))
                }
                if let size = part["size"]?.wholeNumber, size > 0 { html.text(" · \(Shown.size(size))") }
                html.markup("</li>")
            }
            html.markup("</ul>")
        }
        for tag in row["tags"]?.elements ?? [] {
            html.markup("<span class=\"tag\">")
            html.text(tag.string ?? tag.text("name"))
            html.markup("</span>")
        }
        html.markup("<p class=\"meta\">")
        Self.type(row.text("type"), into: &html)
        let (chat, person) = (row["chat"]?.text("name") ?? "", row["from"]?.text("name") ?? "")
        for part in [chat, person == chat ? "" : person] where !part.isEmpty {
            html.markup(" · ")
            html.name(part)
        }
        if let seconds = row["time"]?.wholeNumber {
            html.markup(" · ")
            time(seconds, into: &html)
        }
        html.markup("</p>")
    }

    /// The words for what a favourite is.
    private static func type(_ type: String, into html: inout HTMLWriter) {
        switch type {
        case "text": html.words("文本", "Text")
        case "image": html.words("图片", "Picture")
        case "voice": html.words("语音", "Voice")
        case "video": html.words("视频", "Video")
        case "link": html.words("链接", "Link")
        case "location": html.words("位置", "Location")
        case "music": html.words("音乐", "Music")
        case "file": html.words("文件", "File")
        case "record": html.words("聊天记录", "Chat history")
        case "product": html.words("商品", "Product")
        case "note": html.words("笔记", "Note")
        case "miniprogram": html.words("小程序", "Mini program")
        case "channels": html.words("视频号", "Channels")
        default: html.name(type)
        }
    }

    private func moment(_ row: JSONValue, into html: inout HTMLWriter) {
        let username = row.text("username")
        let name = row.text("nickname")
        html.markup("<p class=\"from\">")
        html.face(people.avatars[username].map { MediaPaths.shown($0, from: "") }, name: name, id: username)
        html.name(name.isEmpty ? username : name)
        html.markup("</p>")
        paragraph(row.text("contentDesc"), into: &html)
        heading(row.text("linkTitle"), address: row.text("linkUrl"), into: &html)
        let media = row["media"]?.elements ?? []
        for item in media {
            guard let path = item["path"]?.string ?? item["file"]?["path"]?.string, source.files[path] != nil else {
                continue
            }
            html.markup("<a class=\"pic\"")
            html.attribute("href", file: MediaPaths.shown(path, from: ""))
            html.markup("><img loading=\"lazy\" alt=\"\" width=\"240\"")
            html.attribute("src", file: MediaPaths.shown(path, from: ""))
            html.markup("></a>")
        }
        let place = row["location"]
        let names = [place?.text("city") ?? "", place?.text("poiName") ?? ""]
        meta(names, at: row["createTime"]?.wholeNumber, into: &html)
        if !media.isEmpty {
            html.markup("<p class=\"meta\">")
            html.words(
                chinese: "图片或视频 \(media.count)",
                english: media.count == 1 ? "1 picture or video" : "\(media.count) pictures or videos"
            )
            html.markup("</p>")
        }
        social(row, into: &html)
    }

    private func social(_ row: JSONValue, into html: inout HTMLWriter) {
        let likes = row["likes"]?.elements.compactMap { $0.string ?? $0["nickname"]?.string } ?? []
        let comments = row["comments"]?.elements ?? []
        guard !likes.isEmpty || !comments.isEmpty else { return }
        html.markup("<div class=\"social\">")
        if !likes.isEmpty {
            html.markup("<p>♥ ")
            for (index, name) in likes.enumerated() {
                if index > 0 { html.markup("、") }
                html.name(name)
            }
            html.markup("</p>")
        }
        for comment in comments {
            html.markup("<p>")
            html.name(comment.text("nickname"))
            let other = comment.text("refNickname")
            if !other.isEmpty {
                html.markup(" → ")
                html.name(other)
            }
            html.markup("：<span>")
            html.text(comment.text("content"))
            html.markup("</span></p>")
        }
        html.markup("</div>")
    }
}
