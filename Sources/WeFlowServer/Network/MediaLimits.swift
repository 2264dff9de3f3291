/// How long the media network is waited for.
public struct MediaTimeouts: Sendable, Equatable {
    /// For a connection.
    public var connect: Duration
    /// Between two pieces of an answer.
    public var idle: Duration
    /// For one file, redirects included.
    public var whole: Duration

    /// The usual ones: 10 s, 15 s, 10 minutes for the largest videos over slow lines.
    public init(connect: Duration = .seconds(10), idle: Duration = .seconds(15), whole: Duration = .seconds(600)) {
        self.connect = connect
        self.idle = idle
        self.whole = whole
    }
}

/// What is taken from the media network at most (<doc:MediaNetworkAccess>).
public struct MediaLimits: Sendable, Equatable {
    /// Bytes of one file.
    public var bytes: Int
    /// How long it may take.
    public var timeouts: MediaTimeouts

    /// 256 MiB and the usual time limits.
    public init(bytes: Int = 256 << 20, timeouts: MediaTimeouts = MediaTimeouts()) {
        self.bytes = bytes
        self.timeouts = timeouts
    }
}
