internal import WeFlowModel
internal import WeFlowOutput
import WeFlowParameters
internal import WeFlowQuery

/// Writes forwarded records and notes: a card that unfolds, with those in it inside.
struct RecordMarkup {
    /// Local time.
    let times: PageTimes

    /// How many lines the folded card shows.
    private static let preview = 4

    /// Writes the record of a message.
    func write(_ message: ArchivedMessage, into html: inout HTMLWriter) {
        let record = message.detail["record"]
        let title = record?.text("title") ?? ""
        html.markup("<details class=\"k rec\"><summary><b>")
        html.text(title.isEmpty ? message.textWithoutLabel : title)
        html.markup("</b>")
        let items = record?["items"]?.elements ?? []
        preview(of: items, into: &html)
        html.markup("<small>")
        if message.kind == .note { html.words("笔记", "Note") } else { html.words("聊天记录", "Chat history") }
        if !items.isEmpty { html.text(" · \(items.count)") }
        html.markup("</small></summary>")
        list(items, depth: 0, into: &html)
        html.markup("</details>")
    }

    private func preview(of items: [JSONValue], into html: inout HTMLWriter) {
        guard !items.isEmpty else { return }
        html.markup("<p>")
        for (index, item) in items.prefix(Self.preview).enumerated() {
            if index > 0 { html.text("\n") }
            let name = item.text("senderName")
            if !name.isEmpty {
                html.name(name)
                html.text(": ")
            }
            html.text(String(item.text("text").prefix(60)))
        }
        html.markup("</p>")
    }

    private func list(_ items: [JSONValue], depth: Int, into html: inout HTMLWriter) {
        html.markup("<div class=\"items\">")
        for item in items {
            html.markup("<div>")
            head(of: item, into: &html)
            html.markup("<p>")
            html.linkedText(item.text("text"))
            html.markup("</p>")
            details(of: item, into: &html)
            let inner = item["items"]?.elements ?? []
            if !inner.isEmpty, depth < 20 {
                html.markup("<details class=\"k rec\"><summary><b>")
                html.text(item.text("title"))
                html.markup("</b><small>")
                html.words("聊天记录", "Chat history")
                html.text(" · \(inner.count)")
                html.markup("</small></summary>")
                list(inner, depth: depth + 1, into: &html)
                html.markup("</details>")
            }
            html.markup("</div>")
        }
        html.markup("</div>")
    }

    private func head(of item: JSONValue, into html: inout HTMLWriter) {
        html.markup("<span>")
        html.text(item.text("senderName"))
        html.markup("</span>")
        let time = item["createTime"]?.wholeNumber.map(times.minute) ?? item.text("time")
        guard !time.isEmpty else { return }
        html.markup("<span>")
        html.text(time)
        html.markup("</span>")
    }

    /// A link's title and address, a file's size, a place.
    private func details(of item: JSONValue, into html: inout HTMLWriter) {
        let address = item.text("url")
        if HTMLWriter.isWebAddress(address) {
            html.markup("<p><a")
            html.webAddress(address)
            html.markup(">")
            let title = item.text("title")
            html.text(title.isEmpty ? address : title)
            html.markup("</a></p>")
        }
        if let size = item["fileSize"]?.wholeNumber, size > 0 {
            html.markup("<span>")
            html.text(Shown.size(size))
            html.markup("</span>")
        }
    }
}
