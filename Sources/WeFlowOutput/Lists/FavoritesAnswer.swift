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
        string("id", favorite.id)
        string("type", favorite.type)
        integer("kind", favorite.number)
        integer("time", favorite.time)
        string("title", favorite.content.title)
        string("text", favorite.content.text)
        string("url", favorite.content.url)
        key("from")
        person(favorite.from)
        key("chat")
        person(favorite.chat)
        beginArray("tags")
        for tag in favorite.tags { string(tag) }
        endArray()
        beginArray("parts")
        for (place, part) in favorite.content.parts.enumerated() {
            self.part(part, place < favorite.files.count ? favorite.files[place] : .none, baseURL: baseURL)
        }
        endArray()
        string("sourceServerId", favorite.sourceServerID)
    }

    private mutating func person(_ person: FavoritePerson) {
        beginObject()
        string("id", person.id)
        string("name", person.name)
        endObject()
    }

    /// Writes a part; size, duration and file are left out where nothing is known of them.
    private mutating func part(_ part: FavoritePart, _ file: FavoriteFile, baseURL: String) {
        beginObject()
        string("kind", part.kind.name)
        string("title", part.title)
        string("text", part.text)
        string("format", part.format)
        integer("size", ifSome: part.size)
        if let seconds = part.seconds {
            key("seconds")
            if let whole = Int64(exactly: seconds) { integer(whole) } else { double(seconds) }
        }
        string("md5", part.md5)
        string("url", part.url)
        switch file {
        case .none: break
        case .found(let urlPath, let path):
            string("mediaUrl", baseURL + urlPath)
            string("mediaLocalPath", path)
        case .missing(let reason):
            string("mediaError", reason)
        }
        endObject()
    }
}
