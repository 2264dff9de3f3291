internal import WeFlowPages
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

    /// The ids of what a list names. Among senders `me` is the owner, whoever else is called so.
    private func ids(
        of list: String, _ parameter: ParameterDeclaration, _ subject: NameLookup.Subject, _ lookup: NameLookup
    ) throws(WeFlowError) -> [String] {
        let parts = list.split(separator: ",").map { String($0).trimmingBlanks }
        guard parameter.name == "from", parts.contains("me") else { return try lookup.ids(of: list, as: subject) }
        var ids = ["me"]
        for part in parts where part != "me" { ids += try lookup.ids(of: part, as: subject) }
        return ids
    }

    private func ids(
        _ value: JSONValue, of parameter: ParameterDeclaration, by lookup: NameLookup
    ) throws(WeFlowError) -> JSONValue {
        let subject: NameLookup.Subject =
            switch parameter.kind {
            case .groupChat: .group
            case .people: .person
            default: .chat
            }
        switch value {
        case .string(let text) where parameter.isList:
            return .array(try ids(of: text, parameter, subject, lookup).map(JSONValue.string))
        case .string(let text): return .string(try lookup.id(of: text, as: subject))
        case .array(let values):
            var found: [JSONValue] = []
            for case .string(let text) in values {
                for id in try ids(of: text, parameter, subject, lookup) where !found.contains(.string(id)) {
                    found.append(.string(id))
                }
            }
            return .array(found)
        default: return value
        }
    }
}
