internal import WeFlowModel
public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery

/// What `…/sns/block-delete/install`, `uninstall` and `weflow sns block-delete` ask for.
public struct MomentsProtectionRequest: Sendable, Equatable {
    static let backup = Parameter.flag(
        "backup", default: true, "Keep the database beside itself first, as sns.db.weflow-backup, encrypted as it is.")

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] { backup }

    /// Whether the database is kept as it is before the first change of the run.
    public var backup: Bool

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage` where `backup` is not a switch.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        backup = try parameters[Self.backup]
    }
}

/// What `DELETE /api/v1/sns/post/{postId}` and `weflow sns delete` ask for.
public struct MomentDeletionRequest: Sendable, Equatable {
    static let postID = Parameter.required(
        "postId", .formed { TextPattern.postID }, "The post's id, or its tid.",
        missing: .init("give an id of the timeline", http: missingPath), .orArgument, .place("postId"), .value("id"),
        .example("14763951115626764890"))
    private static let missingPath = "Missing required path parameter: postId"

    /// What it takes.
    @ParameterList public static var parameters: [ParameterDeclaration] {
        postID
        MomentsProtectionRequest.backup
    }

    /// The post's id as SQLite holds it.
    public var tid: Int64
    /// Whether the database is kept as it is before the first change of the run.
    public var backup: Bool

    /// Reads and checks the parameters.
    ///
    /// - Parameters:
    ///   - parameters: the request's; on the command line they hold the post's id, signed as the timeline's `tid` or
    ///     unsigned as its `id`.
    ///   - place: what stands in the place of an endpoint's path.
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed; `.notFound` where no post can have
    ///   the id.
    public init(_ parameters: Parameters, place: String? = nil) throws(WeFlowError) {
        let given = if let place { place } else { try parameters[Self.postID] }
        let text = given.trimmingBlanks
        guard !text.isEmpty else {
            let sentence = "\(parameters.label(Self.postID)) is missing; give an id of the timeline"
            throw WeFlowError(.usage, place == nil ? sentence : Self.missingPath)
        }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard (1...20).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw WeFlowError(
                .usage,
                "\(parameters.label(Self.postID)) must be the id or the tid of a post, a whole number; the timeline has both"
            )
        }
        // A number that no id can be is that of no post.
        guard let tid = MomentID.parse(text) else { throw Self.missing }
        self.tid = tid
        backup = try parameters[MomentsProtectionRequest.backup]
    }

    /// No such post.
    public static let missing = WeFlowError(.notFound, "Post not found")
}
