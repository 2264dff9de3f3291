internal import WeFlowCrypto
internal import WeFlowModel
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// Writes the pages of one chat, a page a year (<doc:RenderedArchive#Pages>).
struct YearPages {
    /// How many bytes are put together before they are written.
    private static let block = 256 << 10
    /// How many messages a browser lays out at once.
    private static let section = 80

    private let source: ArchiveSource
    private let chat: ArchiveSource.Chat
    private let avatars: [String: String]
    private let times: PageTimes
    private let years: [(year: Int, months: [ArchiveSource.Month])]

    /// The pages of a chat.
    ///
    /// - Parameters:
    ///   - chat: which.
    ///   - source: the archive.
    ///   - avatars: where pictures of people lie below the archive.
    init(_ chat: ArchiveSource.Chat, of source: ArchiveSource, avatars: [String: String]) {
        (self.source, self.chat) = (source, chat)
        self.avatars = avatars.mapValues { MediaPaths.shown($0, from: "../") }
        times = PageTimes(zone: source.zone)
        var years: [(year: Int, months: [ArchiveSource.Month])] = []
        for month in chat.months where month.file.rows > 0 {
            if years.last?.year == month.year {
                years[years.count - 1].months.append(month)
            } else {
                years.append((month.year, [month]))
            }
        }
        self.years = years
    }

    /// The name of the page of a year.
    static func name(of year: Int) -> String {
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".html"
    }

    /// Writes the pages whose messages, neighbours, names or faces have changed.
    ///
    /// - Throws: `.damaged` where a month is not what the manifest says; the page of its year then stays as it was.
    func write(to folder: RenderFolder) throws {
        // Where a chat is the same in all, none of its lines is read.
        let whole = HexDigits.digest(
            [PageShell.look, chat.id, chat.name, chat.type, source.account] + faces
                + years.flatMap { year in year.months.flatMap { [$0.file.path, $0.file.sha256] } })
        let marks = years.map { year in "\(chat.folder)/\(Self.name(of: year.year))" }
        if marks.allSatisfy({ folder.holds($0, ofChat: whole) }) {
            for _ in marks { folder.noteUnchanged() }
            return
        }
        let quotes = try QuotedPlaces(years, of: source)
        for index in years.indices {
            let pages = quotes.pages(for: years[index].year)
            let digest = HexDigits.digest(
                [PageShell.look, chat.id, chat.name, chat.type, source.account] + faces
                    + years.map { String($0.year) } + years[index].months.flatMap { [$0.file.path, $0.file.sha256] }
                    + pages.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
            try folder.update(marks[index], madeFrom: digest) { file in
                try page(index, quoting: pages, to: &file)
            }
            folder.remember(marks[index], ofChat: whole)
        }
    }

    private var faces: [String] { avatars.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } }

    // MARK: A page

    private func page(_ index: Int, quoting pages: [String: String], to file: inout RenderedFile) throws {
        var html = HTMLWriter()
        let year = years[index]
        html.beginPage(title: "\(chat.name) · \(year.year)")
        bar(index, into: &html)
        html.markup("<main lang=\"zh-CN\">\n")
        let markup = MessageMarkup(source: source, chat: chat, avatars: avatars, pages: pages, times: times)
        for month in year.months {
            html.markup("<div class=\"month\"")
            html.attribute("id", Self.id(of: month))
            html.markup(">\n")
            try messages(of: month, markup, into: &html, &file)
            html.markup("</div>\n")
        }
        html.markup("<p id=\"none\" class=\"none\" hidden></p>\n<div id=\"end\"></div>\n</main>\n")
        keys(into: &html)
        html.endPage()
        try file.write(html.bytes)
    }

    /// Writes the messages of a month in sections, which a browser lays out when they come near.
    private func messages(
        of month: ArchiveSource.Month, _ markup: MessageMarkup, into html: inout HTMLWriter, _ file: inout RenderedFile
    ) throws {
        var section = HTMLWriter()
        var count = 0
        var day: Int64?
        var last: Int64 = 0
        func end() {
            guard count > 0 else { return }
            html.markup("<section class=\"day d")
            html.number(count < 4 ? 1 : count < 8 ? 2 : count < 16 ? 3 : count < 32 ? 4 : count < 64 ? 5 : 6)
            html.markup("\">")
            html.append(section)
            html.markup("</section>\n")
            section.removeBytes()
            count = 0
        }
        try ArchiveLines(month.file, in: source).read { line in
            let message = ArchivedMessage(line)
            let number = times.dayNumber(message.time)
            let isNewDay = number != day
            if isNewDay || count >= Self.section { end() }
            if isNewDay {
                heading(of: message.time, into: &section)
                day = number
            }
            let isFirst = isNewDay || message.time - last >= MessageMarkup.pause
            markup.write(message, isFirst: isFirst, into: &section)
            last = message.time
            count += 1
            if html.bytes.count > Self.block {
                try file.write(html.bytes)
                html.removeBytes()
            }
        }
        end()
    }

