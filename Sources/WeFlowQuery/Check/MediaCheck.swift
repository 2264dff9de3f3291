public import WeFlowMedia

/// What there is of the media that an account's messages refer to.
public struct MediaCheck: Sendable, Equatable {
    /// The media of one kind.
    public struct Count: Sendable, Equatable {
        /// Messages that have one.
        public var referenced = 0
        /// Of how many the file is in the account, thumbnails included; nil for stickers, which lie in the network.
        public var present: Int?
        /// Of how many pictures there is nothing but a thumbnail.
        public var thumbnails = 0
        /// How many voices have a text that the client made of them.
        public var transcripts = 0
    }

    /// The kinds.
    public var kinds: [MediaKind: Count] = [:]
    /// How many pictures were tried that need the account's key for pictures.
    public var encrypted = 0
    /// How many of them the key opens.
    public var opened = 0
    /// The form in which the key opens them.
    public var form: ImageKey.Form?
}
