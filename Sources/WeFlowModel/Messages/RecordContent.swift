/// A merged forward, a note or a shared favourite (<doc:RepliesAndRecords#Records>).
public struct RecordContent: Sendable, Equatable {
    /// 19 forward, 24 note, 40 favourite.
    public var type: AppType
    /// The title of the message.
    public var title = ""
    /// What was forwarded, in order; empty where the decoder does not read records.
    public var items: [RecordItem] = []
    /// The place of the first item in the list as it was sent: by their places the client names the items' files.
    public var firstIndex = 0
}

/// One message inside a record.
public struct RecordItem: Sendable, Equatable {
    /// The attribute `datatype`: 1 text, 2 picture, 4 video, 5 link, 6 location, 8 file, 17 record, 37 sticker, …
    public var dataType: Int64 = 0
    /// Who said it.
    public var senderName = ""
    /// When, in Unix seconds, nil where only ``timeText`` tells.
    public var createTime: Int64?
    /// When, as the client wrote it.
    public var timeText = ""
    /// What is shown, with the labels of messages.
    public var text = ""
    /// Name of a file, title of a link or record.
    public var title = ""
    /// Where it leads.
    public var url = ""
    /// The extension without a dot.
    public var fileExtension = ""
    /// Size in bytes, nil where the XML does not say.
    public var size: Int64?
    /// The md5 of its file, "" where it has none.
    public var md5 = ""
    /// A place.
    public var location: LocationContent?
    /// The messages of a record in the record.
    public var items: [RecordItem] = []
}
