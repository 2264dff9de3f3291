internal import WeFlowCrypto
internal import WeFlowOutput
internal import WeFlowPages

/// Writes the page that leads to all others: every chat the archive holds, the newest first.
struct IndexPage {
    private let source: ArchiveSource
    private let people: People
    private let times: PageTimes
    /// The chats, the newest first.
    private let chats: [ArchiveSource.Chat]

    init(_ source: ArchiveSource, people: People) {
        (self.source, self.people) = (source, people)
        times = PageTimes(zone: source.zone)
        chats = source.chats.filter { chat in chat.months.contains { $0.file.rows > 0 } }
            .sorted { ($1.last, $0.id) < ($0.last, $1.id) }
    }

    /// Writes the page where what it shows has changed.
    ///
    /// - Parameters:
    ///   - lists: the pages that are no chats, with how many rows each has.
    ///   - folder: where to.
    /// - Throws: `.system` where it cannot be written.
    func write(_ lists: [(page: ListPages.Page, rows: Int64)], to folder: RenderFolder) throws {
        let digest = HexDigits.digest(
            [PageShell.look, source.account, people.ownerName, people.avatars[source.account] ?? ""]
                + lists.flatMap { [$0.page.fileName, String($0.rows)] }
                + chats.flatMap { chat in
                    [chat.id, chat.name, chat.folder, chat.type, people.avatars[chat.id] ?? ""]
                        + [chat.messages, chat.first, chat.last].map { String($0) }
                })
        try folder.update("index.html", madeFrom: digest) { file in
            var html = HTMLWriter()
            html.beginPage(title: people.ownerName.isEmpty ? "微信存档" : "\(people.ownerName) · 微信存档")
            bar(into: &html)
            html.markup("<main lang=\"zh-CN\" data-mode=\"filter\">\n")
            doors(lists, into: &html)
            html.markup("<ul class=\"list\">\n")
            for chat in chats {
                row(chat, into: &html)
                if html.bytes.count > 256 << 10 {
                    try file.write(html.bytes)
                    html.removeBytes()
                }
            }
            html.markup("</ul>\n<p id=\"none\" class=\"none\"")
            if !chats.isEmpty { html.markup(" hidden") }
            html.markup(">")
            html.words("没有找到", "Nothing found")
            html.markup("</p>\n</main>\n")
            html.endPage()
            try file.write(html.bytes)
        }
    }

    private func bar(into html: inout HTMLWriter) {
        html.markup("<header class=\"bar\"><div>")
        let name = people.ownerName.isEmpty ? source.account : people.ownerName
        html.face(people.avatars[source.account].map { MediaPaths.shown($0, from: "") }, name: name, id: source.account)
        html.markup("<h1>")
        html.name(name)
        html.markup("<small>")
        let messages = Shown.number(chats.reduce(0) { $0 &+ $1.messages })
        let count = Shown.number(Int64(chats.count))
        html.words(chinese: "\(count) 个聊天 · \(messages) 条消息", english: "\(count) chats · \(messages) messages")
        html.markup("</small></h1>")
        html.searchBox("搜索 ( / )", "search ( / )")
        html.markup("</div></header>\n")
    }

    private func doors(_ lists: [(page: ListPages.Page, rows: Int64)], into html: inout HTMLWriter) {
        guard !lists.isEmpty else { return }
        html.markup("<nav class=\"doors\">")
        for (page, rows) in lists {
            html.markup("<a")
            html.attribute("href", file: page.fileName)
            html.markup("><b>")
            page.title(into: &html)
            html.markup("</b><small>")
            html.text(Shown.number(rows))
            html.markup("</small></a>")
        }
        html.markup("</nav>\n")
    }

    private func row(_ chat: ArchiveSource.Chat, into html: inout HTMLWriter) {
        guard let year = chat.months.last(where: { $0.file.rows > 0 })?.year else { return }
        html.markup("<li><a")
        html.attribute("href", file: "\(chat.folder)/\(YearPages.name(of: year))", place: "end")
        html.markup(">")
        html.face(people.avatars[chat.id].map { MediaPaths.shown($0, from: "") }, name: chat.name, id: chat.id)
        html.markup("<b>")
        html.text(chat.name)
        html.markup("</b><time>")
        html.text(times.date(chat.last))
        html.markup("</time><small>")
        let count = Shown.number(chat.messages)
        html.words(chinese: "\(count) 条消息", english: chat.messages == 1 ? "1 message" : "\(count) messages")
        html.text(" · \(times.date(chat.first)) – \(times.date(chat.last))")
        html.markup("</small></a></li>\n")
    }
}
