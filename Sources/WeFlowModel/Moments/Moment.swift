/// One post of the moments, as its author's client stored it (<doc:Posts>).
public struct Moment: Sendable, Equatable {
    /// The post's id as SQLite holds it: the unsigned id's bits, signed.
    public var tid: Int64
    /// The author's username, from the table's column, else from the XML.
    public var username: String
    /// The author's name as the XML has it; empty where it has none.
    public var nickname: String
    /// Unix seconds: the XML's, else those in the id, else 0.
    public var createTime: Int64
    /// The text, entities decoded; empty where there is none.
    public var text: String
    /// `ContentObject/type`: 1 pictures, 2 text, 3 link, 15 video, 54 album, …; 0 where the XML does not say.
    public var type: Int
    /// Visible to its author alone.
    public var isPrivate: Bool
    /// Pictures and videos, in the order shown.
    public var media: [MomentAttachment]
    /// Who liked it, in the order of the XML; deleted ones are left out.
    public var likes: [MomentLike]
    /// Comments in the order of the XML; deleted ones are left out.
    public var comments: [MomentComment]
    /// Where it was posted; `nil` without a name and without coordinates.
    public var location: MomentLocation?
    /// What a shared article, song, note or Channels post says of itself.
    public var card: MomentCard?
    /// The stored XML (decompressed where it was stored so), nothing else changed.
    public var rawXML: [UInt8]
    /// Whether the XML was complete; a broken row is read as far as it goes.
    public var isWhole: Bool

    /// A post of which nothing is known yet but its id and author.
    public init(tid: Int64, username: String) {
        self.tid = tid
        self.username = username
        nickname = ""
        createTime = 0
        text = ""
        type = 0
        isPrivate = false
        media = []
        likes = []
        comments = []
        location = nil
        card = nil
        rawXML = []
        isWhole = true
    }

    /// The post's id as everybody else writes it: unsigned.
    public var id: UInt64 { UInt64(bitPattern: tid) }

    /// Whether this is the type that holds one short video (<doc:Posts>).
    public var isVideoPost: Bool { type == 15 }
}

/// A person who liked a post.
public struct MomentLike: Sendable, Equatable {
    /// The username; empty where the XML has only a name.
    public var username: String
    /// The name the XML gives; empty where it has only the username.
    public var nickname: String

    /// A like of `username`, shown as `nickname`.
    public init(username: String, nickname: String) {
        self.username = username
        self.nickname = nickname
    }
}

/// Where a post was made (<doc:Posts>). A text that the XML does not have is empty.
public struct MomentLocation: Sendable, Equatable {
    /// Degrees, -90…90; `nil` where absent, a placeholder (0, 0), or no number.
    public var latitude: Double?
    /// Degrees, -180…180; `nil` as the latitude.
    public var longitude: Double?
    /// The city.
    public var city: String
    /// The country.
    public var country: String
    /// The name of the place.
    public var poiName: String
    /// The street address of the place.
    public var poiAddress: String
    /// The name of that address.
    public var poiAddressName: String
    /// A label of the author's own.
    public var label: String

    /// A location of which nothing is known yet.
    public init() {
        latitude = nil
        longitude = nil
        city = ""
        country = ""
        poiName = ""
        poiAddress = ""
        poiAddressName = ""
        label = ""
    }

    /// Whether there is nothing to show.
    public var isEmpty: Bool { self == MomentLocation() }
}

/// What a post shares: an article, a song, a note, a Channels post. Texts are empty where absent.
public struct MomentCard: Sendable, Equatable {
    /// The heading.
    public var title: String
    /// The line below it.
    public var description: String
    /// Where it leads, as the XML has it; not checked.
    public var url: String
    /// Further addresses the XML names, in the order they are to be tried after `url`.
    public var otherURLs: [String]
    /// The source: the account an article came from, or the Channels nickname.
    public var source: String

    /// A card of which nothing is known yet.
    public init() {
        title = ""
        description = ""
        url = ""
        otherURLs = []
        source = ""
    }

    /// Whether there is nothing to show.
    public var isEmpty: Bool { self == MomentCard() }
}
