public import WeFlowParameters
import WeFlowQuery

/// Messages of the protocol that the server writes.
enum Reply {
    /// Why a request cannot be answered, by JSON-RPC's and the protocol's own numbers.
    enum Fault: Int {
        case notJSON = -32700
        case noRequest = -32600
        case unknownMethod = -32601
        case wrongParameters = -32602
        case unsupportedRevision = -32022
    }

    /// A result.
    static func result(_ id: RequestID, _ result: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": id.json, "result": result]
    }

    /// An error; without an id where none could be read.
    static func error(_ id: RequestID?, _ fault: Fault, _ message: String, data: JSONValue? = nil) -> JSONValue {
        var error: [JSONValue.Member] = [
            .init(name: "code", value: .number("\(fault.rawValue)")), .init(name: "message", value: .string(message)),
        ]
        if let data { error.append(.init(name: "data", value: data)) }
        var members: [JSONValue.Member] = [.init(name: "jsonrpc", value: "2.0")]
        if let id { members.append(.init(name: "id", value: id.json)) }
        members.append(.init(name: "error", value: .object(error)))
        return .object(members)
    }
}

/// Messages are written down in the program as they go over the wire.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByBooleanLiteral
{
    /// A text.
    public init(stringLiteral text: String) { self = .string(text) }
    /// An object whose members keep their order.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member(name: $0, value: $1) })
    }
    /// A list.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// `true` or `false`.
    public init(booleanLiteral flag: Bool) { self = .bool(flag) }
}

extension JSONValue {
    /// A whole number.
    static func integer(_ number: some FixedWidthInteger) -> JSONValue { .number("\(number)") }

    /// The members of an object; none of anything else.
    var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// The elements of a list; none of anything else.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

    /// The text, where this is one.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The whole number, where this is one.
    var number: Int64? { if case .number(let digits) = self { Int64(digits) } else { nil } }

    /// The same object with other members added, or in the place of those of their names.
    func with(_ other: KeyValuePairs<String, JSONValue>) -> JSONValue {
        var members = members
        for (name, value) in other {
            let member = Member(name: name, value: value)
            if let place = members.firstIndex(where: { $0.name == name }) {
                members[place] = member
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }
}
