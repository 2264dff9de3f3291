internal import WeFlowCrypto
internal import WeFlowModel
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery

/// Writes all messages of one chat into one file: as Markdown, as plain text, or as CSV.
struct ChatText {
    /// Stands for the forms below: where one changes, all files are written anew.
    private static let form = "1"
    /// How many bytes are put together before they are written.
    private static let block = 256 << 10
    /// The columns of a table: the members of a line in their order.
    static let columns: [StaticString] = [
        "localId", "serverId", "localType", "createTime", "sortSeq", "isSend", "senderUsername", "senderName",
        "content",
        "rawContent", "parsedContent", "detail", "replyToMessageId", "quote", "media", "mediaError", "gone", "recalled",
        "edited",
    ]

    private let chat: ArchiveSource.Chat
    private let source: ArchiveSource
    private let format: RenderRequest.Format
    private let isRaw: Bool
    private let times: PageTimes

    /// The file of a chat.
    ///
    /// - Parameters:
    ///   - chat: which.
    ///   - source: the archive.
    ///   - format: markdown, text or csv.
    ///   - isRaw: whether texts in a table stand as they are, also where a spreadsheet would run them.
    init(_ chat: ArchiveSource.Chat, of source: ArchiveSource, as format: RenderRequest.Format, isRaw: Bool) {
        (self.chat, self.source, self.format, self.isRaw) = (chat, source, format, isRaw)
        times = PageTimes(zone: source.zone)
    }

    private var name: String {
        switch format {
        case .markdown: "messages.md"
        case .csv: "messages.csv"
        case .html, .text, .sqlite: "messages.txt"
        }
    }

    /// Writes the file where something of the chat has changed.
    ///
    /// - Throws: `.damaged` where a month is not what the manifest says; the file then stays as it was.
    func write(to folder: RenderFolder) throws {
        let months = chat.months.filter { $0.file.rows > 0 }
        guard !months.isEmpty else { return }
        let digest = HexDigits.digest(
            [Self.form, format.rawValue, isRaw ? "raw" : "", chat.id, chat.name] + months.map(\.file.sha256))
        try folder.update("\(chat.folder)/\(name)", madeFrom: digest) { file in
            switch format {
            case .csv: try table(months, to: &file)
            case .markdown: try markdown(months, to: &file)
            case .html, .text, .sqlite: try plain(months, to: &file)
            }
        }
    }

    // MARK: CSV

    private func table(_ months: [ArchiveSource.Month], to file: inout RenderedFile) throws {
        var csv = CSVWriter(.init(isRaw: isRaw))
        csv.header(Self.columns)
        for month in months {
            try ArchiveLines(month.file, in: source).readRaw { line in
                guard !line.isEmpty else { return }
                line.withUnsafeBytes { csv.row(of: $0, Self.columns) }
                if csv.bytes.count > Self.block {
                    try file.write(csv.bytes.array())
                    csv.removeBytes()
                }
            }
        }
        try file.write(csv.bytes.array())
    }

    // MARK: Plain text

    private func plain(_ months: [ArchiveSource.Month], to file: inout RenderedFile) throws {
        var text = OutputBytes()
        text.append(chat.name.inOneLine + "\n")
        try eachMessage(of: months) { message, day in
            if let day { text.append("\n\(day.iso) \(day.english.prefix { $0 != "," })\n") }
            text.append(times.fullClock(message.time))
            text.append("  ")
            if MessageMarkup.isNotice(message.kind) {
                text.append("* ")
            } else {
                text.append(message.shownName.inOneLine.isolated + ": ")
            }
            text.appendReadable(message.text)
            let address = message.detail.text("url")
            if HTMLWriter.isWebAddress(address) { text.append(" <\(address.inOneLine)>") }
            text.append("\n")
            for line in additions(to: message) {
                text.append("    ")
                text.appendReadable(line)
                text.append("\n")
            }
            if text.count > Self.block {
                try file.write(text.array())
                text.removeAll()
            }
        }
        try file.write(text.array())
    }

    /// What stands below a message: what it quotes, what was said, its file, what became of it.
    private func additions(to message: ArchivedMessage) -> [String] {
        var lines: [String] = []
        if let quote = message.quote {
            let name = quote.text("accountName")
            lines.append("> \((name.isEmpty ? quote.text("sender") : name).inOneLine): \(quote.text("content"))")
        }
        let transcript = message.detail.text("transcript")
        if !transcript.isEmpty { lines.append(transcript) }
        if let media = message.media { lines.append(media.path) }
        if !message.mediaError.isEmpty { lines.append("(\(message.mediaError))") }
        lines += marks(of: message)
        return lines
    }

