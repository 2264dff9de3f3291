internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

extension Context {
    /// The values of a command line with ids in the place of names, in every parameter that names a chat or a person:
    /// the one place where that is done.
    ///
    /// - Parameters:
    ///   - values: as they were given.
    ///   - account: where to look.
    /// - Returns: the values to make a request of.
    /// - Throws: `.usage` where several chats have a name; the sentence lists them.
    func named(_ values: Parameters, in account: Account) throws(WeFlowError) -> Parameters {
        var named = values
        for parameter in values.declared ?? [] where parameter.namesSomebody {
            for name in parameter.names {
                switch values[name] {
                case nil: continue
                case .string(let given)? where !parameter.isList:
                    let isGroup = if case .groupChat = parameter.kind { true } else { false }
                    named.set(name, to: .string(try Talker.id(of: given, in: account, self, groupsOnly: isGroup)))
                case let given?: named.set(name, to: .array(try ids(given, in: account)))
                }
            }
        }
        return named
    }

    /// The ids of a list. A whole value that is a name is that name, before it is split at its commas.
    private func ids(_ value: JSONValue, in account: Account) throws(WeFlowError) -> [JSONValue] {
        switch value {
        case .string(let text):
            let whole = try Talker.id(of: text, in: account, self)
            if whole != text { return [.string(whole)] }
            return try text.split(separator: ",").map { part throws(WeFlowError) in
                .string(try Talker.id(of: String(part).trimmingBlanks, in: account, self))
            }
        case .array(let values):
            var ids: [JSONValue] = []
            for value in values { ids += try self.ids(value, in: account) }
            return ids
        default: return [value]
        }
    }
}

/// A session as the command line names it: by id, or by an exact name that fits one.
enum Talker {
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
