internal import WeFlowModel

extension JSONWriter {
    /// Writes what a reply quotes.
    mutating func quote(_ quote: Quote) {
        beginObject()
        key("platformMessageId")
        string(quote.platformMessageId)
        key("sender")
        string(quote.sender)
        key("accountName")
        string(quote.accountName)
        key("content")
        string(quote.content)
        key("type")
        integer(quote.type.rawValue)
        endObject()
    }

    /// Writes what a kind carries besides its text; fields without a value are left out.
    mutating func detail(_ detail: MessageDetail, mentions: [String]) {
        beginObject()
        if let seconds = detail.voiceSeconds {
            key("voiceSeconds")
            double(seconds)
        }
        if let transcript = detail.transcript {
            key("transcript")
            string(transcript)
        }
        if let seconds = detail.videoSeconds {
            key("videoSeconds")
            integer(seconds)
        }
        if let name = detail.fileName {
            key("fileName")
            string(name)
        }
        if let size = detail.fileSize {
            key("fileSize")
            integer(size)
        }
        if let ending = detail.fileExt {
            key("fileExt")
            string(ending)
        }
        if let url = detail.url {
            key("url")
            string(url)
        }
        if let description = detail.description {
            key("description")
            string(description)
        }
        if let place = detail.location {
            key("location")
            location(place)
        }
        if let card = detail.card {
            key("card")
            beginObject()
            key("username")
            string(card.username)
            key("nickname")
            string(card.nickname)
            endObject()
        }
        if let transfer = detail.transfer {
            key("transfer")
            beginObject()
            key("amount")
            string(transfer.amount)
            key("memo")
            string(transfer.memo)
            key("state")
            string(transfer.state.rawValue)
            endObject()
        }
        if let record = detail.record {
            key("record")
            beginObject()
            key("title")
            string(record.title)
            key("items")
            items(record.items)
            endObject()
        }
        if !mentions.isEmpty {
            key("mentions")
            beginArray()
            for mention in mentions { string(mention) }
            endArray()
        }
        endObject()
    }

    private mutating func location(_ place: LocationContent) {
        beginObject()
        if let latitude = place.latitude {
            key("latitude")
            double(latitude)
        }
        if let longitude = place.longitude {
            key("longitude")
            double(longitude)
        }
        key("label")
        string(place.label)
        key("poiName")
        string(place.poiName)
        endObject()
    }

    /// Writes the messages of a record, those of records in it inside theirs.
    private mutating func items(_ items: [RecordItem]) {
        beginArray()
        for item in items {
            beginObject()
            key("dataType")
            integer(item.dataType)
            key("senderName")
            string(item.senderName)
            if let time = item.createTime {
                key("createTime")
                integer(time)
            }
            if !item.timeText.isEmpty {
                key("time")
                string(item.timeText)
            }
            key("text")
            string(item.text)
            if !item.title.isEmpty {
                key("title")
                string(item.title)
            }
            if !item.url.isEmpty {
                key("url")
                string(item.url)
            }
            if !item.fileExtension.isEmpty {
                key("fileExt")
                string(item.fileExtension)
            }
            if let size = item.size {
                key("fileSize")
                integer(size)
            }
            if !item.md5.isEmpty {
                key("md5")
                string(item.md5)
            }
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