    private func heading(of time: Int64, into html: inout HTMLWriter) {
        let day = times.day(time)
        html.markup("<h2><time")
        html.attribute("datetime", day.iso)
        html.markup(">")
        html.words(chinese: day.chinese, english: day.english)
        html.markup("</time></h2>\n")
    }

    private func bar(_ index: Int, into html: inout HTMLWriter) {
        html.markup("<header class=\"bar\"><div>")
        html.back(to: "../index.html")
        html.markup("<h1>")
        html.name(chat.name)
        html.markup("<small>")
        html.text(Shown.number(years[index].months.reduce(0) { $0 + $1.file.rows }))
        html.markup("</small></h1>")
        html.searchBox("搜索 ( / )", "search ( / )")
        html.markup("</div>\n<nav class=\"strip\">")
        for (other, year) in years.enumerated() {
            if other == index {
                html.markup("<b>")
                html.number(year.year)
                html.markup("</b>")
            } else {
                html.markup("<a")
                html.attribute("href", file: Self.name(of: year.year))
                if other == index - 1 { html.markup(" rel=\"prev\"") }
                if other == index + 1 { html.markup(" rel=\"next\"") }
                html.markup(">")
                html.number(year.year)
                html.markup("</a>")
            }
        }
        html.markup("<i></i>")
        for month in years[index].months {
            html.markup("<a")
            html.attribute("href", "#" + Self.id(of: month))
            html.markup(">")
            html.words(chinese: "\(month.month)月", english: PageTimes.english(month: month.month))
            html.markup(" <small>")
            html.text(Shown.number(month.file.rows))
            html.markup("</small></a>")
        }
        html.markup("</nav></header>\n")
    }

    private func keys(into html: inout HTMLWriter) {
        html.markup("<footer class=\"keys\"><kbd>/</kbd> ")
        html.words("搜索", "search")
        html.markup(" <kbd>n</kbd> <kbd>N</kbd> ")
        html.words("找到的", "hits")
        html.markup(" <kbd>j</kbd> <kbd>k</kbd> ")
        html.words("消息", "messages")
        html.markup(" <kbd>←</kbd> <kbd>→</kbd> ")
        html.words("年份", "years")
        html.markup(" <kbd>u</kbd> ")
        html.words("目录", "all chats")
        html.markup("</footer>\n")
    }

    private static func id(of month: ArchiveSource.Month) -> String { "\(month.year)-\(Shown.two(month.month))" }
}

/// On which pages the messages stand that others quote: found by their ids in the lines as they are, which costs a small part
/// of reading them.
struct QuotedPlaces {
    /// The year in which a message stands that is quoted, by its server id.
    private var years: [String: Int] = [:]
    /// The ids that are quoted, by the year that quotes them.
    private var quoted: [Int: Set<String>] = [:]

    private static let reply = Array(#""replyToMessageId":""#.utf8)
    private static let server = Array(#""serverId":""#.utf8)

    /// Looks through all months of a chat.
    ///
    /// - Throws: `.damaged` where one is not what the manifest says.
    init(_ chat: [(year: Int, months: [ArchiveSource.Month])], of source: ArchiveSource) throws {
        for (year, months) in chat {
            for month in months {
                try ArchiveLines(month.file, in: source).readRaw { line in
                    guard let id = Self.digits(behind: Self.reply, in: line) else { return }
                    quoted[year, default: []].insert(id)
                }
            }
        }
        let all = quoted.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        guard !all.isEmpty else { return }
        for (year, months) in chat {
            for month in months {
                try ArchiveLines(month.file, in: source).readRaw { line in
                    guard let id = Self.digits(behind: Self.server, in: line), all.contains(id) else { return }
                    years[id] = year
                }
            }
        }
    }

    /// The pages of what is quoted on the page of a year, "" for that page itself.
    func pages(for year: Int) -> [String: String] {
        var pages: [String: String] = [:]
        for id in quoted[year] ?? [] {
            guard let there = years[id] else { continue }
            pages[id] = there == year ? "" : YearPages.name(of: there)
        }
        return pages
    }

    /// The digits behind the first place of a pattern. A text cannot hold the pattern: its quotes are escaped.
    private static func digits(behind pattern: [UInt8], in line: ArraySlice<UInt8>) -> String? {
        line.withUnsafeBufferPointer { line in
            guard let start = find(pattern, in: line) else { return nil }
            let digits = line[start...].prefix { 0x30...0x39 ~= $0 }
            return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
        }
    }

    private static func find(_ pattern: [UInt8], in line: UnsafeBufferPointer<UInt8>) -> Int? {
        guard line.count > pattern.count else { return nil }
        var place = 0
        // The quotation mark in front is common; the second letter in the middle of the name tells most of them apart.
        while place <= line.count - pattern.count {
            if line[place] == pattern[0], line[place + 1] == pattern[1], line[place + 2] == pattern[2] {
                var length = 3
                while length < pattern.count, line[place + length] == pattern[length] { length += 1 }
                if length == pattern.count { return place + length }
            }
            place += 1
        }
        return nil
    }
}
