/// One address of the media network with what is needed to ask for it and to read it (<doc:Posts#Media>).
public struct MomentResource: Sendable, Equatable {
    /// The address as the XML has it, entities decoded; empty where there is none.
    public var url: String
    /// MD5 of the plain file as the XML says it; `nil` where it does not.
    public var md5: String?
    /// The token the network asks for, to be added to the query; `nil` where there is none.
    public var token: String?
    /// Whether the network's copy is encrypted (`1`), as the XML writes it.
    public var encIdx: String?

    /// A resource without an address.
    public init() {
        url = ""
        md5 = nil
        token = nil
        encIdx = nil
    }
}

/// A picture or video of a post.
public struct MomentAttachment: Sendable, Equatable {
    /// `media/type`: 2 picture, 6 video; 0 where the XML does not say.
    public var type: Int
    /// Text that belongs to this one alone (albums keep it here).
    public var description: String
    /// The full picture or the video.
    public var resource: MomentResource
    /// The small picture.
    public var thumb: MomentResource
    /// Key of the ISAAC-64 stream over the file; `nil` where the XML has none ("", "0" and "none" are none).
    public var key: UInt64?
    /// Size in pixels; 0 where unknown.
    public var width: Int
    /// Size in pixels; 0 where unknown.
    public var height: Int
    /// Length of the file in bytes, of pictures in comments; 0 where unknown.
    public var size: Int64
    /// The clip behind a Live Photo.
    public var livePhoto: LivePhoto?

    /// A media item of which nothing is known yet.
    public init() {
        type = 0
        description = ""
        resource = MomentResource()
        thumb = MomentResource()
        key = nil
        width = 0
        height = 0
        size = 0
        livePhoto = nil
    }

    /// Whether this is a video and not a picture.
    public var isVideo: Bool { type == 6 }
}

/// The clip behind a Live Photo. It has a key of its own, not the picture's (<doc:Posts>).
public struct LivePhoto: Sendable, Equatable {
    /// The clip.
    public var resource: MomentResource
    /// Its still picture.
    public var thumb: MomentResource
    /// Key of the ISAAC-64 stream over the clip's head; `nil` where the XML has none.
    public var key: UInt64?

    /// A clip of which nothing is known yet.
    public init() {
        resource = MomentResource()
        thumb = MomentResource()
        key = nil
    }
}
