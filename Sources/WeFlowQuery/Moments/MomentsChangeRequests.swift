internal import WeFlowModel
public import WeFlowPages

/// What `…/sns/block-delete/install`, `uninstall` and `weflow sns block-delete` ask for.
public struct MomentsProtectionRequest: Sendable, Equatable {
    /// Whether the database is kept as it is before the first change of the run.
    public var backup: Bool

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage` where `backup` is not a switch.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        backup = try parameters.bool("backup", default: true)
    }
}

/// What `DELETE /api/v1/sns/post/{postId}` and `weflow sns delete` ask for.
public struct MomentDeletionRequest: Sendable, Equatable {
    /// The post's id as SQLite holds it.
    public var tid: Int64
    /// Whether the database is kept as it is before the first change of the run.
    public var backup: Bool

    /// Reads and checks the parameters.
    ///
    /// - Parameters:
    ///   - postID: the post's id, signed as the timeline's `tid` or unsigned as its `id`.
    ///   - parameters: the others.
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed; `.notFound` where no post can have
    ///   the id.
    public init(postID: String, _ parameters: Parameters) throws(WeFlowError) {
        let text = postID.trimmingBlanks
        guard !text.isEmpty else {
            throw WeFlowError(
                .usage,
                parameters.source == .http
                    ? "Missing required path parameter: postId" : "--post-id is missing; give an id of the timeline")
        }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard (1...20).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw WeFlowError(
                .usage,
                "\(parameters.label("postId")) must be the id or the tid of a post, a whole number; the timeline has both"
            )
        }
        // A number that no id can be is that of no post.
        guard let tid = MomentID.parse(text) else { throw Self.missing }
        self.tid = tid
        backup = try parameters.bool("backup", default: true)
    }

    /// No such post.
    public static let missing = WeFlowError(.notFound, "Post not found")
}
