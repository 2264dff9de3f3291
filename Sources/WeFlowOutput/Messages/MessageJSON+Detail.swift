internal import WeFlowModel

extension JSONWriter {
    /// Writes what a reply quotes.
    mutating func quote(_ quote: Quote) {
        beginObject()
        string("platformMessageId", quote.platformMessageId)
        string("sender", quote.sender)
        string("accountName", quote.accountName)
        string("content", quote.content)
        integer("type", quote.type.rawValue)
        endObject()
    }

    /// Writes what a kind carries besides its text; fields without a value are left out.
    mutating func detail(_ detail: MessageDetail, mentions: [String]) {
        beginObject()
        double("voiceSeconds", ifSome: detail.voiceSeconds)
        string("transcript", ifSome: detail.transcript)
        integer("videoSeconds", ifSome: detail.videoSeconds)
        string("fileName", ifSome: detail.fileName)
        integer("fileSize", ifSome: detail.fileSize)
        string("fileExt", ifSome: detail.fileExt)
        string("url", ifSome: detail.url)
        string("description", ifSome: detail.description)
        if let place = detail.location {
            key("location")
            location(place)
        }
        if let card = detail.card {
            beginObject("card")
            string("username", card.username)
            string("nickname", card.nickname)
            endObject()
        }
        if let transfer = detail.transfer {
            beginObject("transfer")
            string("amount", transfer.amount)
            string("memo", transfer.memo)
            string("state", transfer.state.rawValue)
            endObject()
        }
        if let record = detail.record {
            beginObject("record")
            string("title", record.title)
            key("items")
            items(record.items)
            endObject()
        }
        if !mentions.isEmpty {
            beginArray("mentions")
            for mention in mentions { string(mention) }
            endArray()
        }
        endObject()
    }

    private mutating func location(_ place: LocationContent) {
        beginObject()
        double("latitude", ifSome: place.latitude)
        double("longitude", ifSome: place.longitude)
        string("label", place.label)
        string("poiName", place.poiName)
        endObject()
    }

    /// Writes the messages of a record, those of records in it inside theirs.
    private mutating func items(_ items: [RecordItem]) {
        beginArray()
        for item in items {
            beginObject()
            integer("dataType", item.dataType)
            string("senderName", item.senderName)
            integer("createTime", ifSome: item.createTime)
            string("time", unlessEmpty: item.timeText)
            string("text", item.text)
            string("title", unlessEmpty: item.title)
            string("url", unlessEmpty: item.url)
            string("fileExt", unlessEmpty: item.fileExtension)
            integer("fileSize", ifSome: item.size)
            string("md5", unlessEmpty: item.md5)
            if let place = item.location {
                key("location")
                location(place)
            }
            if !item.items.isEmpty {
                key("items")
                self.items(item.items)
            }
            endObject()
        }
        endArray()
    }
}
