internal import WeFlowQuery

/// What stands around messages in JSON's names.
enum MessageLayout: Sendable {
    /// They are in one envelope.
    case document
    /// Each is a line.
    case lines
    /// Each is a row of comma-separated values under these columns.
    case rows([StaticString], CSVWriter.Options)

    /// Whether they are in one envelope.
    var isDocument: Bool { if case .document = self { true } else { false } }

    /// The line of the columns' names, nothing where there is none.
    func head() -> OutputBytes {
        guard case .rows(let columns, let options) = self else { return OutputBytes(capacity: 0) }
        var csv = CSVWriter(options, capacity: 256)
        csv.header(columns)
        return csv.finish()
    }

    /// The keys of messages in their order (<doc:JSONAnswers#Messages>).
    ///
    /// - Parameters:
    ///   - hasArrival: whether they are given for their arrival.
    ///   - names: whether the senders' names are given.
    ///   - detail: whether they carry `detail`.
    ///   - media: whether media are exported.
    /// - Returns: also those that only some messages have.
    static func columns(hasArrival: Bool = false, names: Bool, detail: Bool, media: Bool) -> [StaticString] {
        var columns: [StaticString] = hasArrival ? ["sessionId", "sessionName", "messageKey", "event", "rawid"] : []
        columns += ["localId", "serverId", "localType", "createTime", "sortSeq", "isSend", "senderUsername"]
        if names { columns.append("senderName") }
        columns += ["content", "rawContent", "parsedContent"]
        if detail { columns.append("detail") }
        columns += ["replyToMessageId", "quote"]
        if media {
            columns += ["mediaType", "mediaFileName", "mediaUrl", "mediaLocalPath", "mediaRendition", "mediaError"]
        }
        return columns
    }
}
