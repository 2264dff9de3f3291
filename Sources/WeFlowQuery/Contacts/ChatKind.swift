public import WeFlowParameters

/// What a chat is, for those who choose among chats (<doc:PeopleAndSessions#Kinds-of-chats>).
public enum ChatKind: String, ParameterChoice {
    /// A person.
    case person = "private"
    /// A group, an enterprise's too.
    case group
    /// An official account.
    case official
    /// What belongs to the client, and customer services, mini programs and channels.
    case other

    /// The kind of a chat.
    ///
    /// - Parameters:
    ///   - username: its id.
    ///   - names: knows which contacts were verified.
    public init(of username: String, in names: NameBook) {
        if Username.isGroup(username) {
            self = .group
        } else if Username.isOfficial(username) {
            self = .official
        } else if SessionsQuery.isHidden(username) || ["@app", "@finder"].contains(where: username.hasSuffix) {
            self = .other
        } else {
            self = names.isVerified(username) ? .official : .person
        }
    }
}
