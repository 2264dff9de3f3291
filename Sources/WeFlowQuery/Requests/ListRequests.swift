public import WeFlowPages

/// What `/api/v1/sessions` and `weflow sessions` ask for.
public struct SessionsRequest: Sendable, Equatable {
    /// The forms in which sessions are given.
    public enum Format: String, Sendable, CaseIterable {
        /// One object with an envelope.
        case json
        /// ChatLab's list of sessions.
        case chatlab
    }

    /// What the username or the display name must hold.
    public var keyword: String?
    /// 1…10000.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int
    /// The form of the answer.
    public var format: Format

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        keyword = try parameters.keyword()
        limit = try parameters.limit()
        offset = try parameters.offset()
        format = try parameters.choice("format", of: Format.allCases) ?? .json
    }
}

/// What `/api/v1/contacts` and `weflow contacts` ask for.
public struct ContactsRequest: Sendable, Equatable {
    /// What the username, the alias or one of the names must hold.
    public var keyword: String?
    /// 1…10000.
    public var limit: Int
    /// How many to skip, from 0.
    public var offset: Int

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        keyword = try parameters.keyword()
        limit = try parameters.limit()
        offset = try parameters.offset()
    }
}

/// What `/api/v1/group-members` and `weflow group-members` ask for.
public struct GroupMembersRequest: Sendable, Equatable {
    /// The group's id, echoed as given.
    public var chatroomID: String
    /// Whether each member's messages are counted.
    public var includeMessageCounts: Bool
    /// Whether a server's cached list is dropped first.
    public var forceRefresh: Bool

    /// Reads and checks the parameters.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is missing or malformed.
    public init(_ parameters: Parameters) throws(WeFlowError) {
        chatroomID = try parameters.required(
            "chatroomId", "talker", remedy: "give the id of a group, which ends in @chatroom")
        includeMessageCounts = try parameters.bool("includeMessageCounts", "withCounts")
        forceRefresh = try parameters.bool("forceRefresh")
    }
}
