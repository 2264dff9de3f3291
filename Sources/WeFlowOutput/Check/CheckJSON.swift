internal import WeFlowMedia
internal import WeFlowPages
public import WeFlowQuery
internal import WeFlowSystem

/// The report of a check for programs.
///
/// - Parameters:
///   - report: what was found.
///   - style: how the JSON is laid out.
/// - Returns: the whole document.
public func encodeCheck(_ report: CheckReport, style: JSONWriter.Style) -> OutputBytes {
    var writer = JSONWriter(style: style)
    writer.beginObject()
    writer.string("verdict", report.verdict.rawValue)
    writer.bool("deep", report.isDeep)
    writer.text("account", report.account)
    writer.text("ownUsername", report.ownUsername)
    writer.string("keyForm", report.keyForm.rawValue)
    writer.text("layout", report.layout ?? "")
    writer.beginArray("databases")
    for database in report.databases { writer.database(database) }
    writer.endArray()
    if let media = report.media {
        writer.key("media")
        writer.media(media)
    }
    if !report.lists.isEmpty {
        writer.beginArray("lists")
        for list in report.lists { writer.list(list) }
        writer.endArray()
    }
    writer.beginArray("losses")
    for loss in report.losses {
        writer.beginObject()
        writer.string("cause", loss.cause)
        writer.string("reason", loss.reason)
        writer.string("cost", loss.cost)
        writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.finish()
}

extension JSONWriter {
    fileprivate mutating func list(_ list: ListCheck) {
        beginObject()
        string("name", list.name)
        number("rows", list.rows)
        string("unit", list.unit)
        text("reason", list.reason)
        endObject()
    }

    fileprivate mutating func media(_ media: MediaCheck) {
        beginObject()
        for kind in MediaKind.allCases {
            guard let count = media.kinds[kind] else { continue }
            key(text: kind.rawValue)
            beginObject()
            integer("referenced", count.referenced)
            number("present", count.present)
            number("thumbnailsOnly", kind == .image ? count.thumbnails : nil)
            number("transcripts", kind == .voice ? count.transcripts : nil)
            endObject()
        }
        beginObject("encryptedPictures")
        integer("tried", media.encrypted)
        integer("opened", media.opened)
        text("imageKeyForm", media.form.map { imageKeyForm($0) } ?? "")
        endObject()
        endObject()
    }

    fileprivate mutating func database(_ database: DatabaseCheck) {
        beginObject()
        string("name", database.name)
        string("role", database.role.rawValue)
        key("state")
        switch database.state {
        case .whole: string(literal: "whole")
        case .damaged: string(literal: "damaged")
        case .empty: string(literal: "empty")
        case .unreadable(let error):
            string(literal: "unreadable")
            string("error", error.sentence)
        }
        number("fileSize", database.fileSize)
        number("logSize", database.logSize)
        number("pages", database.pageCount)
        bool("encrypted", ifSome: database.isEncrypted)
        text("layout", database.layout ?? "")
        if let messages = database.messages {
            number("chats", messages.chats)
            number("messages", messages.count)
            number("firstTime", messages.first)
            number("lastTime", messages.last)
        }
        beginArray("damage")
        for damage in database.damage { self.damage(damage) }
        endArray()
        endObject()
    }

    private mutating func damage(_ damage: DatabaseCheck.PageDamage) {
        beginObject()
        number("firstPage", damage.pages.lowerBound)
        number("lastPage", damage.pages.upperBound)
        key("fault")
        switch damage.fault {
        case .checksum: string(literal: "checksum")
        case .structure: string(literal: "structure")
        case .blank: string(literal: "blank")
        case .truncated: string(literal: "truncated")
        case .rowsMissing: string(literal: "rowsMissing")
        case .rowsUnindexed: string(literal: "rowsUnindexed")
        case .unreadable(let code):
            string(literal: "unreadable")
            string("error", SystemError(code).text)
        }
        switch damage.owner {
        case .table(let name, let chat): owner("table", name, chat)
        case .index(let name, let chat): owner("index", name, chat)
        case .free: owner("free", "", nil)
        case .unknown: owner("unknown", "", nil)
        case nil: break
        }
        endObject()
    }

    private mutating func owner(_ kind: StaticString, _ table: String, _ chat: String?) {
        string("owner", literal: kind)
        text("table", table)
        text("chat", chat ?? "")
    }

    /// Writes a key with a text, where there is one.
    fileprivate mutating func text(_ name: StaticString, _ text: String) {
        guard !text.isEmpty else { return }
        key(name)
        string(text)
    }

    /// Writes a key with a number, where there is one.
    private mutating func number(_ name: StaticString, _ number: (some FixedWidthInteger)?) {
        guard let number else { return }
        key(name)
        integer(number)
    }
}