    private func marks(of message: ArchivedMessage) -> [String] {
        var lines: [String] = []
        if let time = message.recalled { lines.append("[recalled \(times.minute(time))]") }
        if let time = message.gone { lines.append("[no longer in the account, \(times.minute(time))]") }
        for edit in message.edits { lines.append("[before \(times.minute(edit.time)): \(edit.content)]") }
        return lines
    }

    // MARK: Markdown

    private func markdown(_ months: [ArchiveSource.Month], to file: inout RenderedFile) throws {
        var text = OutputBytes()
        text.append("# \(Markdown.line(chat.name))\n")
        try eachMessage(of: months) { message, day in
            if let day { text.append("\n## \(day.iso) \(day.english.prefix { $0 != "," })\n") }
            if MessageMarkup.isNotice(message.kind) {
                text.append("\n*\(times.clock(message.time)) \(Markdown.line(message.text))*\n")
            } else {
                text.append("\n**\(Markdown.line(message.shownName))** \(times.clock(message.time))\\\n")
                text.append(body(of: message) + "\n")
            }
            if text.count > Self.block {
                try file.write(text.array())
                text.removeAll()
            }
        }
        try file.write(text.array())
    }

    private func body(of message: ArchivedMessage) -> String {
        var parts: [String] = []
        let address = message.detail.text("url")
        if let media = message.media, source.files[media.path] != nil {
            let mark = [.image, .sticker].contains(message.kind.name) ? "!" : ""
            parts.append("\(mark)[\(Markdown.line(message.text))](\(Markdown.address(of: media.path)))")
        } else if HTMLWriter.isWebAddress(address), !address.contains(where: { "<>\\".contains($0) }) {
            parts.append("[\(Markdown.line(message.text))](<\(address)>)")
        } else {
            parts.append(Markdown.lines(message.text))
        }
        let transcript = message.detail.text("transcript")
        if !transcript.isEmpty { parts.append(Markdown.lines(transcript)) }
        if !message.mediaError.isEmpty { parts.append("(\(Markdown.line(message.mediaError)))") }
        parts += marks(of: message).map { Markdown.lines($0) }
        var text = parts.joined(separator: "\\\n")
        if let quote = message.quote {
            let name = quote.text("accountName")
            let quoted = "\(name.isEmpty ? quote.text("sender") : name): \(quote.text("content"))"
            text += "\n\n> " + Markdown.lines(quoted, indent: "> ")
        }
        return text
    }

    /// Lends each message, with the day that begins with it.
    private func eachMessage(
        of months: [ArchiveSource.Month], _ body: (ArchivedMessage, PageTimes.Day?) throws -> Void
    ) throws {
        var day: Int64?
        for month in months {
            try ArchiveLines(month.file, in: source).read { line in
                let message = ArchivedMessage(line)
                let number = times.dayNumber(message.time)
                try body(message, number == day ? nil : times.day(message.time))
                day = number
            }
        }
    }
}

/// Texts that anybody wrote, as Markdown that shows them as they are.
enum Markdown {
    /// A text in one line.
    static func line(_ text: String) -> String { escaped(text.inOneLine[...]) }

    /// A text with its lines, each behind `indent` but the first.
    static func lines(_ text: String, indent: String = "") -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.allSatisfy(\.isWhitespace) ? "&nbsp;" : escaped(String($0).inOneLine[...]) }
            .joined(separator: "\\\n" + indent)
    }

    /// The address of an archive's file, seen from the folder of a chat.
    static func address(of path: String) -> String {
        var html = HTMLWriter()
        html.attribute("a", file: MediaPaths.name(path))
        // Between the quotes: the same encoding as in the pages.
        return "../" + String(decoding: html.bytes.dropFirst(4).dropLast(), as: UTF8.self)
    }

    /// Backslashes in front of all that could mean something: any punctuation of ASCII may have one.
    private static func escaped(_ text: Substring) -> String {
        var result = ""
        var isStart = true
        for character in text.unicodeScalars {
            switch character {
            case " ", "\t":
                result += isStart ? "&#32;" : " "
                continue
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "~", "&", "!", "$", "^", "@", ":", "(", ")":
                result += "\\"
            case "#", "+", "-", "=": if isStart { result += "\\" }
            case ".": if result.unicodeScalars.allSatisfy({ ("0"..."9").contains($0) }) { result += "\\" }
            default: break
            }
            result.unicodeScalars.append(character)
            isStart = false
        }
        return result
    }
}
