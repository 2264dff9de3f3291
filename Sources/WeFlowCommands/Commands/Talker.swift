internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

/// A session as the command line names it: by id, or by an exact name that fits one.
enum Talker {
    /// The session that stands as the argument or as the option; both may, where they agree.
    ///
    /// - Throws: `.usage` where they differ.
    static func given(_ argument: String?, _ value: String?, option: String) throws(WeFlowError) -> String? {
        guard let argument, let value, argument != value else { return argument ?? value }
        throw WeFlowError(.usage, "the argument and \(option) name two sessions; give one of them")
    }

    /// The id of a session.
    ///
    /// An id that the store knows is one; then a remark, a nickname or a group's name that equals `given`. What is
    /// neither stays as it is: an unknown talker has no messages, which is no error.
    ///
    /// - Parameters:
    ///   - given: as the user gave it.
    ///   - account: where to look.
    ///   - context: hears of names that cannot be looked up.
    ///   - groupsOnly: whether only groups are meant.
    /// - Returns: the id.
    /// - Throws: `.usage` where several sessions have the name; the sentence lists them.
    static func id(
        of given: String, in account: Account, _ context: Context, groupsOnly: Bool = false
    ) throws(WeFlowError) -> String {
        // The names are not read for what no name looks like.
        if given.hasPrefix("wxid_") || given.hasPrefix("gh_") || Username.isGroup(given) { return given }
        let sessions: SessionTables
        let contacts: ContactTables
        do throws(WeFlowError) {
            sessions = try WeFlowError.retrying { () throws(WeFlowError) in try SessionTables(account) }
            contacts = try WeFlowError.retrying { () throws(WeFlowError) in try ContactTables(account) }
        } catch {
            context.warn("\(given) is taken as an id, for names cannot be looked up: \(error.sentence)")
            return given
        }
        let rows = Dictionary(contacts.contacts.map { ($0.username, $0) }, uniquingKeysWith: { first, _ in first })
        let ids = sessions.sessions.map(\.username)
        if rows[given] != nil || ids.contains(given) { return given }
        let found = ids.filter { id in
            (!groupsOnly || Username.isGroup(id))
                && [rows[id]?.remark, rows[id]?.nickname, sessions.titles[id]].contains(given)
        }
        guard let first = found.first else { return given }
        guard found.count > 1 else { return first }
        let book = NameBook(contacts: contacts, sessions: sessions)
        let list = found.map { "\($0) (\(book.displayName(of: $0)))" }.joined(separator: ", ")
        throw WeFlowError(.usage, "\(given) is the name of several sessions; give the id of one of them: \(list)")
    }
}
