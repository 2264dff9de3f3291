import WeFlowArrivals
import WeFlowPages
import WeFlowParameters
import WeFlowQuery
import WeFlowStore

/// A call of a tool: what was given, where it is answered, and who may be seen.
struct ToolCall: Sendable {
    /// What was given, ids in the place of names.
    let values: Parameters
    /// The account.
    let account: Account
    /// The journal of what arrived.
    let journal: ArrivalJournal
    /// Which chats are there.
    let visibility: Visibility
    /// The most bytes of a body.
    let mostBytes: Int
    /// Names of people, read when the first is asked for.
    let names: LazyNames
    /// What tells this list from others, for its cursors.
    let mark: String

    /// Reads the arguments of a call.
    ///
    /// - Parameters:
    ///   - tool: what is called.
    ///   - arguments: as they were given.
    ///   - account: the account.
    ///   - journal: its journal.
    ///   - visibility: which chats are there.
    ///   - mostBytes: the most bytes of a body.
    /// - Throws: `.usage` for an argument that is unknown, missing or out of range, and for a name that several have;
    ///   `.notFound` for a chat that is not there.
    init(
        _ tool: Tool, _ arguments: [JSONValue.Member], account: Account, journal: ArrivalJournal,
        visibility: Visibility, mostBytes: Int
    ) throws(WeFlowError) {
        let parameters = tool.parameters
        var given: [JSONValue.Member] = []
        for argument in arguments {
            guard let parameter = parameters.first(where: { $0.names.contains(argument.name) }) else {
                throw Self.unknown(argument.name, parameters)
            }
            guard argument.value != .null, argument.value != .string("") else { continue }
            try parameter.checkRange(argument.value)
            given.append(argument)
        }
        for parameter in parameters where parameter.missing != nil || tool.required.contains(parameter.name) {
            guard !given.contains(where: { parameter.names.contains($0.name) }) else { continue }
            throw WeFlowError(.usage, "\(parameter.name) is missing: \(parameter.help(in: .tools))")
        }
        let lookup = NameLookup(
            account, isVisible: visibility.shows, advice: "list_chats and find_contact tell what there is"
        ) { _ in }
        for (place, argument) in given.enumerated() {
            guard let parameter = parameters.first(where: { $0.names.contains(argument.name) }),
                parameter.namesSomebody
            else { continue }
            let ids = try Self.ids(argument.value, of: parameter, lookup)
            given[place] = JSONValue.Member(name: argument.name, value: ids)
        }
        let kept = given.filter { $0.name != Tool.cursor.declaration.name && !tool.changeable.contains($0.name) }
        mark = Self.mark(tool.name, kept)
        for (name, value) in tool.defaults where !given.contains(where: { $0.name == name }) {
            given.append(JSONValue.Member(name: name, value: value))
        }
        values = try Parameters(query: QueryString(""), body: .object(given), declared: tool.declared)
        names = LazyNames(account)
        (self.account, self.journal, self.visibility, self.mostBytes) = (account, journal, visibility, mostBytes)
    }

    /// The same call with other values.
    func with(_ other: KeyValuePairs<String, JSONValue>) throws(WeFlowError) -> Parameters {
        var values = values
        for (name, value) in other { values.set(name, to: value) }
        return values
    }

    private static func unknown(_ name: String, _ parameters: [ParameterDeclaration]) -> WeFlowError {
        let names = parameters.map(\.name)
        let shown = name.utf8.count <= 64 ? name : "\(name.prefix(20))…"
        let nearest = Nearest.word(to: name, among: names).map { "; did you mean \($0)?" }
        let all = names.isEmpty ? "; the tool takes none" : "; there are \(names.joined(separator: ", "))"
        return WeFlowError(.usage, "there is no argument \(shown)\(nearest ?? all)")
    }

    /// Ids in the place of ids and names.
    private static func ids(
        _ value: JSONValue, of parameter: ParameterDeclaration, _ lookup: NameLookup
    ) throws(WeFlowError) -> JSONValue {
        let subject: NameLookup.Subject =
            switch parameter.kind {
            case .groupChat: .group
            case .people, .senders: .person
            default: .chat
            }
        guard parameter.isList else {
            guard let name = value.text else {
                throw WeFlowError(.usage, "\(parameter.name) must be a text: an id or a name")
            }
            return .string(try lookup.id(of: name, as: subject))
        }
        var ids: [JSONValue] = []
        for element in value.text.map({ [.string($0)] }) ?? value.elements {
            guard let name = element.text else {
                throw WeFlowError(.usage, "\(parameter.name) must be a list of texts: ids or names")
            }
            // The owner has a word of their own among senders.
            let isOwner = if case .senders = parameter.kind { name == "me" } else { false }
            let found = isOwner ? [name] : try lookup.ids(of: name, as: subject)
            for id in found where !ids.contains(.string(id)) { ids.append(.string(id)) }
        }
        return .array(ids)
    }

    /// A number by which cursors of another list are told, in few digits.
    private static func mark(_ tool: String, _ arguments: [JSONValue.Member]) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        func add(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
            hash = (hash ^ 0xFF) &* 1_099_511_628_211
        }
        add(tool)
        for argument in arguments.sorted(by: { $0.name < $1.name }) {
            add(argument.name)
            add(argument.value.compact)
        }
        return String(hash >> 24, radix: 36)
    }
}
