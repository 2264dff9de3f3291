public import WeFlowCollections

/// Favourites.
///
/// - Parameter baseURL: what addresses of exported files begin with.
/// - Returns: how the list looks.
public func favoritesLayout(baseURL: String) -> ListLayout<Favorite> {
    ListLayout(
        "favorites",
        columns: [
            "id", "type", "kind", "time", "title", "text", "url", "from", "chat", "tags", "parts", "sourceServerId",
        ]
    ) { favorite, writer in writer.fields(of: favorite, baseURL: baseURL) }
}

extension JSONWriter {
    /// Writes a favourite into an object that is open.
    fileprivate mutating func fields(of favorite: Favorite, baseURL: String) {
        key("id")
        string(favorite.id)
        key("type")
        string(favorite.type)
        key("kind")
        integer(favorite.number)
        key("time")
        integer(favorite.time)
        key("title")
        string(favorite.content.title)
        key("text")
        string(favorite.content.text)
        key("url")
        string(favorite.content.url)
        key("from")
        person(favorite.from)
        key("chat")
        person(favorite.chat)
        key("tags")
        beginArray()
        for tag in favorite.tags { string(tag) }
        endArray()
        key("parts")
        beginArray()
        for (place, part) in favorite.content.parts.enumerated() {
            self.part(part, place < favorite.files.count ? favorite.files[place] : .none, baseURL: baseURL)
        }
        endArray()
        key("sourceServerId")
        string(favorite.sourceServerID)
    }

    private mutating func person(_ person: FavoritePerson) {
        beginObject()
        key("id")
        string(person.id)
        key("name")
        string(person.name)
        endObject()
    }

    /// Writes a part; size, duration and file are left out where nothing is known of them.
    private mutating func part(_ part: FavoritePart, _ file: FavoriteFile, baseURL: String) {
        beginObject()
        key("kind")
        string(part.kind.name)
        key("title")
        string(part.title)
        key("text")
        string(part.text)
        key("format")
        string(part.format)
        if let size = part.size {
            key("size")
            integer(size)
        }
        if let seconds = part.seconds {
            key("seconds")
            if let whole = Int64(exactly: seconds) { integer(whole) } else { double(seconds) }
        }
        key("md5")
        string(part.md5)
        key("url")
        string(part.url)
        switch file {
        case .none: break
        case .found(let urlPath, let path):
            key("mediaUrl")
            string(baseURL + urlPath)
            key("mediaLocalPath")
            string(path)
        case .missing(let reason):
            key("mediaError")
            string(reason)
        }
        endObject()
    }
}
