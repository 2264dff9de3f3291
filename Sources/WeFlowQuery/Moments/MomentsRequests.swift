internal import WeFlowModel
public import WeFlowPages

/// Which posts are meant: the filters that the timeline and the export share.
public struct MomentsFilter: Sendable, Equatable {
    /// Authors; empty is all.
    public var usernames: [String]
    /// What the text or the card must hold.
    public var keyword: String?
    /// First second, Unix time; nil is no bound.
    public var start: Int64?
    /// Last second, Unix time; nil is no bound.
    public var end: Int64?

    /// Everything.
    public init() {
        usernames = []
        keyword = nil
        start = nil
        end = nil
    }

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        usernames = try parameters.list("usernames").reduce(into: []) { known, name in
            if !known.contains(name) { known.append(name) }
        }
        keyword = try parameters.keyword()
        start = try parameters.time("start", as: .start)
        end = try parameters.time("end", as: .end)
    }

    /// Whether no post can match, because the range ends before it begins.
    var isEmptyRange: Bool {
        guard let start, let end else { return false }
        return start > end
    }
}

/// How a timeline gives the addresses of its media (<doc:MomentsQueries#A-post>).
public enum TimelineMedia: Sendable, Equatable {
    /// The network's own addresses and nothing else.
    case raw
    /// With proxy addresses beside them.
    ///
    /// - Parameters:
    ///   - replace: whether `url` and `thumb` become the resolved address.
    ///   - inline: whether pictures are fetched into `data:` addresses.
    case resolved(replace: Bool, inline: Bool)
}

/// What `/api/v1/sns/timeline` and `weflow sns timeline` ask for.
public struct TimelineRequest: Sendable, Equatable {
    /// Which posts.
    public var filter: MomentsFilter
    /// 1…200.
    public var limit: Int
    /// How many to skip after the filters, from 0.
    public var offset: Int
    /// How media addresses are given.
    public var media: TimelineMedia

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        filter = try MomentsFilter(parameters)
        limit = try parameters.int("limit", default: 20, in: 1...200)
        offset = try parameters.offset()
        let replace = try parameters.bool("replace", default: true)
        let inline = try parameters.bool("inline")
        let isResolved = try parameters.bool("media", "resolveMedia", "meiti", default: true)
        media = isResolved ? .resolved(replace: replace, inline: inline) : .raw
    }
}

/// What `/api/v1/sns/export/stats` and `weflow sns stats` ask for.
public struct MomentsStatsRequest: Sendable, Equatable {
    /// Whether a number counted lately is good enough.
    public var fast: Bool

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage` where `fast` is not a switch.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        fast = try parameters.bool("fast")
    }
}

/// What `/api/v1/sns/media/proxy` and `weflow sns media` ask for.
public struct MomentsMediaRequest: Sendable, Equatable {
    /// The address in the media network.
    public var url: MediaURL
    /// The key of the stream over it; nil where none was given.
    public var key: UInt64?

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        guard let text = try parameters.string("url") else {
            throw WeFlowError(
                .usage,
                parameters.source == .http
                    ? "Missing required parameter: url" : "--url is missing; give a media address of the timeline")
        }
        url = try MediaURL(parsing: text, parameter: parameters.label("url"))
        if let text = try parameters.string("key") {
            guard let key = MomentKey.parse(text) else {
                throw WeFlowError(
                    .usage,
                    "\(parameters.label("key")) must be a decimal number below 2^64; leave it out where there is none")
            }
            self.key = key.value
        }
    }
}
