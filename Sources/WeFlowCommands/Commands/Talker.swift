internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

extension Context {
    /// What finds out whom this command line means by ids and names.
    func names(in account: Account) -> NameLookup { NameLookup(account) { warn($0) } }

    /// The values of a command line with ids in the place of names, in every parameter that names a chat or a person.
    ///
    /// - Parameters:
    ///   - values: as they were given.
    ///   - account: where to look.
    /// - Returns: the values to make a request of.
    /// - Throws: `.usage` where several have a name, and the sentence lists them; `.notFound` for what is neither an id of
    ///   the store nor a name.
    func named(_ values: Parameters, in account: Account) throws(WeFlowError) -> Parameters {
        var named = values
        let lookup = names(in: account)
        for parameter in values.declared ?? [] where parameter.namesSomebody {
            for name in parameter.names {
                guard let given = values[name] else { continue }
                named.set(name, to: try ids(given, of: parameter, by: lookup))
            }
        }
        return named
    }

    private func ids(
        _ value: JSONValue, of parameter: ParameterDeclaration, by lookup: NameLookup
    ) throws(WeFlowError) -> JSONValue {
        let subject: NameLookup.Subject =
            switch parameter.kind {
            case .groupChat: .group
            case .people, .senders: .person
            default: .chat
            }
        // The owner has a word of their own there, which is nobody's name.
        func ids(_ text: String) throws(WeFlowError) -> [String] {
            guard case .senders = parameter.kind else { return try lookup.ids(of: text, as: subject) }
            let parts = text.split(separator: ",").map { String($0).trimmingBlanks }
            guard parts.contains("me") else { return try lookup.ids(of: text, as: subject) }
            let others = parts.filter { $0 != "me" }.joined(separator: ",")
            return try ["me"] + lookup.ids(of: others, as: subject)
        }
        switch value {
        case .string(let text) where parameter.isList:
            return .array(try ids(text).map(JSONValue.string))
        case .string(let text): return .string(try lookup.id(of: text, as: subject))
        case .array(let values):
            var found: [JSONValue] = []
            for case .string(let text) in values {
                for id in try ids(text) where !found.contains(.string(id)) {
                    found.append(.string(id))
                }
            }
            return .array(found)
        default: return value
        }
    }
}
