/// What went wrong, as its user has to hear it: a kind, and one sentence that names the thing and the remedy.
///
/// The one error family of `weflow`. HTTP status and exit code follow from the kind alone (<doc:Failures>). A sentence
/// starts in lower case, has no full stop, and never holds a key, a message or a bound value.
public struct WeFlowError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The families of failure, one row of the table each (<doc:Failures#Kinds>).
    public enum Kind: Sendable, Equatable, CaseIterable {
        /// A missing or malformed parameter or request body.
        case usage
        /// No token, or a wrong one.
        case unauthorized
        /// Refused: push disabled, a path outside the media folder, a foreign `Host`.
        case forbidden
        /// No such endpoint, media or post.
        case notFound
        /// Another process holds the database.
        case conflict
        /// A request body above the limit.
        case tooLarge
        /// The store failed: damaged page, SQLite error.
        case storeFailed
        /// Delivered in part: one damaged page or shard.
        case partial
        /// The media network or another server failed.
        case network
        /// The media network answered that it has the file no longer; to ask again is of no use.
        case gone
        /// The store is not readable now: no key, wrong key, missing database.
        case unavailable
        /// Output could not be written, or another failure of the system under us.
        case system
        /// What an archive holds is wrong: damaged, of another account, of a newer version.
        case invalidData
    }

    /// Which family the failure belongs to.
    public let kind: Kind
    /// The sentence for the user.
    public let sentence: String
    /// Whether the same attempt may succeed at once: the database moved under a snapshot without a lock.
    public let isTransient: Bool

    /// Makes an error of `kind` that says `sentence`.
    public init(_ kind: Kind, _ sentence: String, isTransient: Bool = false) {
        self.kind = kind
        self.sentence = sentence
        self.isTransient = isTransient
    }

    /// The sentence.
    public var description: String { sentence }
}

extension WeFlowError.Kind {
    /// The HTTP status of the kind.
    public var httpStatus: Int {
        switch self {
        case .usage: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict: 409
        case .tooLarge: 413
        case .storeFailed, .partial, .system, .invalidData: 500
        case .network, .gone: 502
        case .unavailable: 503
        }
    }

    /// The exit code of the kind (sysexits).
    public var exitCode: Int32 {
        switch self {
        case .usage, .tooLarge: 64
        case .invalidData: 65
        case .notFound: 66
        case .network, .gone: 69
        case .storeFailed: 70
        case .conflict: 73
        case .system: 74
        case .partial: 75
        case .unauthorized, .forbidden: 77
        case .unavailable: 78
        }
    }
}
